import struct
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile, ZipInfo

import numpy as np
import pytest

from sftviz.data import archive as archiving
from sftviz.data.archive import extract
from sftviz.errors import UploadError

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


@pytest.fixture
def packed(tmp_path: Path) -> Callable[..., Path]:
    """A zip in a folder of its own; values are contents, keys are names or ready-made entries."""

    def make(entries: dict[str | ZipInfo, bytes], compression: int = ZIP_DEFLATED) -> Path:
        (tmp_path / "in").mkdir(exist_ok=True)
        with ZipFile(tmp_path / "in" / "a.zip", "w", compression) as zipped:
            for entry, content in entries.items():
                zipped.writestr(entry, content, compress_type=compression)
        return tmp_path / "in" / "a.zip"

    return make


@pytest.fixture
def refused(tmp_path: Path) -> Callable[[Path, str], None]:
    """Assert that an archive is refused with a sentence, and that nothing is left anywhere."""

    def check(archive: Path, sentence: str) -> None:
        before = set(tmp_path.rglob("*"))
        with pytest.raises(UploadError, match=sentence):
            extract(archive, tmp_path / "out")
        assert set(tmp_path.rglob("*")) == before

    return check


def _patched(archive: Path, *changes: tuple[bytes, int, bytes]) -> Path:
    """Overwrite bytes at an offset from the last place of a signature."""
    data = bytearray(archive.read_bytes())
    for signature, offset, content in changes:
        start = data.rindex(signature) + offset
        data[start : start + len(content)] = content
    archive.write_bytes(data)
    return archive


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("compression", [ZIP_STORED, ZIP_DEFLATED])
def test_everything_comes_out_as_it_went_in(tmp_path, packed, compression):
    entries = {"cat/1.png": b"one" * 1000, "😀 dog/\nü.png": b"two", "cat/empty": b"", "x.zip": b"PK\x03\x04"}
    extract(packed({"cat/": b"", **entries}, compression), tmp_path / "out" / "deep")
    assert _files(tmp_path / "out" / "deep") == entries


def test_the_systems_own_files_are_left_out(tmp_path, packed):
    names = ("__MACOSX/cat/._1.png", ".hidden/1.png", "cat/.DS_Store", "cat/Thumbs.db", "cat/1.png")
    extract(packed(dict.fromkeys(names, b"x")), tmp_path / "out")
    assert _files(tmp_path / "out") == {"cat/1.png": b"x"}


def test_names_in_utf8_without_the_flag_are_read(tmp_path, packed):
    archive = packed({"mxxse/1.png": b"x"})
    archive.write_bytes(archive.read_bytes().replace(b"mxxse", "mäse".encode()))
    extract(archive, tmp_path / "out")
    assert _files(tmp_path / "out") == {"mäse/1.png": b"x"}


def test_names_in_an_old_code_page_are_read(tmp_path, packed):
    archive = packed({"mxse/1.png": b"x"})
    archive.write_bytes(archive.read_bytes().replace(b"mxse", b"m\x84se"))
    extract(archive, tmp_path / "out")
    assert _files(tmp_path / "out") == {"mäse/1.png": b"x"}


@pytest.mark.parametrize(
    "name", ["../a.png", "a/../../b.png", "/etc/cron.d/x", "C:/x.png", "a\\..\\x.png", "a/../b.png"]
)
def test_names_that_lead_out_are_refused(packed, refused, name):
    refused(packed({"cat/1.png": b"x", name: b"x"}), "rename it and try again")


def test_folders_that_lead_out_are_refused(packed, refused):
    refused(packed({"cat/1.png": b"x", "../out/": b""}), "leads out of its folder")


def test_a_hidden_entry_is_checked_as_well(packed, refused):
    refused(packed({"cat/1.png": b"x", ".x/../../1": b"x"}), "leads out of its folder")


def test_a_nul_in_a_name_is_refused(packed, refused):
    archive = packed({"cat/1.png": b"x", "cat/2_png": b"x"})
    archive.write_bytes(archive.read_bytes().replace(b"2_png", b"2\0png"))
    refused(archive, "a NUL")


