"""The same few pictures at every epoch, on the Train page."""

import io
import json
from base64 import b64decode
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from sftviz.runs.run import Run
from sftviz.ui import watched_strip
from sftviz.ui.components import Tile
from tests.ui.conftest import texts

GONE = "was not kept with this run"


@pytest.fixture
def strips(monkeypatch: pytest.MonkeyPatch) -> list[list[Tile]]:
    """What the strip shows, drawing after drawing."""
    seen: list[list[Tile]] = []

    def show(tiles: list[Tile], **_: object) -> None:
        seen.append(tiles)

    monkeypatch.setattr(watched_strip, "gallery", show)
    return seen


def _change(run: Run, epoch: int, **arrays: np.ndarray | None) -> None:
    """Replace arrays of an epoch's file, or take them out."""
    path = run.folder / "epochs" / f"{epoch:04d}.npz"
    with np.load(path) as kept:
        changed = dict(kept) | arrays
    np.savez(path, **{name: values for name, values in changed.items() if values is not None})


def _pixels(tile: Tile) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(b64decode(tile.source.partition(",")[2])))).astype(int)


def test_the_newest_epoch_is_shown_with_its_evidence(
    finished: Run, show: Callable[..., AppTest], strips: list[list[Tile]]
) -> None:
    app = show("train", run=finished.identity)
    assert not app.exception
    assert app.select_slider(key="slide epoch").value == "2"
    assert "epoch 2. The brighter, the more a place speaks" in texts(app)
    said = finished.predictions(2)
    assert sorted(tile.key for tile in strips[-1]) == sorted(said.examples)
    assert all(tile.source.startswith("data:image/jpeg;base64,") for tile in strips[-1])
    for tile in strips[-1]:
        assert tile.caption.startswith(said.classes[said.predicted_N[said.examples.index(tile.key)]])


def test_epoch_and_kind_stand_in_the_address(
    finished: Run, show: Callable[..., AppTest], strips: list[list[Tile]]
) -> None:
    app = show("train", run=finished.identity, epoch="0", strip="pictures")
    assert "epoch 0. Four that were hardest" in texts(app)
    assert GONE not in texts(app)
    assert all(tile.source.startswith("/thumbnail/") for tile in strips[-1])
    app.select_slider(key="slide epoch").set_value("1").run()
    assert app.session_state["chosen epoch"] == "1"
    # The newest one is followed again, whatever comes.
    app.select_slider(key="slide epoch").set_value("2").run()
    assert "chosen epoch" not in app.session_state
    assert not app.exception


def test_one_scale_for_a_picture_over_all_epochs(
    finished: Run, show: Callable[..., AppTest], strips: list[list[Tile]]
) -> None:
    first, last = finished.watched(0), finished.watched(2)
    assert first is not None
    assert last is not None
    strong, none = np.full_like(last.maps_Phw, 8), np.zeros_like(last.maps_Phw)
    for epoch, maps_Phw in ((0, strong / 8), (1, none), (2, strong)):
        _change(finished, epoch, maps_Phw=maps_Phw)
    shown = {}
    for epoch in ("0", "1", "2"):
        assert not show("train", run=finished.identity, epoch=epoch).exception
        shown[epoch] = _pixels(strips[-1][0])
    # The end of the scale is yellow; an eighth of it lets the picture through.
    assert np.abs(shown["2"][56, 56] - (0.35 * shown["1"][56, 56] + 0.65 * np.array([253, 231, 37]))).max() < 12
    assert 0 < np.abs(shown["0"] - shown["1"]).mean() < 0.4 * np.abs(shown["2"] - shown["1"]).mean()


def test_a_run_from_before_shows_its_pictures_as_they_are(
    finished: Run, show: Callable[..., AppTest], strips: list[list[Tile]]
) -> None:
    for epoch in range(3):
        _change(finished, epoch, watched_P=None, maps_Phw=None)
    app = show("train", run=finished.identity)
    assert not app.exception
    assert GONE in texts(app)
    assert all(tile.source.startswith("/thumbnail/") for tile in strips[-1])


def test_pictures_that_are_gone_keep_their_places(
    finished: Run, show: Callable[..., AppTest], strips: list[list[Tile]]
) -> None:
    data = finished.folder / "data.json"
    data.write_text(data.read_text().replace(json.dumps(json.loads(data.read_text())["root"]), '"/nowhere"'))
    assert not show("train", run=finished.identity).exception
    assert [tile.source.startswith("/thumbnail/") for tile in strips[-1]] == [True] * 6
