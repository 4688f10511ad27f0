"""Weights from a publisher: fetched once, verified by hash, kept where torch keeps its own."""

import hashlib
import os
import re
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from sftviz.errors import DownloadError

_CHUNK_BYTES = 1 << 20
_TIMEOUT_S = 20.0


def fetch(url: str, folder: Path) -> Iterator[tuple[int, int]]:
    """Download a file into a folder under its own name, unless it is there already.

    Args:
        url: its name carries the start of the file's SHA-256 after the last dash, as torchvision's do.
        folder: made if missing.

    Yields:
        (bytes so far, bytes in all); nothing when the file is there already.

    Raises:
        DownloadError: the publisher cannot be reached, the file breaks off, or its hash is another.
    """
    target = folder / Path(url).name
    if target.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            yield from _stream(url, file.fileno())
        _verify(Path(temporary), target.name)
        Path(temporary).replace(target)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _stream(url: str, descriptor: int) -> Iterator[tuple[int, int]]:
    name = Path(url).name
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT_S) as response:  # noqa: S310 - the catalogue's own https addresses
            total = int(response.headers.get("Content-Length", 0))
            done = 0
            while chunk := response.read(_CHUNK_BYTES):
                _write(descriptor, chunk)
                done += len(chunk)
                yield done, total
    except OSError as error:
        raise DownloadError(
            f"The weights {name} could not be downloaded ({error}). Connect this machine to the internet, choose the "
            f"bundled EfficientNet-Lite0, or name a weights file that lies on this machine."
        ) from error
    if done < total:
        raise DownloadError(f"The download of {name} broke off after {done:,} of {total:,} bytes; start it again.")


def _write(descriptor: int, chunk: bytes) -> None:
    try:
        os.write(descriptor, chunk)
    except OSError as error:
        raise DownloadError(f"The downloaded weights could not be stored: {error.strerror}.") from error


def _verify(path: Path, name: str) -> None:
    expected = re.search(r"-([0-9a-f]{8,})\.", name)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if expected and not digest.startswith(expected[1]):
        raise DownloadError(
            f"The downloaded {name} is damaged: its SHA-256 begins {digest[:8]}, not {expected[1]}. Start it again."
        )