def test_an_empty_name_is_refused(packed, refused):
    archive = packed({"cat/1.png": b"x", "_": b"x"})
    archive.write_bytes(archive.read_bytes().replace(b"_", b"\0"))
    refused(archive, "a NUL")


def test_a_name_too_long_is_refused(packed, refused):
    refused(packed({f"cat/{'x' * 256}": b"x"}), "longer than 255 bytes")


@pytest.mark.parametrize("kind", [0o120777, 0o020666, 0o060660, 0o010644, 0o140755])
def test_links_and_devices_are_refused(packed, refused, kind):
    entry = ZipInfo("cat/link")
    entry.external_attr = kind << 16
    refused(packed({"cat/1.png": b"x", entry: b"/etc/passwd"}), "'cat/link' in the archive is a link or a device")


def test_encrypted_is_refused(packed, refused):
    archive = _patched(packed({"cat/1.png": b"x"}), (LOCAL, 6, b"\1"), (CENTRAL, 8, b"\1"))
    refused(archive, "'cat/1.png' in the archive is encrypted; pack it again without a password")


@pytest.mark.parametrize("compression", [ZIP_BZIP2, ZIP_LZMA])
def test_other_codecs_are_refused(packed, refused, compression):
    refused(packed({"cat/1.png": b"x" * 100}, compression), "compressed by a method we do not read")


@pytest.mark.parametrize("method", [9, 93, 99])
def test_unknown_codecs_are_refused(packed, refused, method):
    code = struct.pack("<H", method)
    archive = _patched(packed({"cat/1.png": b"x"}), (LOCAL, 8, code), (CENTRAL, 10, code))
    refused(archive, "compressed by a method we do not read")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("names", [("a/1.png", "a/1.png"), ("a/1.png", "a/./1.png"), ("./a/1.png", "a/1.png")])
def test_duplicates_are_refused(tmp_path, refused, names):
    with ZipFile(tmp_path / "a.zip", "w") as zipped:
        for name in names:
            zipped.writestr(name, name)
    refused(tmp_path / "a.zip", "'a/1.png' is there twice")


def test_a_file_in_a_folders_place_is_refused(packed, refused):
    refused(packed({"cat": b"x", "cat/1.png": b"x"}), "'cat' is both a file and a folder")


@pytest.mark.parametrize("content", [b"", b"PK", b"Rar!\x1a\x07\0", b"\x1f\x8b\x08", b"MZ" + b"\0" * 99, b"<html>"])
def test_what_is_no_zip_is_refused(tmp_path, refused, content):
    (tmp_path / "a.zip").write_bytes(content)
    refused(tmp_path / "a.zip", "no complete zip file|only zip is taken")


def test_a_zip_behind_something_else_is_refused(packed, refused):
    archive = packed({"cat/1.png": b"x"})
    archive.write_bytes(b"MZ program" + archive.read_bytes())
    refused(archive, "only zip is taken")


def test_a_missing_file_is_a_sentence(tmp_path, refused):
    refused(tmp_path / "gone.zip", "could not be unpacked: No such file")


def test_cut_anywhere_it_is_refused(packed, refused):
    archive = packed({"cat/1.png": b"one" * 50, "dog/1.png": b"two" * 50})
    data = archive.read_bytes()
    for end in range(0, len(data), 7):
        archive.write_bytes(data[:end])
        refused(archive, "zip")


def test_damaged_content_is_refused(packed, refused):
    random = np.random.default_rng(0).bytes(5000)
    archive = packed({"cat/1.png": b"first", "cat/2.png": random}, ZIP_STORED)
    archive.write_bytes(archive.read_bytes().replace(random[100:110], b"0123456789"))
    refused(archive, "no complete zip file")


@pytest.mark.parametrize("declared", [10, 4000])
def test_a_lying_size_is_refused(packed, refused, declared):
    archive = _patched(packed({"cat/1.png": b"x" * 2000}), (CENTRAL, 24, struct.pack("<I", declared)))
    refused(archive, "no complete zip file|does not unpack to the size")


def test_a_bomb_is_refused_by_its_ratio(packed, refused):
    refused(packed({"cat/1.png": bytes(4 * 2**20)}), "over 200 times its size")


