"""What several journeys through the browser have in common."""

import re

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TookTooLong

from tests.ui.conftest import settle


def choose(page: Page, label: str, option: str) -> None:
    """Open a select box until it stays open: it closes when the page grows under it."""
    for _ in range(20):
        page.get_by_role("combobox", name=label, exact=True).click()
        try:
            page.get_by_role("option", name=option).click(timeout=3000)
        except TookTooLong:
            page.keyboard.press("Escape")
        else:
            return
    raise AssertionError(f"{option!r} could not be chosen for {label!r}")


def drawn_chart(page: Page) -> Locator:
    """The first chart of the page, once its points are there."""
    settle(page)
    # Asked anew each time: a chart with other points is another node.
    page.wait_for_function("() => document.querySelector('.js-plotly-plot')?.calcdata?.length")
    chart = page.locator(".js-plotly-plot").first
    chart.hover(position={"x": 1, "y": 1})
    return chart


class JointMap:
    """The map of embeddings on a page, once its points are arranged and drawn."""

    def __init__(self, page: Page) -> None:
        settle(page)
        # Until all is computed the map is another one.
        page.get_by_role("button", name="Cancel", exact=True).first.wait_for(state="detached")
        settle(page)
        self._page = page
        self.canvas = page.locator("canvas.points")
        expect(self.canvas).to_have_attribute("data-zoom", re.compile(r"\d"))
        page.locator("canvas.over").hover(position={"x": 1, "y": 1})

    def place(self, index: int, panel: int) -> tuple[float, float]:
        """Where in the window an example's point is."""
        box = self.canvas.bounding_box()
        assert box is not None
        x, y = self.canvas.evaluate("(canvas, [index, panel]) => canvas.placeOf(index, panel)", [index, panel])
        return box["x"] + x, box["y"] + y

    def draw_around(self, left: float, right: float, top: float, bottom: float) -> None:
        """Draw a rectangle of these places in the window."""
        mouse = self._page.mouse
        mouse.move(left, top)
        mouse.down()
        for corner in ((right, top), (right, bottom), (left, bottom), (left, top + 2)):
            mouse.move(*corner, steps=4)
        mouse.up()


def click_a_point(page: Page) -> int:
    """Rest on the first point of the joint map until its picture shows, then click it; the index of its example."""
    x, y = JointMap(page).place(0, 0)
    page.mouse.move(x - 2, y - 2)
    page.mouse.move(x, y)
    picture = page.locator(".picture img")
    picture.wait_for()
    assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
    page.mouse.click(x, y)
    return 0


def drag_across(page: Page, plot: Locator, start: float, end: float) -> None:
    """Draw a box from one place on the diagonal of a plot to another, both as shares of its sides."""
    area = plot.bounding_box()
    assert area is not None
    width, height = area["width"], area["height"]
    # Only hovering waits until the page does not grow above the plot any more: from there on steps are relative.
    plot.hover(position={"x": start * width, "y": start * height})
    area = plot.bounding_box()
    assert area is not None
    page.mouse.down()
    page.mouse.move(area["x"] + end * width, area["y"] + end * height, steps=10)
    page.mouse.up()


def wait_for_maps(page: Page) -> None:
    """Until both maps of a picture and what differs between them are there."""
    page.get_by_text("Overlap of the strongest fifth").wait_for()
    settle(page)


def chosen_in_address(page: Page) -> dict[str, str]:
    """What the address says is chosen."""
    found: dict[str, str] = page.evaluate("() => Object.fromEntries(new URLSearchParams(location.search))")
    return found
