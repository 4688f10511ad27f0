"""What several journeys through the browser have in common."""

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TookTooLong

from tests.ui.conftest import settle

_FIRST_POINT = """(chart) => {
    const points = chart.calcdata.find((trace) => trace[0].trace.customdata), point = points[0];
    const {xaxis, yaxis} = chart._fullLayout, box = chart.getBoundingClientRect();
    const place = [box.left + xaxis._offset + xaxis.c2p(point.x), box.top + yaxis._offset + yaxis.c2p(point.y)];
    return [...place, Number(point.trace.customdata[0])];
}"""


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


def click_a_point(page: Page) -> int:
    """Rest on the first point of the joint map until its picture shows, then click it; the index of its example."""
    settle(page)
    x, y, index = page.locator(".js-plotly-plot").first.evaluate(_FIRST_POINT)
    page.mouse.move(x - 2, y - 2)
    page.mouse.move(x, y)
    picture = page.locator(".picture img")
    picture.wait_for()
    assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
    page.mouse.click(x, y)
    return int(index)


def wait_for_maps(page: Page) -> None:
    """Until both maps of a picture and what differs between them are there."""
    page.get_by_text("Overlap of the strongest fifth").wait_for()
    settle(page)


def chosen_in_address(page: Page) -> dict[str, str]:
    """What the address says is chosen."""
    found: dict[str, str] = page.evaluate("() => Object.fromEntries(new URLSearchParams(location.search))")
    return found