def test_a_small_blank_bitmap_is_no_bomb(tmp_path, packed):
    extract(packed({"cat/1.bmp": bytes(2**20)}), tmp_path / "out")
    assert (tmp_path / "out" / "cat" / "1.bmp").stat().st_size == 2**20


@pytest.mark.parametrize("apart", [0, 40])
def test_entries_that_share_bytes_are_refused(packed, refused, apart):
    archive = packed({"cat/1.png": np.random.default_rng(0).bytes(3000), "dog/1.png": b"x" * 40}, ZIP_STORED)
    _patched(archive, (CENTRAL, 42, struct.pack("<I", apart)))
    refused(archive, "overlaps with another in the archive")


def test_an_entry_that_reaches_into_the_directory_is_refused(packed, refused):
    archive = packed({"cat/1.png": b"x" * 500}, ZIP_STORED)
    _patched(archive, (CENTRAL, 20, struct.pack("<II", 900, 900)))
    refused(archive, "overlaps with another")


def test_sizes_are_refused_from_the_directory(packed, refused, monkeypatch):
    archive = packed({f"cat/{n}.png": np.random.default_rng(n).bytes(1000) for n in range(5)})
    monkeypatch.setattr(archiving, "MAX_TOTAL_BYTES", 4999)
    refused(archive, "GiB is the most we take")
    monkeypatch.setattr(archiving, "MAX_FILE_BYTES", 999)
    refused(archive, r"'cat/0\.png' unpacks to")


def test_declared_sizes_beyond_32_bits_are_refused(tmp_path, refused):
    with ZipFile(tmp_path / "a.zip", "w") as zipped, zipped.open("cat/1.png", "w", force_zip64=True) as entry:
        entry.write(b"x")
    data = (tmp_path / "a.zip").read_bytes()
    central = data.rindex(CENTRAL)
    extra = struct.pack("<HHQ", 1, 8, 2**40)
    name_end = central + 46 + len("cat/1.png")
    header = bytearray(data[central:name_end])
    header[24:28] = b"\xff" * 4
    header[30:32] = struct.pack("<H", len(extra))
    end = bytearray(data[data.rindex(END) :])
    end[12:16] = struct.pack("<I", len(header) + len(extra))
    (tmp_path / "a.zip").write_bytes(data[:central] + header + extra + end)
    refused(tmp_path / "a.zip", "unpacks to 1,048,576 MiB")


def test_too_many_entries_are_refused_before_they_are_parsed(packed, refused, monkeypatch):
    archive = packed({f"cat/{n}.png": b"x" for n in range(5)})
    monkeypatch.setattr(archiving, "MAX_ENTRIES", 4)
    monkeypatch.setattr(ZipInfo, "__init__", lambda *_: pytest.fail("an entry was parsed"))
    refused(archive, "more than 4 files")


def test_a_huge_directory_is_refused_unread(packed, refused, monkeypatch):
    archive = packed({f"cat/{n}.png": b"x" for n in range(2000)})
    monkeypatch.setattr(archiving, "MAX_DIRECTORY_BYTES", 100_000)
    refused(archive, "directory takes")


def test_a_full_disk_leaves_nothing(packed, refused, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    archive = packed({"cat/1.png": b"x"})
    monkeypatch.setattr(archiving, "_inflate", full)
    refused(archive, "could not be unpacked: No space left on device")


def test_an_existing_folder_is_left_alone(tmp_path, packed):
    archive = packed({"cat/1.png": b"x"})
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("mine")
    with pytest.raises(UploadError):
        extract(archive, tmp_path / "out")
    assert _files(tmp_path / "out") == {"mine": b"mine"}


def test_any_changed_byte_is_read_or_refused(tmp_path, packed):
    archive = packed({"cat/1.png": b"one" * 50, "dog/1.png": b"two" * 50})
    data = archive.read_bytes()
    random = np.random.default_rng(0)
    for n in range(400):
        broken = bytearray(data)
        broken[random.integers(len(data))] = random.integers(256)
        archive.write_bytes(broken)
        out = tmp_path / f"out{n}"
        try:
            extract(archive, out)
        except UploadError:
            assert not out.exists()
    assert all(path.is_relative_to(tmp_path) for path in tmp_path.rglob("*"))
    assert {path.name.rstrip("0123456789") for path in tmp_path.iterdir()} == {"in", "out"}
