"""Files that are computed once: complete or not there, resumed wherever the process died, and never too many."""

import mmap
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from sftviz.caches import CacheFolder
from sftviz.errors import CacheFullError, SftvizError
from tests.conftest import ROOT

GIB = 2**30

# Kills itself before its nth call that changes the disk, then loses what was not synced, then goes on unharmed.
_KILLED_AT_EVERY_CALL = """
import os, sys
from pathlib import Path
from sftviz import growing
from sftviz.caches import CacheFolder

RECORD, COUNT = b"0123456789", 3
growing._SYNC_EVERY_S = 0.0

def compute(folder, calls_left=10**9):
    def dying(function):
        def call(*arguments, **options):
            nonlocal calls_left
            calls_left -= 1
            if calls_left == 0:
                os._exit(137)
            return function(*arguments, **options)
        return call
    for place, name in ((os, "write"), (os, "fsync"), (os, "truncate"), (Path, "rename"), (Path, "replace"),
                        (Path, "unlink")):
        setattr(place, name, dying(getattr(place, name)))
    with CacheFolder(folder).growing("part/file", len(RECORD) * COUNT) as file:
        first = file.position
        file.rewind(file.position - file.position % len(RECORD))
        while file.position < file.total_bytes:
            half = len(RECORD) // 2
            file.write(RECORD[:half])
            file.write(RECORD[half:])
    return first

root, n, resumed = Path(sys.argv[1]), 0, set()
while True:
    n += 1
    folder = root / str(n)
    child = os.fork()
    if child == 0:
        compute(folder, n)
        os._exit(0)
    was_killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 137
    unfinished = folder / "part" / "file.growing"
    if was_killed and unfinished.exists():
        safe = growing.synced_bytes(folder / "part" / "file")
        content = unfinished.read_bytes()
        unfinished.write_bytes(content[:safe] + b"?" * (len(content) - safe))
    child = os.fork()
    if child == 0:
        os._exit(compute(folder))
    resumed.add(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    (whole,) = (path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".lock", ".part"))
    assert whole.read_bytes() == RECORD * COUNT, n
    if not was_killed:
        break
print(sorted(resumed))
"""

_COMPUTES = """
import sys
from pathlib import Path
from sftviz.caches import CacheFolder

print("asking", flush=True)
with CacheFolder(Path(sys.argv[1])).growing("file", 100) as file:
    print("at", file.position, flush=True)
    if file.position == 0:
        sys.stdin.readline()
        file.write(bytes(100))
"""


def _python(script: str, *arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def _fill(cache: CacheFolder, name: str, num_bytes: int, *, used_at: float | None = None) -> Path:
    with cache.growing(name, num_bytes) as file:
        file.write(bytes(num_bytes))
    path = cache.find(name)
    assert path is not None
    if used_at is not None:
        os.utime(path, (used_at, used_at))
    return path


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()} - {"room.lock"}


