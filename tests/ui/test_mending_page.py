"""A data set mended in the page: pictures moved and left out, classes renamed and merged, and all of it taken back."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from sftviz.data.store import DataStore
from sftviz.data.stored import StoredData
from sftviz.runs.run import Run
from sftviz.ui import mending, stores
from tests.ui.conftest import say_all_wrong, settle, texts


@pytest.fixture
def stored(home: Path, few_pictures: Path) -> StoredData:
    """Birds, fruit and vehicles, six of each."""
    return DataStore(home).add_folder(few_pictures, name="few")


def _select(monkeypatch: pytest.MonkeyPatch, *paths: str) -> None:
    """As if these pictures were clicked, where they are shown."""

    def selected(tiles: list[mending.Tile], **_: object) -> tuple[str, ...]:
        return tuple(tile.key for tile in tiles if tile.key in paths)

    monkeypatch.setattr(mending, "selectable_gallery", selected)


def _widget(app: AppTest, kind: str, start: str) -> object:
    return next(each for each in app.get(kind) if (each.key or "").startswith(start))


def _now(home: Path, stored: StoredData) -> StoredData:
    return DataStore(home).get(stored.identity)


def _kept(home: Path, stored: StoredData) -> list[tuple[str, str, str]]:
    return [(each.kind, each.what, each.reason) for each in _now(home, stored).changes]


@pytest.mark.usefixtures("stored")
def test_nothing_can_be_done_before_something_is_selected(show: Callable[..., AppTest]) -> None:
    app = show("data")
    assert not app.exception
    assert "Click pictures to select them." in texts(app)
    assert _widget(app, "button", "move grid").disabled
    assert _widget(app, "button", "leave out grid").disabled
    assert "Changes" not in [expander.label for expander in app.expander]


def test_selected_pictures_are_moved_and_left_out(
    stored: StoredData, home: Path, show: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (picture.path for picture in stored.listing.pictures[:2])
    _select(monkeypatch, first)
    app = show("data")
    assert "**1 picture is selected.**" in texts(app)
    _widget(app, "selectbox", "class grid").set_value("fruit").run()
    _widget(app, "text_input", "why grid").set_value(" a plum ").run()
    _widget(app, "button", "move grid").click().run()
    assert not app.exception
    _select(monkeypatch, second)
    app.run()
    _widget(app, "button", "leave out grid").click().run()
    assert not app.exception
    assert _kept(home, stored) == [("relabelled", f"{first}: birds → fruit", "a plum"), ("left out", second, "")]
    assert "**17 pictures** in **3 classes**" in texts(app)
    assert "Changes" in [expander.label for expander in app.expander]
    assert not app.dataframe
    app.session_state["changes"] = True
    app.run()
    rows = app.dataframe[0].value
    assert rows["change"].tolist() == ["left out", "moved to another class"]
    assert rows["reason"].tolist() == ["", "a plum"]
    next(button for button in app.button if button.label == "Take all back").click().run()
    assert not app.exception
    assert _now(home, stored).listing == stored.listing


def test_what_is_so_already_is_said(
    stored: StoredData, home: Path, show: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    _select(monkeypatch, stored.listing.pictures[0].path)
    app = show("data")
    _widget(app, "selectbox", "class grid").set_value("birds").run()
    _widget(app, "button", "move grid").click().run()
    assert "There is nothing to change" in texts(app)
    assert not _kept(home, stored)


def test_classes_are_merged_as_long_as_two_are_left(
    stored: StoredData, home: Path, show: Callable[..., AppTest]
) -> None:
    app = show("data", data_class="1")
    _widget(app, "selectbox", "new name fruit").set_value("vehicles").run()
    assert "It becomes one class with vehicles, which has 6 pictures." in texts(app)
    _widget(app, "button", "rename fruit").click().run()
    assert not app.exception
    assert _kept(home, stored) == [("renamed", "fruit → vehicles", "")]
    assert "**18 pictures** in **2 classes**" in texts(app)
    app.session_state["changes"] = True
    app.run()
    assert app.dataframe[0].value["change"].tolist() == ["class merged"]
    app.session_state["chosen data_class"] = "1"
    app.run()
    _widget(app, "selectbox", "new name vehicles").set_value("birds").run()
    _widget(app, "button", "rename vehicles").click().run()
    assert "Only 'birds' would be left" in texts(app).replace("\\", "")


def test_the_class_in_sight_stays_the_same_where_places_change(
    stored: StoredData, home: Path, show: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    birds = [picture.path for picture in stored.listing.pictures if picture.label == 0]
    DataStore(home).leave_out(stored, birds[1:])
    _select(monkeypatch, birds[0])
    app = show("data", finding="none")
    _widget(app, "selectbox", "class grid").set_value("fruit").run()
    app.session_state["chosen data_class"] = "0"
    app.run()
    _widget(app, "selectbox", "class grid").set_value("vehicles").run()
    _widget(app, "button", "move grid").click().run()
    assert not app.exception
    assert _now(home, stored).listing.classes == ("fruit", "vehicles")
    assert "chosen data_class" not in app.session_state, "the class is gone"


def test_a_run_says_which_version_it_learned_from(
    finished: Run, stored: StoredData, home: Path, show: Callable[..., AppTest]
) -> None:
    said = texts(show("home")).replace("\\", "")
    assert "few, as added" in said
    assert "changed since" not in said
    edited = DataStore(home).rename_class(stored, "fruit", "obst")
    for page in ("home", "train", "evaluate"):
        assert "few, as added; changed since" in texts(show(page, run=finished.identity)).replace("\\", "")
    config = finished.config.model_copy(
        update={"data": finished.config.data.model_copy(update={"dataset": edited.listing.identity})}
    )
    (finished.folder / "config.json").write_text(config.model_dump_json())
    stores.run_store.cache_clear()
    assert "Learned from few, with 1 change." in texts(show("evaluate", run=finished.identity)).replace("\\", "")


def test_a_suspect_is_moved_in_the_data_set_and_the_run_stays(
    finished: Run, stored: StoredData, home: Path, show: Callable[..., AppTest]
) -> None:
    before = (finished.folder / "data.json").read_bytes()
    said = finished.predictions(0)
    say_all_wrong(finished)
    path = said.examples[0]
    given = said.classes[said.labels_N[0]]
    app = show("evaluate", run=finished.identity, view="suspects", side="validation", picture=path)
    assert not app.exception
    chosen = _widget(app, "selectbox", f"class suspect {path}")
    instead = said.classes[(said.labels_N[0] + 1) % 3]
    assert chosen.value == instead, "the class that the model names"
    assert "This run keeps the version that it learned from" in texts(app)
    _widget(app, "button", f"move suspect {path}").click().run()
    assert not app.exception
    reason = f"label suspected by run {finished.name}"
    assert _kept(home, stored) == [("relabelled", f"{path}: {given} → {instead}", reason)]
    assert f"In the data set it is now {instead}" in texts(app)
    assert "as added; changed since" in texts(app).replace("\\", "")
    assert (finished.folder / "data.json").read_bytes() == before


def test_where_the_data_set_is_not_kept_a_suspect_is_only_shown(finished: Run, show: Callable[..., AppTest]) -> None:
    path = finished.predictions(0).examples[0]
    say_all_wrong(finished)
    app = show("evaluate", run=finished.identity, view="suspects", side="validation", picture=path)
    assert not app.exception
    assert "The data set of this run is not kept here" in texts(app)


def test_data_sets_of_one_name_are_not_mixed_up(page: Page, stored: StoredData, home: Path, tmp_path: Path) -> None:
    shutil.copytree(stored.listing.root, tmp_path / "other")
    shutil.rmtree(tmp_path / "other" / "fruit")
    other = DataStore(home).add_folder(tmp_path / "other", name=stored.name)
    for each in (stored, other):
        page.goto(f"/data?data={each.identity}")
        settle(page)
        page.locator("button.tile").first.click()
        page.get_by_text("1 picture is selected.").wait_for()
        settle(page)
        page.get_by_role("button", name="Leave out").click()
        page.get_by_text("with 1 change").wait_for()
        assert len(_kept(home, each)) == 1
        assert each.identity in page.url


def test_a_person_mends_in_a_browser_with_two_tabs(
    new_page: Callable[[], Page], stored: StoredData, home: Path
) -> None:
    one, other = new_page(), new_page()
    for page in (one, other):
        page.goto(f"/data?data={stored.identity}&data_class=0")
        settle(page)
    tiles = one.locator("button.tile")
    tiles.nth(0).click()
    tiles.nth(1).focus()
    one.keyboard.press("Space")
    tiles.nth(2).click()
    tiles.nth(2).click()
    one.get_by_text("2 pictures are selected.").wait_for()
    assert one.get_by_role("button", pressed=True).count() == 2
    settle(one)
    one.get_by_role("button", name="Leave out").click()
    one.get_by_text("with 2 changes").wait_for()
    # The other tab has not heard of it.
    name = other.locator("button.tile").nth(3).get_attribute("data-key")
    other.locator("button.tile").nth(3).click()
    other.get_by_text("1 picture is selected.").wait_for()
    other.get_by_role("combobox", name=re.compile("Move to class")).click()
    other.get_by_role("option", name="fruit").click()
    settle(other)
    other.get_by_role("button", name="Move", exact=True).click()
    other.get_by_text("with 3 changes").wait_for()
    expect(other.get_by_role("button", pressed=True)).to_have_count(0)
    assert [kind for kind, _, _ in _kept(home, stored)] == ["left out", "left out", "relabelled"]
    other.get_by_text("Changes", exact=True).click()
    # The grid is drawn on a canvas: the first box of its first column belongs to the newest change.
    table = other.get_by_test_id("stDataFrame")
    table.scroll_into_view_if_needed()
    table.click(position={"x": 17, "y": 64})
    other.get_by_role("button", name="Take 1 back").click()
    other.get_by_text("with 2 changes").wait_for()
    table.wait_for()
    assert name not in [what for _, what, _ in _kept(home, stored)]
    assert [kind for kind, _, _ in _kept(home, stored)] == ["left out", "left out"]


def test_a_person_renames_a_class_in_a_browser(page: Page, stored: StoredData, home: Path) -> None:
    page.goto(f"/data?data={stored.identity}&data_class=1")
    settle(page)
    page.get_by_role("button", name="Rename or merge").click()
    page.get_by_role("combobox", name="Call fruit").fill("<b>obst</b> $x$")
    page.keyboard.press("Enter")
    settle(page)
    page.get_by_role("button", name="Rename", exact=True).click()
    page.get_by_text("with 1 change").wait_for()
    settle(page)
    assert _kept(home, stored) == [("renamed", "fruit → <b>obst</b> $x$", "")]
    assert page.get_by_text("<b>obst</b> $x$").first.is_visible()
    assert page.locator("b", has_text="obst").count() == 0
    assert "data_class" not in page.url, "its place is another now"
