"""One file from a publisher: fetched once, continued where it broke off, and verified by its hash."""

import fcntl
import hashlib
import re
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import BinaryIO, NamedTuple

from sftviz.errors import DownloadError

_CHUNK_BYTES = 1 << 20
TIMEOUT_S = 20.0
_PAUSE_S = 0.2
_HASH_IN_NAME = re.compile(r"-([0-9a-f]{8,64})\.")
_CURE = (
    "Connect this machine to the internet, choose the bundled EfficientNet-Lite0, or name a weights file that lies on "
    "this machine."
)


class Published(NamedTuple):
    """A file that somebody publishes.

    Attributes:
        url: where it lies.
        name: under which it is kept.
        sha256: in hexadecimal; its beginning is enough.
        headers: that go with the request.
    """

    url: str
    name: str
    sha256: str
    headers: Mapping[str, str] = {}


def hash_in_name(url: str) -> str:
    """The start of a file's SHA-256 as torchvision and timm write it into names; "" where there is none."""
    found = _HASH_IN_NAME.search(url.rpartition("/")[2])
    return found[1] if found else ""


def fetch(published: Published, folder: Path) -> Iterator[tuple[int, int]]:
    """Download a file into a folder, unless it is there already; what was there of it before is gone on with.

    What came so far stays in a file that ends in ".part" when the connection breaks off, and is deleted when the hash
    is another. Of several that fetch the same file at once one does the work.

    Args:
        published: what to fetch.
        folder: made if missing.

    Yields:
        (bytes so far, bytes in all); nothing when the file is there already.

    Raises:
        DownloadError: the publisher cannot be reached or refuses, there is no room, the file breaks off, or its hash is
            another.
    """
    target = folder / published.name
    if target.exists():
        return
    if not published.url.startswith(("https://", "http://")):
        raise DownloadError(f"The address {published.url!r} does not lead to the web; choose another backbone.")
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{published.name}.part"
    with part.open("ab") as file:
        while not _is_locked(file):
            # Whoever holds it writes into the same file.
            yield part.stat().st_size if part.exists() else 0, 0
            time.sleep(_PAUSE_S)
        if target.exists():
            return
        if not part.exists():
            # Whoever held it has thrown it away.
            yield from fetch(published, folder)
            return
        yield from _stream(published, file)
        file.flush()
        _verify(part, published)
        part.replace(target)


def _is_locked(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _stream(published: Published, file: BinaryIO) -> Iterator[tuple[int, int]]:
    name = published.name
    try:
        with _opened(published, file.seek(0, 2)) as response:
            done, total = _begin(response, file)
            yield done, total
            while chunk := response.read(_CHUNK_BYTES):
                _write(file, chunk)
                done += len(chunk)
                yield done, total
    except urllib.error.HTTPError as error:
        error.close()
        raise DownloadError(refusal(name, error.code), status=error.code) from error
    except (OSError, HTTPException) as error:
        raise unreachable(name, error) from error
    if done < total:
        raise DownloadError(
            f"The download of {name} broke off after {done:,} of {total:,} bytes; start it again, and it goes on there."
        )


def _opened(published: Published, done: int) -> HTTPResponse:
    headers = {**published.headers, **({"Range": f"bytes={done}-"} if done else {})}
    request = urllib.request.Request(published.url, headers=headers)  # noqa: S310 - addresses of the catalogue and hub
    try:
        response: HTTPResponse = urllib.request.urlopen(request, timeout=TIMEOUT_S)  # noqa: S310 - the same
    except urllib.error.HTTPError as error:
        if error.code == 416:
            error.close()
            # All of it came before, or it is another file by now: the hash will tell.
            return _opened(published, 0)
        raise
    return response


def _begin(response: HTTPResponse, file: BinaryIO) -> tuple[int, int]:
    """Where in the file the answer begins, and the size of the whole."""
    done = file.seek(0, 2)
    goes_on = re.fullmatch(rf"bytes {done}-\d+/(\d+)", response.headers.get("Content-Range", ""))
    if response.status != 206 or not goes_on:
        # A publisher that cannot go on begins again.
        file.truncate(0)
        done, total = 0, int(response.headers.get("Content-Length", 0))
    else:
        total = int(goes_on[1])
    free = shutil.disk_usage(Path(file.name).parent).free
    if total - done > free:
        raise DownloadError(f"The download takes {total - done:,} bytes, and the disk has {free:,} left; make room.")
    return done, total


def unreachable(name: str, error: Exception) -> DownloadError:
    """That there is no way to a publisher, in one sentence and what to do."""
    reason = getattr(error, "reason", error)
    return DownloadError(f"The file {name} could not be downloaded ({reason}). {_CURE}")


def refusal(name: str, status: int) -> str:
    """What a publisher's answer means, for a person."""
    match status:
        case 401 | 403:
            return (
                f"The publisher lets only those have {name} whom it knows ({status}): accept its terms on its page, "
                "and give this machine a token of yours in HF_TOKEN."
            )
        case 404:
            return f"The publisher has no {name} (404): look its name up, or choose another backbone."
        case 429:
            return f"The publisher has had too many questions (429); download {name} again in a minute."
    return f"The publisher could not send {name} ({status}); start the download again later. {_CURE}"


def _write(file: BinaryIO, chunk: bytes) -> None:
    try:
        file.write(chunk)
    except OSError as error:
        raise DownloadError(f"The downloaded weights could not be stored: {error.strerror}.") from error


def _verify(part: Path, published: Published) -> None:
    with part.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if not digest.startswith(published.sha256):
        part.unlink()
        raise DownloadError(
            f"The downloaded {published.name} is damaged: its SHA-256 begins {digest[:8]}, not {published.sha256[:8]}. "
            "Start it again."
        )
