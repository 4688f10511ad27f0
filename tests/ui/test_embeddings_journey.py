"""From a cluster on the map to its pictures and on to Explain, in a real browser, on a run that is finished."""

import re

import numpy as np
from playwright.sync_api import Page, expect

from sftviz.runs.run import Run
from tests.ui.conftest import settle
from tests.ui.steps import drawn_chart

_PLACES = """(chart) => {
    const {xaxis2: x, yaxis2: y} = chart._fullLayout, box = chart.getBoundingClientRect();
    const panel = chart._fullData.filter((trace) => trace.xaxis === "x2");
    return panel.flatMap((trace) => Array.from(trace.customdata, (index, at) =>
        [index, box.left + x._offset + x.c2p(trace.x[at]), box.top + y._offset + y.c2p(trace.y[at])]));
}"""


def _draw_around(page: Page, count: int) -> set[int]:
    """Draw a lasso around the leftmost points of the right panel; which examples those are."""
    places = sorted(drawn_chart(page).evaluate(_PLACES), key=lambda place: place[1])
    inside = places[:count]
    x, y = np.array([place[1:] for place in places]).T
    left, right, top, bottom = x.min() - 8, (x[count - 1] + x[count]) / 2, y.min() - 8, y.max() + 8
    page.mouse.move(left, top)
    page.mouse.down()
    for corner in ((right, top), (right, bottom), (left, bottom), (left, top + 2)):
        page.mouse.move(*corner, steps=4)
    page.mouse.up()
    return {int(place[0]) for place in inside}


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
    chosen = _draw_around(page, 3)
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
