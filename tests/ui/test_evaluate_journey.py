"""From a number down to a picture and back, in a real browser, on a run that is finished."""

import re

from playwright.sync_api import Page, expect

from sftviz.analysis.confusion import confusion, examples_in_cell
from sftviz.runs.run import Run
from tests.ui.conftest import settle
from tests.ui.steps import chosen_in_address


def _cell_of(run: Run, epoch: int) -> tuple[int, int]:
    """The cell with most pictures."""
    counts_KK = confusion(run.predictions(epoch)).counts_KK
    true, predicted = divmod(int(counts_KK.argmax()), len(counts_KK))
    return true, predicted


def _expect_pictures(page: Page, run: Run, epoch: int, cell: tuple[int, int]) -> None:
    """The page shows exactly the pictures of the cell in that epoch, in the order of their confidence."""
    predictions = run.predictions(epoch)
    indices = examples_in_cell(predictions, *cell).tolist()
    page.get_by_text(re.compile(rf"^{len(indices)} pictures of .* in epoch {epoch}$")).wait_for()
    settle(page)
    tiles = page.locator(".st-key-cell-pictures .tile")
    expect(tiles).to_have_count(len(indices))
    keys = [tile.get_attribute("data-key") for tile in tiles.all()]
    assert keys == [predictions.examples[index] for index in indices]


def test_from_a_cell_to_a_picture_and_back(finished: Run, page: Page) -> None:
    cell = _cell_of(finished, 2)
    address = f"after:{cell[0]},{cell[1]}"
    page.goto(f"/evaluate?run={finished.identity}&after=2&view=confusion")
    settle(page)
    page.get_by_role("table").nth(1).locator(f'[data-cell="{cell[0]},{cell[1]}"]').click()
    _expect_pictures(page, finished, 2, cell)
    image = page.locator(".st-key-cell-pictures img").first
    assert image.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0

    tile = page.locator(".st-key-cell-pictures .tile").first
    name = tile.get_attribute("data-key")
    tile.click()
    page.get_by_role("heading", name="Explain", exact=True).wait_for()
    page.get_by_text("This is").wait_for()
    assert chosen_in_address(page)["picture"] == name
    assert chosen_in_address(page)["after"] == "2"
    page.go_back()
    page.get_by_role("heading", name="Evaluate", exact=True).wait_for()
    _expect_pictures(page, finished, 2, cell)

    page.get_by_role("slider", name="After").press("ArrowLeft")
    _expect_pictures(page, finished, 1, cell)
    assert (chosen_in_address(page)["after"], chosen_in_address(page)["cell"]) == ("1", address)

    here = page.url
    page.reload()
    _expect_pictures(page, finished, 1, cell)
    assert page.url == here
    assert page.get_by_role("table").nth(1).get_by_role("button", pressed=True).count() == 1


def test_a_cell_opens_by_keyboard(finished: Run, page: Page) -> None:
    true, predicted = _cell_of(finished, 0)
    page.goto(f"/evaluate?run={finished.identity}&before=0&view=confusion")
    settle(page)
    table = page.get_by_role("table").first
    reached = table.locator('button[tabindex="0"]')
    expect(reached).to_have_count(1)
    reached.focus()
    page.keyboard.press("Home")
    for _ in finished.predictions(0).classes:
        page.keyboard.press("ArrowUp")
    for _ in range(true):
        page.keyboard.press("ArrowDown")
    for _ in range(predicted):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    _expect_pictures(page, finished, 0, (true, predicted))
    expect(table.locator("button:focus")).to_have_attribute("data-cell", f"{true},{predicted}")


def test_back_undoes_one_choice_at_a_time(finished: Run, page: Page) -> None:
    page.goto("/")
    settle(page)
    page.get_by_role("link", name="Evaluate", exact=True).click()
    page.get_by_role("radio", name="Flips").click()
    page.get_by_text("Fixed minus broken").wait_for()
    page.get_by_role("radio", name=re.compile("Still right")).click()
    expect(page).to_have_url(re.compile("flip=still_right"))
    settle(page)
    page.go_back()
    expect(page).to_have_url(re.compile("view=flips$"))
    expect(page.get_by_role("radio", name=re.compile("Fixed"))).to_be_checked()
    page.go_back()
    expect(page.get_by_role("radio", name="Metrics")).to_be_checked()
    settle(page)
    assert chosen_in_address(page) == {"run": finished.identity}
    # The address that the navigation leads to holds nothing; that step must not be undone either.
    page.go_back()
    settle(page)
    page.go_back()
    page.get_by_role("button", name="Try the sample").wait_for()
