"""Files that are either there in full or not at all, whatever happens meanwhile."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

TEMPORARY_SUFFIX = ".part"

_DAY_S = 24 * 3600


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Lend a temporary file that takes the place of `path` when the block succeeds, and vanishes when it fails.

    Raises:
        OSError: the disk is full or not to be written; `path` is then as it was.
    """
    file = NamedTemporaryFile(  # noqa: SIM115 - closed before the rename, which Windows needs
        dir=path.parent, prefix=f"{path.name}.", suffix=TEMPORARY_SUFFIX, delete=False
    )
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
    except BaseException:
        Path(file.name).unlink()
        raise
    sync_folder(path.parent)


def write_durably(path: Path, content: bytes) -> None:
    """Replace a file by new content."""
    with replacing(path) as file:
        file.write(content)


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Wait until nobody else, in this process or another, is in a block on the same file, which is made."""
    with lock.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def sync_folder(folder: Path) -> None:
    """Make renames within a folder survive a loss of power; Windows has no such call and needs none."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_leftovers(paths: Iterable[Path]) -> None:
    """Delete what is older than a day: work of that age lost its process and nobody will finish it."""
    for path in paths:
        with suppress(OSError):  # another process may be clearing up too
            if time.time() - path.stat().st_mtime > _DAY_S:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def folder_bytes(folder: Path) -> int:
    """What the files below a folder hold."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # somebody may be replacing it
            total += path.stat().st_size if path.is_file() else 0
    return total