@contextmanager
def _largest_file(num_bytes: int) -> Iterator[None]:
    """A disk that takes no file beyond this size."""
    _, hard = limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (num_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_file_is_there_once_it_is_complete(tmp_path: Path) -> None:
    cache = CacheFolder(tmp_path / "cache")
    with cache.growing("part/file", 6) as file:
        assert (file.position, file.total_bytes) == (0, 6)
        file.write(b"abc")
        file.write(memoryview(b"def"))
        assert file.position == 6
        assert cache.find("part/file") is None
    path = cache.find("part/file")
    assert path == tmp_path / "cache" / "part" / "file"
    assert path.read_bytes() == b"abcdef"
    assert _names(tmp_path / "cache") == {"file"}


def test_what_is_complete_is_not_computed_again(tmp_path: Path) -> None:
    cache = CacheFolder(tmp_path)
    _fill(cache, "file", 6)
    with cache.growing("file", 6) as file:
        assert file.position == 6
    assert _names(tmp_path) == {"file"}


def test_another_size_replaces_it(tmp_path: Path) -> None:
    cache = CacheFolder(tmp_path)
    os.truncate(_fill(cache, "file", 6), 4)
    with cache.growing("file", 6) as file:
        assert file.position == 0
        file.write(b"abcdef")
    assert (tmp_path / "file").read_bytes() == b"abcdef"


@pytest.mark.parametrize("error", [KeyboardInterrupt, GeneratorExit, None])
def test_left_early_it_goes_on_from_there(tmp_path: Path, error: type[BaseException] | None) -> None:
    cache = CacheFolder(tmp_path)
    with suppress(KeyboardInterrupt, GeneratorExit), cache.growing("file", 10) as file:
        file.write(b"01234")
        if error:
            raise error
    assert cache.find("file") is None
    with cache.growing("file", 10) as file:
        assert file.position == 5
        file.rewind(4)
        file.write(b"456789")
    assert (tmp_path / "file").read_bytes() == b"0123456789"
    assert _names(tmp_path) == {"file"}


def test_more_than_was_announced_is_refused(tmp_path: Path) -> None:
    with CacheFolder(tmp_path).growing("file", 10) as file, pytest.raises(ValueError, match="10 bytes were announced"):
        file.write(bytes(11))


def test_killed_at_any_call_and_cut_off_from_power_it_ends_the_same(tmp_path: Path) -> None:
    driver = _python(_KILLED_AT_EVERY_CALL, tmp_path)
    said, _ = driver.communicate()
    assert driver.returncode == 0
    # Every half record was once the place to go on from, and the whole file too.
    assert said.strip() == str(list(range(0, 31, 5)))


def test_two_processes_compute_it_once(tmp_path: Path) -> None:
    both = [_python(_COMPUTES, tmp_path) for _ in range(2)]
    for process in both:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "asking\n"
    for process in both:
        # Either may have come first and waits for this word; the other one waits for the file.
        process.stdin.write("go\n")
        process.stdin.flush()
    positions = []
    for process in both:
        with process:
            # Not `communicate`: it would lose what came together with the first line.
            assert process.stdout is not None
            positions.append(int(process.stdout.read().split()[-1]))
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(positions) == [0, 100]
    assert _names(tmp_path) == {"file"}


def test_who_waits_sees_how_far_the_other_is(tmp_path: Path) -> None:
    cache = CacheFolder(tmp_path)
    assert list(cache.awaited("file")) == []
    with cache.growing("file", 10) as file:
        file.write(b"012345")
        file.rewind(5)
        assert next(cache.awaited("file")) == 5
    assert list(cache.awaited("file")) == []


def test_the_least_recently_used_makes_way(tmp_path: Path) -> None:
    cache = CacheFolder(tmp_path, max_bytes=100)
    for used_at, name in enumerate("abcd"):
        _fill(cache, f"{name}/{name}", 25, used_at=used_at)
    cache.find("a/a")
    _fill(cache, "e", 50)
    assert _names(tmp_path) == {"a", "d", "e"}
    with cache.growing("f", 50):
        pass
    assert _names(tmp_path) == {"e", "f.growing", "f.synced"}


def test_stale_unfinished_files_make_way_and_those_at_work_do_not(tmp_path: Path) -> None:
    cache = CacheFolder(tmp_path, max_bytes=100)
    with cache.growing("stale", 50) as file:
        file.write(b"1")
    with cache.growing("young", 50) as file:
        _fill(cache, "new", 50)
        assert _names(tmp_path) == {"new", "young.growing", "young.synced"}
        with pytest.raises(CacheFullError), cache.growing("another", 51):
            pass
        file.write(bytes(50))
    assert _names(tmp_path) == {"new", "young"}


def test_what_can_never_fit_is_a_sentence_and_costs_nothing(tmp_path: Path) -> None:
    cache = CacheFolder(tmp_path, max_bytes=GIB)
    _fill(cache, "pixels/old", 6)
    with (
        pytest.raises(CacheFullError, match=r"needs 3\.0\sGiB for pixels and may take 1\.0\sGiB .* SFTVIZ_CACHE_GIB"),
        cache.growing("pixels/new", 3 * GIB),
    ):
        pass
    assert _names(tmp_path) == {"old"}


def test_some_of_the_disk_stays_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = CacheFolder(tmp_path, max_bytes=100 * GIB)
    _fill(cache, "pixels/old", 6)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(total=100 * GIB, free=5 * GIB))
    with (
        pytest.raises(CacheFullError, match=r"needs 4\.0\sGiB more for pixels; the disk has 3\.0\sGiB to spare; free"),
        cache.growing("pixels/new", 4 * GIB),
    ):
        pass
    assert _names(tmp_path) == {"old"}
    with cache.growing("pixels/new", 2 * GIB), pytest.raises(CacheFullError), cache.growing("pixels/newer", 2 * GIB):
        pass


def test_a_full_disk_keeps_what_is_there(tmp_path: Path) -> None:
    cache = CacheFolder(tmp_path)
    with pytest.raises(OSError, match="too large"), _largest_file(5), cache.growing("file", 10):
        pass
    assert not _names(tmp_path) - {"file.synced"}
    with pytest.raises(OSError, match="too large"), cache.growing("file", 10) as file, _largest_file(5):
        file.write(b"0123456789")
    with cache.growing("file", 10) as file:
        assert file.position == 5
        file.write(b"56789")
    assert (tmp_path / "file").read_bytes() == b"0123456789"


def test_cleared_while_mapped_it_stays_readable(tmp_path: Path) -> None:
    cache = CacheFolder(tmp_path)
    path = _fill(cache, "pixels/file", 6)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert cache.clear() == 6
        assert not path.exists()
        assert mapped[:] == bytes(6)
    assert cache.usage() == (0, 0)


def test_clearing_spares_what_is_being_computed(tmp_path: Path) -> None:
    cache = CacheFolder(tmp_path)
    with cache.growing("left", 10**6) as file:
        file.write(bytes(1))
    with cache.growing("file", 6) as file:
        file.write(bytes(3))
        cache.clear()
        assert _names(tmp_path) == {"file.growing", "file.synced"}
        file.write(bytes(3))
    assert _names(tmp_path) == {"file"}
    assert cache.usage() == (6, 1)


def test_an_empty_cache(tmp_path: Path) -> None:
    cache = CacheFolder(tmp_path / "none")
    assert cache.find("file") is None
    assert cache.usage() == (0, 0)
    assert cache.clear() == 0


def test_the_limit_is_a_setting_or_a_share_of_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SFTVIZ_CACHE_GIB", raising=False)
    assert CacheFolder(tmp_path / "none").max_bytes == shutil.disk_usage(tmp_path).total // 5
    monkeypatch.setenv("SFTVIZ_CACHE_GIB", "1.5")
    assert CacheFolder(tmp_path).max_bytes == 1.5 * GIB
    for nonsense in ("plenty", "-1", "nan"):
        monkeypatch.setenv("SFTVIZ_CACHE_GIB", nonsense)
        with pytest.raises(SftvizError, match=f"a number of GiB above 0, not '{nonsense}'"):
            _ = CacheFolder(tmp_path).max_bytes
