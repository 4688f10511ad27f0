"""A closer look on the Data page: asked for, shown, opened, and doubted pictures left out."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from sftviz.audit.audit import audit_pictures
from sftviz.audit.closer import CloserLook, closer_path, keep_closer_look
from sftviz.audit.doubts import Power
from sftviz.audit.findings import Finding, Noticed
from sftviz.data.store import DataStore
from sftviz.data.stored import StoredData
from sftviz.home import caches_of
from tests.ui.conftest import texts

_TRIED = Power(num_swapped=40, num_found=30, interval=(0.598, 0.858), chance=0.1)
_ALIKE = Finding("alike", "look", "1 group of pictures is much alike", "Because.", (Noticed(0), Noticed(1)), (1,))
_DOUBTED = Finding(
    "doubted", "look", "1 label is in doubt", _TRIED.sentence, (Noticed(2, "rather <i>a</i> fruit, 93 %"),), (2,)
)


@pytest.fixture
def stored(home: Path, few_pictures: Path) -> StoredData:
    stored = DataStore(home).add_folder(few_pictures, name="few")
    for _ in audit_pictures(stored.listing, stored.whole, caches_of(home), DataStore(home).folder(stored) / "audits"):
        pass
    return stored


def _keep(home: Path, stored: StoredData, *findings: Finding) -> None:
    path = closer_path(DataStore(home).folder(stored) / "audits", stored.listing.identity, "efficientnet_lite0")
    keep_closer_look(CloserLook(len(stored.listing.pictures), findings, _TRIED), path)


def test_cards_open_and_their_pictures_are_left_out(
    home: Path, stored: StoredData, show: Callable[..., AppTest]
) -> None:
    assert any(button.key == "ask Look closer" for button in show("data").button)
    _keep(home, stored, _ALIKE, _DOUBTED)
    app = show("data")
    assert not app.exception
    said = texts(app)
    assert "**Through EfficientNet\\-Lite0**" in said or "**Through EfficientNet-Lite0**" in said
    assert "1 label is in doubt" in said
    assert "30 of them were found, 75 % \\(95 % interval 60 to 86 %\\), where as many guesses would find 10 %" in said
    assert not any(button.key == "ask Look closer" for button in app.button)
    next(button for button in app.button if button.key == "open doubted").click().run()
    assert app.session_state["chosen finding"] == "doubted"
    next(button for button in app.button if button.key == "leave out").click().run()
    assert not app.exception
    edited = DataStore(home).get(stored.identity)
    assert edited.num_left_out == 1
    assert any(button.key == "ask Look closer" for button in app.button), "that was another version"


def test_what_is_much_alike_can_be_kept_together(home: Path, stored: StoredData, show: Callable[..., AppTest]) -> None:
    _keep(home, stored, _ALIKE, _DOUBTED)
    assert not any(button.key == "keep together" for button in show("data", finding="doubted").button)
    app = show("data", finding="alike")
    app.button(key="keep together").click().run()
    assert not app.exception
    edited = DataStore(home).get(stored.identity)
    (change,) = edited.changes
    assert (change.what, change.reason) == (
        f"{stored.listing.pictures[0].path}, {stored.listing.pictures[1].path}",
        "much alike",
    )
    assert "stay on one side, and so does what you keep together" in texts(app)
    assert any(button.key == "ask Look closer" for button in app.button), "that was another version"


def test_a_calm_line_where_nothing_is_found(home: Path, stored: StoredData, show: Callable[..., AppTest]) -> None:
    _keep(home, stored)
    app = show("data", finding="doubted")
    assert not app.exception
    said = texts(app)
    assert "No pictures are much alike" in said
    assert "No label is doubted\\. To test this, 40 labels were swapped by lot" in said


def test_it_looks_keeps_what_it_finds_and_embeds_each_picture_once(
    home: Path, stored: StoredData, show: Callable[..., AppTest]
) -> None:
    def look(app: AppTest) -> AppTest:
        next(button for button in app.button if button.key == "ask Look closer").click().run()
        work = app.session_state["Look closer"][1]
        work._thread.join(600)
        assert not work.message
        return app.run()

    app = look(show("data"))
    assert not app.exception
    assert "in 18 pictures:" in texts(app)
    assert "swapped by lot" in texts(app)
    embedded = list((home / "cache" / "features").iterdir())
    assert len(embedded) == 1
    DataStore(home).leave_out(stored, [stored.listing.pictures[0].path], "dark")
    app = look(show("data"))
    assert "in 17 pictures:" in texts(app)
    assert list((home / "cache" / "features").iterdir()) == embedded
