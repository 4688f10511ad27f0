"""A folder of computed files that may be deleted at any time: what is missing is computed again.

A file that is deleted while it is mapped stays readable until it is unmapped, as POSIX promises, so nothing is locked
for reading.
"""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sftviz.durable import TEMPORARY_SUFFIX, alone, remove_leftovers
from sftviz.errors import CacheFullError, SftvizError
from sftviz.growing import GROWING_SUFFIX, RECORD_SUFFIX, GrowingFile, discard, hold, is_held, synced_bytes
from sftviz.resources import nearest_folder, size_text

_GIB = 2**30
_LIMIT_VARIABLE = "SFTVIZ_CACHE_GIB"
_SHARE_OF_DISK = 0.2
_MOST_RESERVED_BYTES = 2 * _GIB  # left free on the disk for checkpoints and everything else
_BLOCK_BYTES = 512  # the unit of st_blocks, whatever the file system
_LOCK_SUFFIX = ".lock"
_PAUSE_S = 0.1


class CacheUsage(NamedTuple):
    """What a cache takes on the disk."""

    num_bytes: int
    num_files: int


class CacheFolder:
    """Files by name, the least recently used of which make way for new ones. Safe for many threads and processes.

    Args:
        folder: made where it is missing. A name may have a folder in front; all of them share one limit.
        max_bytes: most that all files together may take; by default the GiB in SFTVIZ_CACHE_GIB, else a fifth of the
            disk.
    """

    def __init__(self, folder: Path, max_bytes: int | None = None) -> None:
        self.folder = folder
        self._max_bytes = max_bytes

    @property
    def max_bytes(self) -> int:
        """Most that all files together may take.

        Raises:
            SftvizError: SFTVIZ_CACHE_GIB is no number above 0.
        """
        return _default_limit(self.folder) if self._max_bytes is None else self._max_bytes

    def find(self, name: str) -> Path | None:
        """A complete file, which counts as used now; None where there is none."""
        path = self.folder / name
        try:
            os.utime(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        return path

    @contextmanager
    def growing(self, name: str, total_bytes: int) -> Iterator[GrowingFile]:
        """Lend a file to be computed, from where an earlier attempt was interrupted.

        It is complete once the block is left with all its bytes there; left early, it keeps those that are. Nobody else
        gets it meanwhile: they wait here (`awaited` shows how long), and then find `position` at its end.

        Raises:
            CacheFullError: it does not fit, even with all else deleted.
            OSError: the disk cannot be written.
        """
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with hold(path, total_bytes) as file:
            if file.missing_bytes:
                with self._counting():
                    self._make_room(file)
                    file.reserve()
            try:
                yield file
            finally:
                file.leave()

    def awaited(self, name: str) -> Iterator[int]:
        """Bytes that somebody else has computed so far, again and again until they stop; none where nobody is at it.

        Whoever walks through this before asking for the file can show progress meanwhile, and give up.
        """
        while is_held(self.folder / name):
            yield synced_bytes(self.folder / name)
            time.sleep(_PAUSE_S)

    def usage(self) -> CacheUsage:
        """What the files take now, unfinished ones included."""
        files = list(self._files())
        return CacheUsage(sum(file.on_disk for file in files), len(files))

    def clear(self) -> int:
        """Delete all files but those that are being computed; returns the bytes that they took."""
        with self._counting():
            return sum(file.on_disk for file in list(self._files()) if file.delete())

    def _make_room(self, new: GrowingFile) -> None:
        """Delete what was used least recently until the new file fits; nothing is deleted in vain."""
        others = sorted((file for file in self._files() if file.path != new.path), key=lambda file: file.used_at)
        may_go = [file for file in others if not file.is_held]
        if lack := self._lack(new, [file for file in others if file.is_held], sum(file.on_disk for file in may_go)):
            raise lack
        for file in may_go:
            if not self._lack(new, others):
                return
            if file.delete():
                others.remove(file)
        if lack := self._lack(new, others):  # what is deleted and still mapped is not free yet
            raise lack

    def _lack(self, new: GrowingFile, others: list["_File"], freed_bytes: int = 0) -> CacheFullError | None:
        """Why a file does not fit beside others; None where it does."""
        purpose = new.path.parent.name
        if sum(file.size for file in others) + new.total_bytes > self.max_bytes:
            return CacheFullError(
                f"The cache needs {size_text(new.total_bytes)} for {purpose} and may take {size_text(self.max_bytes)} "
                f"in all; set {_LIMIT_VARIABLE} to allow it more, or use fewer examples."
            )
        usable = self._usable_bytes() + freed_bytes - sum(file.promised_bytes for file in others)
        if usable < new.missing_bytes:
            return CacheFullError(
                f"The cache needs {size_text(new.missing_bytes)} more for {purpose}; the disk has "
                f"{size_text(max(0, usable))} to spare; free some space on it, or choose a home folder on another disk."
            )
        return None

    def _usable_bytes(self) -> int:
        disk = shutil.disk_usage(self.folder)
        return disk.free - min(_MOST_RESERVED_BYTES, disk.total // 20)

    def _files(self) -> Iterator["_File"]:
        for path in self.folder.rglob("*"):
            if path.suffix not in (RECORD_SUFFIX, TEMPORARY_SUFFIX, _LOCK_SUFFIX) and path.is_file():
                with suppress(FileNotFoundError):  # others may be deleting
                    yield _File.at(path)

    @contextmanager
    def _counting(self) -> Iterator[None]:
        """One process at a time counts, deletes and reserves."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with alone(self.folder / f"room{_LOCK_SUFFIX}"):
            remove_leftovers(self.folder.rglob(f"*{TEMPORARY_SUFFIX}"))
            yield


@dataclass(frozen=True)
class _File:
    """A file of the cache: complete, or unfinished under the name it is going to have."""

    path: Path
    size: int
    on_disk: int
    used_at: float
    is_growing: bool

    @classmethod
    def at(cls, path: Path) -> "_File":
        status = path.stat()
        is_growing = path.suffix == GROWING_SUFFIX
        on_disk = min(status.st_size, _BLOCK_BYTES * status.st_blocks)  # an unfinished file has holes
        return cls(path.with_suffix("") if is_growing else path, status.st_size, on_disk, status.st_mtime, is_growing)

    @property
    def promised_bytes(self) -> int:
        return self.size - self.on_disk if self.is_held else 0

    @property
    def is_held(self) -> bool:
        return self.is_growing and is_held(self.path)

    def delete(self) -> bool:
        """Whether it is gone; what somebody is computing stays."""
        if self.is_growing:
            return discard(self.path)
        self.path.unlink(missing_ok=True)
        return True


def _default_limit(folder: Path) -> int:
    text = os.environ.get(_LIMIT_VARIABLE, "")
    if not text:
        return int(_SHARE_OF_DISK * shutil.disk_usage(nearest_folder(folder)).total)
    try:
        gib = float(text)
    except ValueError:
        gib = 0.0
    if not gib > 0:
        raise SftvizError(f"{_LIMIT_VARIABLE} is a number of GiB above 0, not {text!r}; correct it or leave it out.")
    return int(gib * _GIB)
