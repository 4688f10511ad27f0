import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sftviz.data import upload as uploading
from sftviz.data.upload import FolderUpload
from sftviz.errors import UploadError


def _body(files: dict[str, bytes] | list[tuple[str, bytes]]) -> bytes:
    items = list(files.items()) if isinstance(files, dict) else files
    header = json.dumps([[name, len(content)] for name, content in items]).encode()
    return len(header).to_bytes(4) + header + b"".join(content for _, content in items)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _refused(staging: Path, body: bytes, sentence: str) -> None:
    staging.mkdir(exist_ok=True)
    upload = FolderUpload(staging)
    with pytest.raises(UploadError, match=sentence):
        _send(upload, body)
    assert not staging.exists()
    with pytest.raises(UploadError):
        upload.feed(b"more")
    assert not staging.exists()


def _send(upload: FolderUpload, body: bytes) -> int:
    upload.feed(body)
    return upload.finish()


def _pieces(body: bytes, cuts: list[int]) -> Iterator[bytes]:
    places = sorted({0, len(body), *(cut % (len(body) + 1) for cut in cuts)})
    return (body[start:end] for start, end in pairwise(places))


CONTENTS = st.dictionaries(
    st.sampled_from([f"set/{c}/{n}.png" for c in "ab😀" for n in range(4)]), st.binary(max_size=40)
)
CUTS = st.lists(st.integers(0, 2000), max_size=30)


@given(CONTENTS, CUTS)
def test_any_chunking_stores_the_same(tmp_path_factory, contents, cuts):
    staging = tmp_path_factory.mktemp("staging")
    upload = FolderUpload(staging)
    for piece in _pieces(_body(contents), cuts):
        upload.feed(piece)
    assert upload.finish() == len(contents)
    assert _files(staging) == contents


@given(CONTENTS.filter(lambda contents: any(contents.values())), st.integers(0, 2000), CUTS)
def test_a_body_cut_short_leaves_nothing(tmp_path_factory, contents, end, cuts):
    staging = tmp_path_factory.mktemp("staging")
    body = _body(contents)
    upload = FolderUpload(staging)
    for piece in _pieces(body[: end % len(body)], cuts):
        upload.feed(piece)
    with pytest.raises(UploadError, match="broke off before its end"):
        upload.finish()
    assert not staging.exists()


def test_bytes_one_by_one(tmp_path):
    upload = FolderUpload(tmp_path / "staging")
    for byte in _body({"a/1": b"xyz", "a/2": b"", "b/1": b"q"}):
        upload.feed(bytes([byte]))
    assert upload.finish() == 3
    assert _files(tmp_path / "staging") == {"a/1": b"xyz", "a/2": b"", "b/1": b"q"}


def test_bytes_too_many_leave_nothing(tmp_path):
    _refused(tmp_path / "staging", _body({"a/1": b"xyz"}) + b"!", "more bytes than it announced")


def test_hidden_files_are_read_over(tmp_path):
    files = {"a/.DS_Store": b"123", "a/1": b"x", ".git/b": b"4", "__MACOSX/a/1": b"5", "a/Thumbs.db": b"6", "a/2": b"y"}
    assert _send(FolderUpload(tmp_path / "staging"), _body(files)) == 2
    assert _files(tmp_path / "staging") == {"a/1": b"x", "a/2": b"y"}


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "a\\x", "a\0x", "", "a//x", "C:/x", "a/" + "x" * 256])
def test_names_that_could_escape_are_refused(tmp_path, name):
    _refused(tmp_path / "staging", _body([("a/1", b"x"), (name, b"x")]), "rename it and try again")
    assert list(tmp_path.iterdir()) == []


def test_names_survive_as_typed(tmp_path):
    files = {'my set/😀 smile/it\'s "fine"\n<b>.png': b"x", "my set/-rf/CON": b"y"}
    _send(FolderUpload(tmp_path / "staging"), _body(files))
    assert _files(tmp_path / "staging") == files


@pytest.mark.parametrize("second", ["a/1", "a/./1"])
def test_the_same_name_twice_is_refused(tmp_path, second):
    _refused(tmp_path / "staging", _body([("a/1", b"x"), (second, b"y")]), "is there twice")


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"{}",
        b"[[]]",
        b'[["a/1"]]',
        b'[["a/1", -1]]',
        b'[["a/1", 1.5]]',
        b'[["a/1", true]]',
        b'[["a/1", "1"]]',
        b"[[3, 1]]",
        b'[["a/\\ud800", 1]]',
        b'[["a/1", 1]',
        b"\xff\xfe",
        b"[" * 5000,
    ],
)
def test_a_header_that_is_no_list_of_files(tmp_path, header):
    _refused(tmp_path / "staging", len(header).to_bytes(4) + header, "does not begin with a list|not valid Unicode")


def test_limits(tmp_path, monkeypatch):
    _refused(tmp_path / "staging", b"\xff\xff\xff\xff", "list of files takes 4,294,967,295 bytes")
    monkeypatch.setattr(uploading, "MAX_TOTAL_BYTES", 5)
    _refused(tmp_path / "staging", _body({"a/1": b"xyz", "a/2": b"xyz"}), "GiB is the most we take")
    monkeypatch.setattr(uploading, "MAX_FILE_BYTES", 2)
    _refused(tmp_path / "staging", _body({"a/1": b"xyz"}), "'a/1' has")


def test_too_many_files_are_refused(tmp_path):
    _refused(tmp_path / "staging", _body([("a", b"")] * 100_001), "at most 100,000 files")


def test_a_full_disk_is_a_sentence(tmp_path, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "open", full)
    _refused(tmp_path / "staging", _body({"a/1": b"xyz"}), "could not be stored: No space left on device")


def test_abort_leaves_nothing(tmp_path):
    upload = FolderUpload(tmp_path / "staging")
    upload.feed(_body({"a/1": b"xyz", "a/2": b"abc"})[:-2])
    upload.abort()
    assert not (tmp_path / "staging").exists()
    with pytest.raises(UploadError):
        upload.finish()
