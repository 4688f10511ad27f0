"""A file of known size that is computed from its start to its end, perhaps over several attempts.

`<path>.growing` has the full size from the start, with holes, so that what it is going to take can be counted at once.
`<path>.synced` says how many of its bytes would survive a loss of power. It gets its own name when it is complete.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sftviz.durable import sync_folder, write_durably

GROWING_SUFFIX = ".growing"
RECORD_SUFFIX = ".synced"

_SYNC_EVERY_S = 2.0  # no more work than this is lost when the process is killed


class GrowingFile:
    """A file that is being computed by this thread and nobody else; made by `hold`.

    Attributes:
        path: where it is going to be.
        position: number of bytes that are there; more than 0 at the beginning where an earlier attempt was interrupted,
            and `total_bytes` where it is complete already.
        total_bytes: number of bytes that make it complete.
    """

    def __init__(self, path: Path, total_bytes: int, descriptor: int) -> None:
        self.path = path
        self.total_bytes = total_bytes
        self._descriptor = descriptor
        self._has_room = os.fstat(descriptor).st_size == total_bytes
        self.position = synced_bytes(path) if self._has_room else 0
        if _is_complete(path, total_bytes):
            self.position = total_bytes
        os.lseek(descriptor, self.position, os.SEEK_SET)
        self._synced_at = time.monotonic()

    @property
    def missing_bytes(self) -> int:
        """What is still to come of the space on the disk."""
        return self.total_bytes - self.position

    def reserve(self) -> None:
        """Give the file its full size."""
        if not self._has_room:
            # A record left behind by a crash must not vouch for holes.
            write_durably(_record(self.path), b"0")
            os.truncate(self._descriptor, self.total_bytes)

    def write(self, data: bytes | memoryview) -> None:
        """Append bytes; of an array, a contiguous view.

        Raises:
            OSError: the disk is full or not to be written; `position` says how much has come to be there.
        """
        rest = memoryview(data)
        if self.position + rest.nbytes > self.total_bytes:
            raise ValueError(f"{self.total_bytes} bytes were announced, and {self.position + rest.nbytes} came.")
        while rest.nbytes:
            rest = rest.cast("B")
            written = os.write(self._descriptor, rest)
            self.position += written
            rest = rest[written:]
        if time.monotonic() - self._synced_at >= _SYNC_EVERY_S:
            self._sync()

    def rewind(self, position: int) -> None:
        """Go back, to the end of the last whole record; what lay behind is to be written again."""
        if position != self.position:
            self.position = os.lseek(self._descriptor, position, os.SEEK_SET)
            self._sync()  # or the record would vouch for bytes that are being overwritten

    def leave(self) -> None:
        """Complete the file if all of it is there, else keep what is."""
        if self.position < self.total_bytes:
            with suppress(OSError):  # what cannot be made safe is computed again
                self._sync()
            return
        is_here = os.fstat(self._descriptor).st_size == self.total_bytes
        if is_here and not _is_complete(self.path, self.total_bytes):
            os.fsync(self._descriptor)
            _growing(self.path).rename(self.path)
            sync_folder(self.path.parent)
        _record(self.path).unlink(missing_ok=True)

    def _sync(self) -> None:
        os.fsync(self._descriptor)
        write_durably(_record(self.path), str(self.position).encode())
        self._synced_at = time.monotonic()


@contextmanager
def hold(path: Path, total_bytes: int) -> Iterator[GrowingFile]:
    """Lend a file to be computed; whoever comes second waits. The lock ends with its holder, however that ends."""
    growing = _growing(path)
    while True:
        descriptor = os.open(growing, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if _is_at(growing, descriptor):
                try:
                    yield GrowingFile(path, total_bytes, descriptor)
                finally:
                    if os.fstat(descriptor).st_size == 0 and _is_at(growing, descriptor):
                        growing.unlink()  # nothing came of it
                return
        finally:
            os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether somebody, in this process or another, is computing the file."""
    try:
        with _growing(path).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def synced_bytes(path: Path) -> int:
    """Number of bytes of an unfinished file that are there for sure."""
    try:
        return int(_record(path).read_bytes())
    except (FileNotFoundError, ValueError):
        return 0


def discard(path: Path) -> bool:
    """Delete what there is of an unfinished file; false where somebody is computing it."""
    with suppress(FileNotFoundError), _growing(path).open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        # Under the lock: whoever waits for it finds the path gone, and begins anew.
        if _is_at(_growing(path), file.fileno()):
            _growing(path).unlink()
            _record(path).unlink(missing_ok=True)
    return True


def _is_complete(path: Path, total_bytes: int) -> bool:
    return path.exists() and path.stat().st_size == total_bytes


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _growing(path: Path) -> Path:
    return path.with_name(path.name + GROWING_SUFFIX)


def _record(path: Path) -> Path:
    return path.with_name(path.name + RECORD_SUFFIX)
