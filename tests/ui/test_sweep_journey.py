"""A sweep and more epochs in a real browser."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sftviz.config import Recipe
from sftviz.runs.run import Run
from tests.conftest import SHORT
from tests.ui.conftest import Server, settle
from tests.ui.steps import drawn_chart

_GROUP = "rates"


@pytest.fixture
def runs(finished_home: tuple[Path, str], server: Server) -> list[Run]:
    """Two finished runs of a group."""
    folder, identity = finished_home
    made = []
    for index, decay in enumerate((0.5, 0.8)):
        target = server.home / "runs" / f"{identity[:-1]}{index}"
        shutil.copytree(folder / "runs" / identity, target)
        made.append(_regrouped(target, SHORT.model_copy(update={"layer_decay": decay})))
    return made


def _regrouped(folder: Path, recipe: Recipe) -> Run:
    config = Run(folder).config.model_copy(update={"group": _GROUP, "recipe": recipe})
    (folder / "config.json").write_text(config.model_dump_json())
    return Run(folder)


def test_a_point_of_the_picture_opens_its_run(runs: list[Run], page: Page) -> None:
    page.goto("/sweep")
    page.get_by_text("2 of 2 runs are over").wait_for()
    x, y = drawn_chart(page).evaluate(
        """(chart) => {
            const point = chart.calcdata[0][0], {xaxis, yaxis} = chart._fullLayout, box = chart.getBoundingClientRect();
            return [box.left + xaxis._offset + xaxis.c2p(point.x), box.top + yaxis._offset + yaxis.c2p(point.y)];
        }"""
    )
    page.mouse.move(x - 2, y - 2)
    page.mouse.move(x, y)
    page.locator(".hovertext").wait_for()
    page.mouse.click(x, y)
    page.get_by_role("heading", name="Evaluate", exact=True).wait_for()
    expect(page).to_have_url(re.compile("|".join(f"run={run.identity}" for run in runs)))


def test_a_finished_run_goes_on_for_as_many_epochs_as_asked(runs: list[Run], page: Page) -> None:
    page.goto(f"/train?run={runs[0].identity}")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("More epochs").fill("1")
    page.get_by_label("More epochs").press("Enter")
    settle(page)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Stop").wait_for()
    page.get_by_text("finished", exact=True).wait_for()
    assert [epoch.epoch for epoch in runs[0].state.epochs] == [0, 1, 2, 3]
    assert runs[0].recipe.stages[-1].continues
