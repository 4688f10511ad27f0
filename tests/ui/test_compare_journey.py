"""From the matrices of two runs down to a picture, in a real browser, and what a table lets one take away."""

import re

from playwright.sync_api import Page, expect

from sftviz.runs.run import Run
from tests.ui.conftest import settle


def test_a_cell_of_a_run_opens_its_pictures_and_explain(finished: Run, second: Run, page: Page) -> None:
    page.goto(f"/compare?runs={finished.identity},{second.identity}")
    settle(page)
    best = second.state.best
    predictions = second.predictions(best.epoch if best else 0)
    true, predicted = int(predictions.labels_N[0]), int(predictions.predicted_N[0])
    count = int(((predictions.labels_N == true) & (predictions.predicted_N == predicted)).sum())
    page.get_by_role("table", name="Confusion matrix of run B").locator(f'[data-cell="{true},{predicted}"]').click()
    page.get_by_text(re.compile(rf"^{count} pictures of .* by B · ")).wait_for()
    settle(page)
    expect(page).to_have_url(re.compile(f"run_cell={second.identity}"))
    tiles = page.locator(".st-key-run-cell-pictures .tile")
    expect(tiles).to_have_count(count)
    tiles.first.click()
    page.get_by_role("heading", name="Explain", exact=True).wait_for()
    expect(page).to_have_url(re.compile(rf"[?&]run={second.identity}(&|$)"))


def test_the_tables_own_download_is_not_offered(finished: Run, second: Run, page: Page) -> None:
    page.goto(f"/compare?runs={finished.identity},{second.identity}")
    settle(page)
    table = page.get_by_test_id("stDataFrame").last
    table.scroll_into_view_if_needed()
    table.hover()
    page.get_by_role("button", name=re.compile("Fullscreen")).last.wait_for()
    assert not page.get_by_role("button", name=re.compile("Download as CSV")).count()
    with page.expect_download() as download:
        page.get_by_role("button", name="Table (CSV)").last.click()
    assert download.value.suggested_filename == "pairs-of-runs.csv"
    assert download.value.path().read_text("utf-8-sig").startswith("pair,verdict,only the first")
