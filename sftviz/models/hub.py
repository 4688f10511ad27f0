"""Files of models on the Hugging Face hub: where they lie, what their hash is, and small ones themselves."""

import os
import re
import urllib.error
import urllib.request
from email.message import Message
from http.client import HTTPException, HTTPMessage
from typing import IO, NoReturn
from urllib.parse import quote, urljoin, urlsplit

from huggingface_hub import get_token

from sftviz.errors import DownloadError
from sftviz.models.download import TIMEOUT_S, Published, refusal, unreachable

_MOST_REDIRECTS = 5
_SHA256 = re.compile(r"[0-9a-f]{64}")


def hub_file(repository: str, filename: str, *, name: str) -> Published:
    """Where a large file lies now, and its hash.

    Args:
        repository: owner/name, with "@" and a revision behind it or without.
        filename: in the repository.
        name: under which it is to be kept.

    Raises:
        DownloadError: the hub cannot be reached or refuses, or states no SHA-256 of the file.
    """
    url = _url(repository, filename)
    for _ in range(_MOST_REDIRECTS):
        headers = _ask(url, name)
        etag = (headers.get("X-Linked-Etag") or headers.get("ETag") or "").strip('W/"')
        location = urljoin(url, headers.get("Location") or url)
        if _SHA256.fullmatch(etag):
            return Published(location, name, etag, _authorization(location))
        if location == url:
            break
        # A model that was renamed is somewhere else on the hub.
        url = location
    raise DownloadError(f"The hub states no SHA-256 of {filename} of {repository}, so that it could not be verified.")


def hub_text(repository: str, filename: str, *, most_bytes: int) -> str:
    """The contents of a small file.

    Raises:
        DownloadError: the hub cannot be reached or refuses, or the file is larger.
    """
    url = _url(repository, filename)
    request = urllib.request.Request(url, headers=_authorization(url))  # noqa: S310 - the hub's address
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:  # noqa: S310 - the same
            content: bytes = response.read(most_bytes + 1)
    except (OSError, HTTPException) as error:
        _refuse(f"{filename} of {repository}", error)
    if len(content) > most_bytes:
        raise DownloadError(f"{filename} of {repository} is larger than {most_bytes:,} bytes, so it is no description.")
    return content.decode("utf-8", errors="replace")


def _url(repository: str, filename: str) -> str:
    owner_and_name, _, revision = repository.partition("@")
    return f"{_endpoint()}/{quote(owner_and_name)}/resolve/{quote(revision or 'main', safe='')}/{quote(filename)}"


def _endpoint() -> str:
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")


def _authorization(url: str) -> dict[str, str]:
    """The person's token, for the hub alone and not for where it sends one to."""
    token = get_token() if urlsplit(url).netloc == urlsplit(_endpoint()).netloc else None
    return {"Authorization": f"Bearer {token}"} if token else {}


class _Staying(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Look at where it leads to instead of going there."""


def _ask(url: str, name: str) -> Message:
    request = urllib.request.Request(  # noqa: S310 - the hub's address
        url, method="HEAD", headers={**_authorization(url), "Accept-Encoding": "identity"}
    )
    try:
        with urllib.request.build_opener(_Staying).open(request, timeout=TIMEOUT_S) as response:
            headers: Message = response.headers
    except urllib.error.HTTPError as error:
        if error.code not in (301, 302, 303, 307, 308):
            _refuse(name, error)
        error.close()
        headers = error.headers
    except (OSError, HTTPException) as error:
        _refuse(name, error)
    return headers


def _refuse(name: str, error: Exception) -> NoReturn:
    if isinstance(error, urllib.error.HTTPError):
        error.close()
        raise DownloadError(refusal(name, error.code), status=error.code) from error
    raise unreachable(name, error) from error
