"""A folder from the browser in one stream, straight to disk.

The stream: the header's length (4 bytes, big-endian), the header (UTF-8 JSON: [[relative path, size], ...]), and then
the bytes of the files one after the other.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Annotated, BinaryIO

from pydantic import Field, TypeAdapter, ValidationError

from sftviz.data.limits import GIB, MAX_FILE_BYTES, MAX_TOTAL_BYTES, MIB
from sftviz.data.names import is_passed_over, require_distinct, safe_path, shown
from sftviz.errors import UploadError

MAX_HEADER_BYTES = 32 * MIB  # 100,000 files with paths of 300 bytes
MAX_FILES = 100_000

_LENGTH_BYTES = 4
_Announced = tuple[str, Annotated[int, Field(ge=0, strict=True)]]
_HEADER = TypeAdapter(Annotated[list[_Announced], Field(max_length=MAX_FILES)])


class FolderUpload:
    """Takes the stream in pieces of any size and writes the files below `staging`.

    After a failure `staging` is gone, and every further piece fails. Hidden and system files are read over.
    """

    def __init__(self, staging: Path) -> None:
        self._staging = staging
        self._head: bytearray | None = bytearray()
        self._waiting: Iterator[tuple[PurePosixPath, int]] = iter(())
        self._file: BinaryIO | None = None
        self._missing = 0
        self._stored = 0
        self._is_complete = False

    def feed(self, chunk: bytes) -> None:
        """Take the next piece of the stream.

        Raises:
            UploadError: the stream breaks a rule or a limit, or the disk is full.
        """
        try:
            if self._head is None:
                self._write(memoryview(chunk))
            else:
                self._head += chunk
                self._read_head(self._head)
        except UploadError:
            self.abort()
            raise
        except OSError as error:
            self.abort()
            raise UploadError(f"The upload could not be stored: {error.strerror}.") from error

    def finish(self) -> int:
        """End the stream.

        Returns:
            The number of files stored.

        Raises:
            UploadError: bytes are missing.
        """
        if not self._is_complete:
            self.abort()
            raise UploadError("The upload broke off before its end; nothing of it is kept. Upload the folder again.")
        return self._stored

    def abort(self) -> None:
        """Forget the upload and delete what it stored."""
        if self._file:
            self._file.close()
        self._head, self._file, self._missing, self._is_complete = None, None, 0, False
        shutil.rmtree(self._staging, ignore_errors=True)

    def _read_head(self, head: bytearray) -> None:
        length = int.from_bytes(head[:_LENGTH_BYTES])
        if len(head) < _LENGTH_BYTES:
            return
        if length > MAX_HEADER_BYTES:
            raise UploadError(f"The upload's list of files takes {length:,} bytes; {MAX_HEADER_BYTES:,} is the most.")
        if len(head) >= (end := _LENGTH_BYTES + length):
            self._waiting = iter(_announced(bytes(head[_LENGTH_BYTES:end])))
            self._head = None
            self._open_next()
            self._write(memoryview(head)[end:])

    def _write(self, data: memoryview) -> None:
        while data:
            if not self._missing:
                raise UploadError("The upload holds more bytes than it announced; upload the folder again.")
            part = data[: self._missing]
            if self._file:
                self._file.write(part)
            self._missing -= len(part)
            data = data[len(part) :]
            if not self._missing:
                self._open_next()

    def _open_next(self) -> None:
        """Go on to the next file that has bytes; empty ones are complete once they are there."""
        for path, size in self._waiting:
            if self._file:
                self._file.close()
                self._file = None
            if not any(map(is_passed_over, path.parts)):
                target = self._staging / path
                target.parent.mkdir(parents=True, exist_ok=True)
                self._file = target.open("xb")
                self._stored += 1
            if size:
                self._missing = size
                return
        if self._file:
            self._file.close()
            self._file = None
        self._is_complete = True


def _announced(header: bytes) -> list[tuple[PurePosixPath, int]]:
    """Places and sizes of the files to come, after all have passed."""
    try:
        entries = _HEADER.validate_json(header)
    except ValidationError as error:
        raise UploadError(
            f"The upload does not begin with a list of at most {MAX_FILES:,} files; take fewer, or a folder in place."
        ) from error
    for name, size in entries:
        if size > MAX_FILE_BYTES:
            most = MAX_FILE_BYTES // MIB
            raise UploadError(f"The file {shown(name)} has {size / MIB:,.0f} MiB; {most} MiB is the most we take.")
    if (total := sum(size for _, size in entries)) > MAX_TOTAL_BYTES:
        raise UploadError(f"The folder has {total / GIB:,.1f} GiB; {MAX_TOTAL_BYTES // GIB} GiB is the most we take.")
    files = [(safe_path(name), size) for name, size in entries]
    require_distinct([path for path, _ in files])
    return files
