"""Zip files that mean harm, made here: names that lead out, bombs of every kind, archives in archives, parts of one."""

import resource
import struct
import subprocess
import sys
import tracemalloc
import zlib
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sftviz.data.archive import extract
from sftviz.data.store import DataStore
from sftviz.errors import UploadError
from tests.conftest import ROOT
from tests.faults.conftest import HOSTILE_NAMES, png

_MIB = 2**20
_NAMES = st.lists(
    st.text(st.sampled_from("ab./\\\0:C~\n😀 \u202e"), min_size=1, max_size=9), min_size=1, max_size=4, unique=True
)
_EXTRACT = (
    "import sys, resource; from pathlib import Path; from sftviz.data.archive import extract; "
    "from sftviz.errors import UploadError\n"
    "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
    "try: extract(Path(sys.argv[1]), Path(sys.argv[2]))\n"
    "except UploadError as error: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, error)"
)


def _end(count: int, size: int, offset: int) -> bytes:
    """The end of an archive: entries, and where its directory lies."""
    return b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, min(count, 65535), min(count, 65535), size, offset, 0)


def _end_of_64_bits(count: int, size: int, offset: int) -> bytes:
    """The same where 16 and 32 bits do not hold the numbers; it follows the directory at once."""
    end = b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, size, offset)
    return end + b"PK\6\7" + struct.pack("<IQI", 0, offset + size, 1) + _end(2**16, 2**32 - 1, 2**32 - 1)


def _local(name: bytes, packed: int, size: int, crc: int) -> bytes:
    return b"PK\3\4" + struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, crc, packed, size, len(name), 0) + name


def _central(name: bytes, packed: int, size: int, crc: int, offset: int) -> bytes:
    fixed = struct.pack("<HHHHHHIIIHHHHHII", 20, 20, 0, 8, 0, 33, crc, packed, size, len(name), 0, 0, 0, 0, 0, offset)
    return b"PK\1\2" + fixed + name


