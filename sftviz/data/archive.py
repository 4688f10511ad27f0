"""A zip from a stranger becomes a folder, or is refused before a byte of it is inflated."""

import shutil
import stat
import zlib
from io import SEEK_SET, BufferedReader, FileIO
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from sftviz.data.limits import GIB, MAX_FILE_BYTES, MAX_TOTAL_BYTES, MIB
from sftviz.data.names import is_passed_over, require_distinct, safe_path, shown
from sftviz.errors import UploadError

MAX_ENTRIES = 200_000  # twice an upload's files, for macOS adds a hidden one to each
MAX_DIRECTORY_BYTES = 128 * MIB  # room for that many entries with long names
MAX_RATIO = 200  # pictures barely shrink; bombs reach 1,000
RATIO_FREE_BYTES = MIB  # below this even a bomb does no harm

_CHUNK_BYTES = 2**20
_LOCAL_HEADER_BYTES = 30  # the least that precedes an entry's bytes
_DIRECTORY_ENTRY = b"PK\x01\x02"
_ENCRYPTED_FLAGS = 0x1 | 0x40 | 0x2000


def extract(archive: Path, into: Path) -> None:
    """Unpack a zip into a new folder; hidden and system files are left out.

    Args:
        archive: the zip file.
        into: must not exist yet; after a failure it does not exist either.

    Raises:
        UploadError: the file is no sound zip, asks for more than the limits allow, or names places elsewhere.
    """
    try:
        with _DirectoryGuard(FileIO(archive)) as file, _opened(file) as zipped:
            entries = _checked(zipped)
            into.mkdir(parents=True)
            try:
                for entry, path in entries:
                    _inflate(zipped, entry, into / path)
            except BaseException:
                shutil.rmtree(into)
                raise
    except (BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, zlib.error) as error:
        raise UploadError(f"The archive is no complete zip file ({error}); pack the folder again.") from error
    except OSError as error:
        raise UploadError(f"The archive could not be unpacked: {error.strerror}.") from error


class _DirectoryGuard(BufferedReader):
    """Lets zipfile read no directory that would fill the memory: it parses all entries before anyone can count them."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MAX_DIRECTORY_BYTES:
            raise UploadError(f"The archive's directory takes {size // MIB} MiB; split the archive.")
        data = super().read(size)
        if data.count(_DIRECTORY_ENTRY) > MAX_ENTRIES:
            raise UploadError(f"The archive has more than {MAX_ENTRIES:,} files; split it, or use a folder in place.")
        return data

    def seek(self, offset: int, whence: int = SEEK_SET, /) -> int:
        if whence == SEEK_SET and offset < 0:  # where the last part of a split archive has its directory
            raise BadZipFile("its beginning is missing")
        return super().seek(offset, whence)


def _opened(file: BufferedReader) -> ZipFile:
    if file.peek(2)[:2] != b"PK":
        raise UploadError("The file is not a zip archive; only zip is taken.")
    try:
        return ZipFile(file, metadata_encoding="utf-8")  # what macOS writes, without declaring it
    except UnicodeDecodeError:
        return ZipFile(file)


def _checked(zipped: ZipFile) -> list[tuple[ZipInfo, PurePosixPath]]:
    """The entries worth unpacking and their places, after every entry has passed."""
    entries = zipped.infolist()
    for entry in entries:
        _require_harmless(entry)
    if (total := sum(entry.file_size for entry in entries)) > MAX_TOTAL_BYTES:
        raise UploadError(
            f"The archive unpacks to {total / GIB:,.1f} GiB; {MAX_TOTAL_BYTES // GIB} GiB is the most we take."
        )
    _require_apart(entries, zipped.start_dir)
    # zipfile's own `filename` has lost what follows a NUL.
    places = [(entry, safe_path(entry.orig_filename.removesuffix("/"))) for entry in entries]
    files = [(entry, path) for entry, path in places if not entry.orig_filename.endswith("/")]
    require_distinct([path for _, path in files])
    return [(entry, path) for entry, path in files if not any(map(is_passed_over, path.parts))]


def _require_harmless(entry: ZipInfo) -> None:
    name = shown(entry.orig_filename)
    if entry.flag_bits & _ENCRYPTED_FLAGS:
        raise UploadError(f"The file {name} in the archive is encrypted; pack it again without a password.")
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise UploadError(f"{name} in the archive is a link or a device; pack plain files only.")
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise UploadError(f"The file {name} is compressed by a method we do not read; pack again as an ordinary zip.")
    if entry.file_size > MAX_FILE_BYTES:
        size, most = entry.file_size / MIB, MAX_FILE_BYTES // MIB
        raise UploadError(f"The file {name} unpacks to {size:,.0f} MiB; {most} MiB is the most we take.")
    if entry.file_size > max(RATIO_FREE_BYTES, MAX_RATIO * entry.compress_size):
        raise UploadError(f"The file {name} unpacks to over {MAX_RATIO} times its size, as no picture does.")


def _require_apart(entries: list[ZipInfo], end: int) -> None:
    """Entries that share bytes are a bomb: a few kilobytes can declare gigabytes."""
    for entry in sorted(entries, key=lambda entry: entry.header_offset, reverse=True):
        if entry.header_offset + _LOCAL_HEADER_BYTES + entry.compress_size > end:
            raise UploadError(f"The file {shown(entry.orig_filename)} overlaps with another in the archive.")
        end = entry.header_offset


def _inflate(zipped: ZipFile, entry: ZipInfo, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    left = entry.file_size
    with zipped.open(entry) as source, target.open("xb") as file:
        while chunk := source.read(_CHUNK_BYTES):
            left -= len(chunk)
            if left < 0:
                break
            file.write(chunk)
    if left != 0:
        raise UploadError(f"The file {shown(entry.orig_filename)} does not unpack to the size that it declares.")
