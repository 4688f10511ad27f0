"""From a cluster on the map to its pictures and on to Explain, in a real browser, on a run that is finished."""

import re

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from sftviz.runs.run import Run
from tests.ui.conftest import settle
from tests.ui.steps import JointMap


def _draw_around(page: Page, run: Run, count: int) -> set[int]:
    """Draw a lasso around the leftmost points of the right panel; which examples those are."""
    drawn = JointMap(page)
    places = sorted((*drawn.place(index, 1), index) for index in range(len(run.predictions(0).examples)))
    x, y = np.array([place[:2] for place in places]).T
    drawn.draw_around(x.min() - 8, (x[count - 1] + x[count]) / 2, y[:count].min() - 8, y[:count].max() + 8)
    return {place[2] for place in places[:count]}


def _expect_pictures(page: Page, run: Run, chosen: set[int]) -> None:
    page.get_by_role("heading", name=f"{len(chosen)} chosen pictures").wait_for()
    settle(page)
    tiles = page.locator(".st-key-chosen-pictures .tile")
    expect(tiles).to_have_count(len(chosen))
    examples = run.predictions(0).examples
    assert {tile.get_attribute("data-key") for tile in tiles.all()} == {examples[index] for index in chosen}


def test_from_a_cluster_to_its_pictures_and_to_explain(finished: Run, page: Page) -> None:
    page.goto(f"/embeddings?run={finished.identity}&after=2&projection=pca")
    page.get_by_text("Trustworthiness").or_(page.get_by_text("Neighbours kept on the map")).first.wait_for()
    chosen = _draw_around(page, finished, 3)
    _expect_pictures(page, finished, chosen)
    expect(page).to_have_url(re.compile("points=i"))

    page.get_by_role("combobox", name=re.compile("After")).click()
    page.get_by_role("option", name=re.compile("Epoch 1")).click()
    expect(page).to_have_url(re.compile("after=1"))
    _expect_pictures(page, finished, chosen)
    here = page.url
    page.reload()
    _expect_pictures(page, finished, chosen)
    assert page.url == here

    tile = page.locator(".st-key-chosen-pictures .tile").first
    name = tile.get_attribute("data-key")
    tile.click()
    page.get_by_role("heading", name="Explain", exact=True).wait_for()
    page.get_by_text("This is").wait_for()
    assert f"picture={name}" in page.evaluate("() => decodeURIComponent(location.search)")
    page.go_back()
    page.get_by_role("heading", name="Embeddings", exact=True).wait_for()
    _expect_pictures(page, finished, chosen)


def test_a_click_shows_one_picture_and_its_neighbours_until_it_is_cleared(finished: Run, page: Page) -> None:
    page.goto(f"/embeddings?run={finished.identity}&projection=pca&layout=arrows&colored=flip&points=i2")
    page.get_by_role("heading", name="1 chosen picture").wait_for()
    page.get_by_role("heading", name=re.compile("Nearest pictures in the full space: . of . stayed")).wait_for()
    settle(page)
    page.get_by_role("button", name="Clear the selection").click()
    page.get_by_role("heading", name="What moved most").wait_for()
    settle(page)
    assert "points" not in page.url


def test_a_choice_leaves_the_zoom_as_it_is_and_stands_out_on_both_panels(finished: Run, page: Page) -> None:
    page.goto(f"/embeddings?run={finished.identity}&after=2&projection=pca")
    drawn = JointMap(page)
    page.mouse.move(*drawn.place(0, 1))
    page.mouse.wheel(0, -300)
    expect(drawn.canvas).to_have_attribute("data-zoom", "2.117")
    x, y = drawn.place(0, 1)
    drawn.draw_around(x - 12, x + 12, y - 12, y + 12)
    page.get_by_role("heading", name=re.compile("chosen picture")).wait_for()
    settle(page)
    expect(drawn.canvas).to_have_attribute("data-zoom", "2.117")
    count = drawn.canvas.get_attribute("data-chosen")
    page.get_by_role("heading", name=re.compile(f"^{count} chosen picture")).wait_for()
    page.get_by_role("button", name="Show all").click()
    expect(drawn.canvas).to_have_attribute("data-zoom", "1.000")


def test_the_keyboard_goes_from_point_to_point_and_chooses(finished: Run, page: Page) -> None:
    page.goto(f"/embeddings?run={finished.identity}&after=2&projection=pca")
    drawn = JointMap(page)
    page.get_by_role("button", name="Save as PNG").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".picture .truth")).to_be_visible()
    page.keyboard.press("Enter")
    expect(drawn.canvas).to_have_attribute("data-chosen", "1")
    page.get_by_role("heading", name="1 chosen picture").wait_for()
    settle(page)


def test_the_map_goes_through_the_epochs_and_hides_a_class(finished: Run, page: Page) -> None:
    page.goto(f"/embeddings?run={finished.identity}&after=2&projection=pca&layout=epochs")
    drawn = JointMap(page)
    expect(drawn.canvas).to_have_attribute("data-epoch", "0")
    # At once, however slow the browser is: played to the end there is nothing to pause.
    page.get_by_role("button", name="Play").evaluate("(button) => { button.click(); button.click(); }")
    expect(page.locator(".at")).to_have_text("epoch 1")
    page.get_by_role("button", name="Play").click()
    expect(drawn.canvas).to_have_attribute("data-epoch", "2")
    page.get_by_role("slider", name="Epoch").press("ArrowLeft")
    expect(drawn.canvas).to_have_attribute("data-epoch", "1")
    entry = page.locator(".legend button").first
    entry.press("Enter")
    expect(entry).to_have_attribute("aria-pressed", "false")
    expect(entry).to_be_focused()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as PNG").click()
    assert download.value.suggested_filename.endswith("pca-epochs.png")
    with Image.open(download.value.path()) as picture:
        assert picture.width > 600


def test_without_webgl_the_map_says_so_and_the_rest_of_the_page_works(finished: Run, page: Page) -> None:
    page.add_init_script(
        "const open = HTMLCanvasElement.prototype.getContext; HTMLCanvasElement.prototype.getContext = "
        "function (kind, ...rest) { return kind === 'webgl2' ? null : open.call(this, kind, ...rest); };"
    )
    page.goto(f"/embeddings?run={finished.identity}&after=2&projection=pca&points=i2")
    page.get_by_text("This browser draws no WebGL graphics").wait_for()
    expect(page.locator(".legend")).to_be_hidden()
    page.get_by_role("heading", name="1 chosen picture").wait_for()
    settle(page)