def _refused_within(memory_mib: int, archive: Path, sentence: str, into: Path) -> None:
    """Refused in a process of its own, whose memory grew by so much at most; nothing is left."""
    answer = subprocess.run(
        [sys.executable, "-c", _EXTRACT, str(archive), str(into)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (_MIB, _MIB)),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    grown_kib, _, said = answer.stdout.partition(" ")
    assert sentence in said
    assert int(grown_kib) < memory_mib * 1024
    assert not into.exists()


@given(_NAMES)
@settings(max_examples=60)
def test_nothing_is_written_outside_whatever_the_names(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    around = tmp_path_factory.mktemp("around")
    with ZipFile(around / "a.zip", "w") as zipped:
        for number, name in enumerate(names):
            entry = ZipInfo("x")
            entry.filename = name
            zipped.writestr(entry, str(number))
    try:
        extract(around / "a.zip", around / "into")
    except UploadError:
        assert not (around / "into").exists()
    assert {path.name for path in around.iterdir()} <= {"a.zip", "into"}
    for path in around.rglob("*"):
        assert not path.is_symlink()
        assert path.resolve().is_relative_to(around)


def test_a_million_entries_are_refused_from_the_directory(tmp_path: Path) -> None:
    entry = _central(b"a/b.png", 0, 0, 0, 0)
    directory = entry * 10**6
    (tmp_path / "a.zip").write_bytes(b"PK\3\4" + directory + _end_of_64_bits(10**6, len(directory), 4))
    _refused_within(100, tmp_path / "a.zip", "more than 200,000 files", tmp_path / "out")


@pytest.mark.parametrize(("count", "size"), [(2**60, 2**60), (2**60, 51), (1, 2**40), (0, 2**63 - 1)])
def test_numbers_beyond_the_file_are_refused_before_anything_is_read(count: int, size: int, tmp_path: Path) -> None:
    entry = _central(b"a/b.png", 0, 0, 0, 0)
    end = b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, size, 4)
    end += b"PK\6\7" + struct.pack("<IQI", 0, 4 + len(entry), 1) + _end(2**16, 2**32 - 1, 2**32 - 1)
    (tmp_path / "a.zip").write_bytes(b"PK\3\4" + entry + end)
    tracemalloc.start()
    with pytest.raises(UploadError):
        extract(tmp_path / "a.zip", tmp_path / "out")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * _MIB
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("size", [150 * _MIB, 4 * _MIB])
def test_one_kernel_under_many_names_is_a_bomb(size: int, tmp_path: Path) -> None:
    """All entries declare the same compressed bytes: kilobytes that unpack to gigabytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    kernel = packer.compress(bytes(_MIB)) + packer.flush()
    kernel += bytes(max(0, size // 200 - len(kernel) + 1)) if size < 100 * _MIB else b""
    body = _local(b"a/0.png", len(kernel), size, 0) + kernel
    directory = b"".join(_central(f"a/{number}.png".encode(), len(kernel), size, 0, 0) for number in range(250))
    (tmp_path / "a.zip").write_bytes(body + directory + _end(250, len(directory), len(body)))
    _refused_within(20, tmp_path / "a.zip", "over", tmp_path / "out")


def test_bytes_are_counted_while_they_are_unpacked(tmp_path: Path) -> None:
    """An entry that declares 3 MiB, as its ratio allows, and holds 32 MiB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    noise = np.random.default_rng(0).bytes(16 * 1024)
    kernel = packer.compress(noise + bytes(32 * _MIB)) + packer.flush()
    declared = 3 * _MIB
    body = _local(b"a/0.png", len(kernel), declared, 0) + kernel
    directory = _central(b"a/0.png", len(kernel), declared, 0, 0)
    (tmp_path / "a.zip").write_bytes(body + directory + _end(1, len(directory), len(body)))
    tracemalloc.start()
    with pytest.raises(UploadError, match=r"no complete zip file|does not unpack to the size"):
        extract(tmp_path / "a.zip", tmp_path / "out")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * _MIB
    assert not (tmp_path / "out").exists()


def test_archives_within_archives_stay_packed(tmp_path: Path) -> None:
    """Also one that holds itself would be only a file that is no picture."""
    inner = tmp_path / "inner.zip"
    with ZipFile(inner, "w", ZIP_DEFLATED) as zipped:
        zipped.writestr("deep/1.png", bytes(_MIB))
    with ZipFile(tmp_path / "a.zip", "w", ZIP_STORED) as zipped:
        for label in ("cat", "dog"):
            zipped.writestr(f"{label}/1.png", png(1, 1, b"\0" + label.encode()))
            zipped.write(inner, f"{label}/inner.zip")
            zipped.write(inner, f"{label}/picture.png")
    stored = DataStore(tmp_path / "home").add_archive(tmp_path / "a.zip", name="nested")
    assert [picture.path for picture in stored.listing.pictures] == ["cat/1.png", "dog/1.png"]
    assert len(stored.listing.rejections) == 4
    assert all("is not a picture that we read" in each.reason for each in stored.listing.rejections)


@pytest.mark.parametrize("part", ["first", "last", "last from a file on"])
def test_a_part_of_a_split_archive_is_refused(part: str, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "a.zip", "w", ZIP_STORED) as zipped:
        for number in range(4):
            zipped.writestr(f"a/{number}.png", np.random.default_rng(number).bytes(500))
    data = (tmp_path / "a.zip").read_bytes()
    half = {
        "first": b"PK\7\x08" + data[:1000],
        "last": data[1000:],
        "last from a file on": data[data.index(b"PK", 600) :],
    }
    (tmp_path / "a.zip").write_bytes(half[part])
    with pytest.raises(UploadError, match=r"no complete zip file|only zip is taken") as caught:
        extract(tmp_path / "a.zip", tmp_path / "out")
    assert str(caught.value).endswith(".")
    assert not (tmp_path / "out").exists()


def test_twins_by_case_and_by_composition_are_kept_apart(tmp_path: Path) -> None:
    names = ("a/1.png", "A/1.png", "a/1.PNG", "a/caf\u00e9.png", "a/cafe\u0301.png")
    with ZipFile(tmp_path / "a.zip", "w") as zipped:
        for name in names:
            zipped.writestr(name, name)
    extract(tmp_path / "a.zip", tmp_path / "out")
    found = {path.relative_to(tmp_path / "out").as_posix(): path.read_text() for path in tmp_path.rglob("*/*/*.*")}
    assert {name: text for name, text in found.items() if "/" in name} == dict(zip(names, names, strict=True))


def test_where_the_file_system_knows_no_case_twins_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never the second over the first: files are made anew or not at all."""
    opening = Path.open

    def without_case(path: Path, mode: str = "r", *rest: object) -> object:
        return opening(Path(str(path).lower()) if path.is_relative_to(tmp_path / "out") else path, mode, *rest)

    monkeypatch.setattr(Path, "open", without_case)
    with ZipFile(tmp_path / "a.zip", "w") as zipped:
        zipped.writestr("a/x.png", "first")
        zipped.writestr("a/X.png", "second")
    with pytest.raises(UploadError, match="could not be unpacked: File exists"):
        extract(tmp_path / "a.zip", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_data_set_of_hostile_names_goes_through_a_zip(tmp_path: Path) -> None:
    names = [name for name in HOSTILE_NAMES if "\\" not in name]
    with ZipFile(tmp_path / "a.zip", "w") as zipped:
        for seed, name in enumerate(names):
            for number in range(2):
                zipped.writestr(f"{name}/{number}{name[:100]}", png(1, 1, bytes([0, seed, number, 7])))
    stored = DataStore(tmp_path / "home").add_archive(tmp_path / "a.zip", name=HOSTILE_NAMES[0])
    assert stored.listing.classes == tuple(sorted(names))
    assert len(stored.listing.pictures) == 2 * len(names)
    assert not stored.listing.rejections
    assert {path.name for path in tmp_path.iterdir()} == {"a.zip", "home"}
