"""The audit on the Data page: asked for, shown, opened, and pictures left out and taken back."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page
from streamlit.testing.v1 import AppTest

from sftviz.audit.audit import audit_pictures
from sftviz.config import DataConfig
from sftviz.data.store import DataStore
from sftviz.data.stored import StoredData
from sftviz.home import caches_of
from sftviz.runs.run import Run
from sftviz.ui import stores
from tests.ui.conftest import settle, texts

_HOSTILE = "<b>ant $x$ [a](b)"


def _add(home: Path, root: Path, *, count: int = 8, faults: bool = True) -> StoredData:
    """A small data set with a hostile class name; with faults, a copy and a blank picture."""
    random = np.random.default_rng(0)
    for name in ("bee", _HOSTILE):
        folder = root / name
        folder.mkdir(parents=True)
        for number in range(count):
            blots = Image.fromarray(random.integers(0, 256, (6, 6, 3), dtype=np.uint8))
            blots.resize((90, 90), Image.Resampling.BICUBIC).save(folder / f"{number}.png")
    if faults:
        shutil.copy(root / "bee" / "0.png", root / "bee" / "again.png")
        Image.new("RGB", (90, 90), "white").save(root / "bee" / "<i>white.png")
    return DataStore(home).add_folder(root, name="insects")


def _audit(home: Path, stored: StoredData) -> None:
    folder = DataStore(home).folder(stored) / "audits"
    for _ in audit_pictures(stored.listing, stored.whole, caches_of(home), folder):
        pass


def _button(app: AppTest, key: str) -> object:
    return next(button for button in app.button if button.key == key)


def test_it_is_on_offer_until_it_was_asked_for(home: Path, tmp_path: Path, show: Callable[..., AppTest]) -> None:
    stored = _add(home, tmp_path / "insects")
    app = show("data")
    assert not app.exception
    assert "looks for what misleads training" in texts(app)
    assert _button(app, "ask Audit the pictures")
    _audit(home, stored)
    app = show("data")
    assert not app.exception
    said = texts(app)
    assert "**2 to mend before training, 1 to have a look at**, in 18 pictures." in said
    assert "1 file is an exact copy" in said
    assert "1 picture shows nothing" in said
    assert "Looked for and not found: one picture under two labels" in said
    assert not any(button.key == "ask Audit the pictures" for button in app.button)
    assert _button(app, "ask Look closer")
    assert "finds what pixels do not tell" in said


def test_a_calm_line_where_nothing_is_found(home: Path, tmp_path: Path, show: Callable[..., AppTest]) -> None:
    stored = _add(home, tmp_path / "insects", count=25, faults=False)
    _audit(home, stored)
    app = show("data", finding="copies")
    assert not app.exception
    assert "**Nothing found**, in 50 pictures." in texts(app)
    assert len(app.get("plotly_chart")) == 2, "the counts, and what single properties say"


def test_a_finding_opens_and_its_pictures_are_left_out_and_taken_back(
    home: Path, tmp_path: Path, show: Callable[..., AppTest]
) -> None:
    stored = _add(home, tmp_path / "insects")
    _audit(home, stored)
    app = show("data")
    _button(app, "open copies").click().run()
    assert app.session_state["chosen finding"] == "copies"
    assert any(button.label == "Leave 1 out" for button in app.button)
    _button(app, "leave out").click().run()
    assert not app.exception
    said = texts(app)
    assert "**1 to mend before training, 1 to have a look at**, in 17 pictures." in said
    app.session_state["changes"] = True
    app.run()
    assert "Mark changes on the left to take them back" in texts(app)
    edited = DataStore(home).get(stored.identity)
    assert [(each.path, each.reason) for each in edited.changes] == [("bee/again.png", "1 file is an exact copy")]
    next(button for button in app.button if button.label == "Take all back").click().run()
    assert not app.exception
    assert "in 18 pictures" in texts(app)
    assert DataStore(home).get(stored.identity).listing == stored.listing


def test_too_many_to_leave_out_is_a_sentence(home: Path, tmp_path: Path, show: Callable[..., AppTest]) -> None:
    root = tmp_path / "blank"
    for name, shade in (("ant", 0), ("bee", 200)):
        (root / name).mkdir(parents=True)
        for number in range(2):
            Image.new("L", (80, 80), shade + number).save(root / name / f"{number}.png")
    stored = DataStore(home).add_folder(root)
    _audit(home, stored)
    app = show("data", finding="blank")
    _button(app, "leave out").click().run()
    assert not app.exception
    assert "No class would be left" in texts(app)


@pytest.mark.parametrize("nonsense", ["copies-", "no such", "<b>", "9"])
def test_an_old_link_shows_the_cards(nonsense: str, home: Path, tmp_path: Path, show: Callable[..., AppTest]) -> None:
    stored = _add(home, tmp_path / "insects")
    _audit(home, stored)
    app = show("data", finding=nonsense, finding_page="99", changes_page="-1")
    assert not app.exception
    assert not app.subheader


def test_a_shortcut_shows_its_figure(home: Path, tmp_path: Path, show: Callable[..., AppTest]) -> None:
    stored = _add(home, tmp_path / "insects", count=25, faults=False)
    for path in (stored.listing.root / "bee").iterdir():
        Image.open(path).resize((120, 90)).save(path)
    stored = DataStore(home).add_folder(stored.listing.root, name="insects")
    _audit(home, stored)
    app = show("data", data=stored.identity, finding="shortcut-shape")
    assert not app.exception
    assert app.subheader[0].value == "The width over height alone tells the classes apart"
    assert "at the value that sets it apart" in texts(app)


def test_a_run_of_this_version_leads_to_its_suspects(
    finished: Run, home: Path, few_pictures: Path, show: Callable[..., AppTest]
) -> None:
    stored = DataStore(home).add_folder(few_pictures, name="few")
    _audit(home, stored)
    app = show("data")
    assert any(button.label.startswith("Suspicious labels, by") for button in app.button)
    edited = DataStore(home).leave_out(stored, [stored.listing.pictures[0].path], "dark")
    app = show("data")
    assert not app.exception
    is_there = any(button.label.startswith("Suspicious labels, by") for button in app.button)
    assert not is_there, "that run learned from another version"
    data = DataConfig(dataset=edited.listing.identity)
    config = finished.config.model_copy(update={"data": data})
    (finished.folder / "config.json").write_text(config.model_dump_json())
    stores.run_store.cache_clear()
    app = show("data")
    assert any(button.label.startswith("Suspicious labels, by") for button in app.button)


def test_a_person_audits_in_a_browser(page: Page, tmp_path: Path) -> None:
    stored = _add(tmp_path / "home", tmp_path / "insects")
    page.goto(f"/data?data={stored.identity}")
    settle(page)
    page.get_by_role("button", name="Audit the pictures").click()
    page.get_by_text("2 to mend before training").wait_for()
    page.get_by_role("button", name="Show 2 pictures").first.click()
    page.get_by_role("button", name="Leave 1 out").wait_for()
    assert "finding=copies" in page.url
    page.get_by_role("button", name="Leave 1 out").click()
    page.get_by_text("in 17 pictures").wait_for()
    page.get_by_text("with 1 change").wait_for()
    page.get_by_text("Changes", exact=True).click()
    page.get_by_role("button", name="Take all back").click()
    page.get_by_text("in 18 pictures").wait_for()
    settle(page)
    assert page.locator("b", has_text="ant").count() == 0, "a class name is text"
    assert (tmp_path / "insects" / "bee" / "again.png").exists()
