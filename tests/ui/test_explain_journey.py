"""From any place where a picture is shown to its map, in a real browser, on a run that is finished."""

import base64
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from sftviz.attribution.catalogue import METHODS
from sftviz.runs.run import Run
from tests.conftest import SAMPLE
from tests.ui.conftest import settle
from tests.ui.steps import choose, chosen_in_address, click_a_point, drag_across, wait_for_maps

_PASTE = """(field, content) => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([bytes], "image.png", {type: "image/png"}));
    field.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""


def _open_from_scatter(page: Page, run: Run) -> str:
    page.goto(f"/embeddings?run={run.identity}&after=2")
    page.get_by_text("Hover over a point").wait_for()
    name = run.predictions(2).examples[click_a_point(page)]
    page.get_by_role("button", name="Explain this picture").click()
    return name


def _open_from_cell(page: Page, run: Run) -> str:
    page.goto(f"/evaluate?run={run.identity}&after=2&view=confusion")
    settle(page)
    page.get_by_role("table").nth(1).get_by_role("button", disabled=False).first.click()
    return _click_a_tile(page, "cell-pictures")


def _open_from_gallery(page: Page, run: Run) -> str:
    page.goto(f"/evaluate?run={run.identity}&after=2&view=pictures&gallery=unsure")
    return _click_a_tile(page, "gallery")


def _click_a_tile(page: Page, gallery: str) -> str:
    tile = page.locator(f".st-key-{gallery} .tile").last
    tile.wait_for()
    settle(page)
    name = tile.get_attribute("data-key")
    assert name is not None
    tile.click()
    return name


def _expect_map(page: Page, run: Run, name: str, subject: str | None = None) -> None:
    """The maps of this picture are shown, for its true class unless something else is named."""
    after = run.predictions(2)
    subject = subject or f"Evidence for {after.classes[after.labels_N[after.examples.index(name)]]}"
    page.locator(".gtitle", has_text=f"{subject} in {name}").wait_for()
    wait_for_maps(page)
    assert chosen_in_address(page)["picture"] == name


@pytest.mark.parametrize("open_from", [_open_from_scatter, _open_from_cell, _open_from_gallery])
def test_a_click_on_a_picture_opens_its_map(open_from: Callable[[Page, Run], str], finished: Run, page: Page) -> None:
    name = open_from(page, finished)
    page.get_by_role("heading", name="Explain", exact=True).wait_for()
    _expect_map(page, finished, name)
    assert chosen_in_address(page)["after"] == "2"


def test_the_address_restores_method_class_and_checkpoint(finished: Run, page: Page) -> None:
    after = finished.predictions(2)
    name, true = after.examples[0], int(after.labels_N[0])
    other = (true + 1) % len(after.classes)
    page.goto(f"/explain?run={finished.identity}&after=2&picture={name}")
    _expect_map(page, finished, name)
    choose(page, "Evidence for the class", after.classes[other])
    _expect_map(page, finished, name, f"Evidence for {after.classes[other]}")
    choose(page, "Method", METHODS["layercam"].title)
    page.get_by_text(METHODS["layercam"].what).wait_for()
    choose(page, "After", "Epoch 0, before fine-tuning")
    page.get_by_text("The two maps are identical").wait_for()
    settle(page)
    assert chosen_in_address(page) == {
        "run": finished.identity,
        "picture": name,
        "after": "0",
        "class": str(other),
        "method": "layercam",
    }
    address = page.url
    page.reload()
    _expect_map(page, finished, name, f"Evidence for {after.classes[other]}")
    page.get_by_text("The two maps are identical").wait_for()
    page.get_by_text(METHODS["layercam"].what).wait_for()
    assert page.url == address
    page.go_back()
    page.wait_for_url(re.compile("after=2"))
    page.get_by_text("The two maps are identical").wait_for(state="detached")


def test_a_box_is_drawn_on_the_mean_map(finished: Run, page: Page) -> None:
    page.goto(f"/explain?run={finished.identity}&after=2&scope=across")
    page.get_by_role("button", name="Compute the maps of HiResCAM").click()
    page.get_by_text("explained pictures").wait_for()
    settle(page)
    page.get_by_text("Evidence outside a box").click()
    plot = page.locator(".st-key-box .nsewdrag")
    plot.wait_for()
    settle(page)
    drag_across(page, plot, 0.2, 0.8)
    page.get_by_role("button", name="Remove the box").wait_for()
    sides = [int(side) for side in chosen_in_address(page)["box"].split(",")]
    assert sides == pytest.approx([20, 20, 80, 80], abs=2)
    page.reload()
    page.get_by_text(re.compile("^Outside the box lie")).wait_for()
    settle(page)


def test_a_picture_is_pasted(finished: Run, page: Page) -> None:
    page.goto(f"/explain?run={finished.identity}&scope=new")
    page.get_by_role("radio", name="Paste one").click()
    field = page.get_by_test_id("stChatInputTextArea")
    field.click()
    picture = sorted((SAMPLE / "bugs").iterdir())[0]
    field.evaluate(_PASTE, base64.b64encode(picture.read_bytes()).decode())
    page.get_by_text("image.png").wait_for()
    page.locator('[data-testid="stChatInputSubmitButton"]:enabled').wait_for()
    field.press("Enter")
    page.get_by_text("Similarity is the cosine").wait_for()
    settle(page)
    page.locator(".st-key-nearest .tile").nth(4).wait_for()
