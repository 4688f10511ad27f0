"""The upload route: whole folders arrive, and nothing else stays behind."""

import asyncio
import json
import shutil
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from sftviz.data.listing import Listing, Rejection
from sftviz.data.lost import without_lost
from sftviz.durable import write_durably
from sftviz.ui import stores
from sftviz.ui.server import receive_folder, send_thumbnail


@pytest.fixture(autouse=True)
def _stores(home: Path) -> Iterator[None]:
    home.mkdir()
    yield
    for shared in (stores.run_store, stores.data_store, stores.uploads):
        shared.cache_clear()


def _body(files: dict[str, bytes]) -> bytes:
    head = json.dumps([[path, len(content)] for path, content in files.items()]).encode()
    return struct.pack(">I", len(head)) + head + b"".join(files.values())


def _send(token: str, *messages: dict[str, Any]) -> Response:
    waiting = list(messages)

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "path_params": {"token": token}}
    # In a thread of its own: the browser of other tests keeps an event loop in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, receive_folder(Request(scope, receive))).result()


def _part(content: bytes, *, more: bool) -> dict[str, Any]:
    return {"type": "http.request", "body": content, "more_body": more}


_FILES = {"pets/cats/a.jpg": b"first", "pets/dogs/b b.jpg": b"second"}


def test_a_whole_folder_arrives_once() -> None:
    token = stores.uploads().invite()
    body = _body(_FILES)
    assert _send(token, _part(body[:20], more=True), _part(body[20:], more=False)).status_code == 200
    staging = stores.uploads().take(token)
    assert staging is not None
    assert {str(path.relative_to(staging)): path.read_bytes() for path in staging.rglob("*.jpg")} == _FILES
    assert stores.uploads().take(token) is None


def test_a_browser_that_goes_away_leaves_nothing(home: Path) -> None:
    token = stores.uploads().invite()
    with pytest.raises(ClientDisconnect):
        _send(token, _part(_body(_FILES)[:-3], more=True), {"type": "http.disconnect"})
    assert list((home / "staging").iterdir()) == []
    assert stores.uploads().take(token) is None


@pytest.mark.parametrize("name", ["../outside.jpg", "/etc/passwd.jpg", "pets\\cats\\a.jpg"])
def test_a_name_that_leads_outside_is_refused_with_a_sentence(name: str, home: Path) -> None:
    answer = _send(stores.uploads().invite(), _part(_body({name: b"x"}), more=False))
    assert answer.status_code == 400
    assert bytes(answer.body).decode().endswith(".")
    assert list((home / "staging").iterdir()) == []


def test_an_upload_that_nobody_asked_for_is_refused(home: Path) -> None:
    assert _send("guessed", _part(_body(_FILES), more=False)).status_code == 403
    assert not (home / "staging").exists() or list((home / "staging").iterdir()) == []


def test_a_thumbnail_of_a_run_is_sent_and_nothing_else(finished_home: tuple[Path, str], home: Path) -> None:
    shutil.copytree(finished_home[0], home, dirs_exist_ok=True)
    identity = finished_home[1]
    answer = _thumbnail(identity, 0)
    assert answer.media_type == "image/jpeg"
    assert bytes(answer.body).startswith(b"\xff\xd8")
    for run, index in ((identity, 999), ("nonsense", 0), ("..", 0)):
        assert _thumbnail(run, index).status_code == 404


def test_a_place_means_the_same_picture_after_one_before_it_was_left_out(
    finished_home: tuple[Path, str], home: Path
) -> None:
    shutil.copytree(finished_home[0], home, dirs_exist_ok=True)
    data = home / "runs" / finished_home[1] / "data.json"
    second = bytes(_thumbnail(finished_home[1], 1).body)
    listing = Listing.from_json(data.read_text())
    first = listing.side("validation")[0]
    write_durably(data, without_lost(_repeated(listing, 10), [Rejection(first.path, "Gone.")]).to_json().encode())
    assert bytes(_thumbnail(finished_home[1], 0).body) == second


def _repeated(listing: Listing, times: int) -> Listing:
    """The same pictures, and so many training pictures besides that one may be lost."""
    more = [replace(each, side="train", path=f"{each.path} {n}") for n in range(times) for each in listing.pictures]
    return replace(listing, pictures=(*listing.pictures, *more))


def _thumbnail(run: str, index: int) -> Response:
    return send_thumbnail(Request({"type": "http", "path_params": {"run": run, "index": index}}))
