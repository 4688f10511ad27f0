"""What it costs to be watched: events, checkpoints, an open browser tab; and how soon a page comes while it trains.

Full fine-tuning of EfficientNet-Lite0. The tab is opened and closed in turn during one run on a real server, and the
run's own log tells how fast its steps came.
"""

import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.command import Options, main
from benchmarks.dashboard import chromium, serving, settle
from benchmarks.pictures import gather
from benchmarks.runner import Measured, interleave
from benchmarks.table import OURS, Figure, Row, compare
from benchmarks.training_jobs import OurQuestion, initial_weights, our_job
from sftviz.config import Recipe, Stage
from sftviz.events import StepEnded
from sftviz.runs.log import read_events
from sftviz.runs.run import Run
from sftviz.training.recipes import RECIPES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_BACKBONE = "efficientnet_lite0"
_PAGES = ("Evaluate", "Data", "Model", "Embeddings", "Train")
_SETTLING_S = 3.0


def measure(options: Options) -> Iterator[Row]:
    """Rows for events and checkpoints, for the open tab, and for the pages."""
    limit = options.limit or (80 if options.quick else 240)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        data = gather(options.data, folder / "data", limit=limit)
        weights = initial_weights(_BACKBONE, folder)
        yield from _log_rows(options, data, weights)
        home = folder / "home"
        home.mkdir()
        yield from _tab_rows(options, OurQuestion(str(data), _BACKBONE, str(weights), _recipe(8, 1000), str(home)))


def _recipe(batch: int, epochs: int) -> Recipe:
    stage = Stage(learns="all", epochs=epochs, head_lr=1e-4, backbone_lr=1e-4)
    return RECIPES["full"].model_copy(update={"stages": (stage,), "batch_size": batch})


def _log_rows(options: Options, data: Path, weights: Path) -> list[Row]:
    jobs = [
        our_job(OurQuestion(str(data), _BACKBONE, str(weights), _recipe(16, 1), is_logged=is_logged), name)
        for name, is_logged in ((OURS, True), ("no event written", False))
    ]
    found = interleave(jobs, options.rounds or 1)
    figure = Figure("examples_per_s", "pictures/s", more_is_better=True)
    rows = compare("live", "events", figure, found, target=0.999)
    if found[0].answers:
        rows.append(_share_row("time not spent on events", found[0], "logging_s", 0.999))
        rows.append(_share_row("time not spent on checkpoints", found[0], "checkpoint", 0.99))
    return rows


def _share_row(case: str, measured: Measured, part: str, target: float) -> Row:
    """What is left of a run's time without a part of it."""
    share = median(1 - (answer | answer["seconds"])[part] / answer["work_s"] for answer in measured.answers)
    return Row("live", case, OURS, f"{share:.4f}", share, target, "of the run, timed directly")


def _tab_rows(options: Options, asked: OurQuestion) -> list[Row]:
    from benchmarks.jobs.with_sftviz import create

    run, rounds = create(asked), options.rounds or (1 if options.quick else 4)
    count = 4 if options.quick else 25
    with serving(Path(asked.home)) as server, chromium() as browser:
        address = f"{server.url}/train?run={run.identity}"
        page = _open(browser, address)
        page.get_by_role("button", name="Resume").click()
        _await_steps(run, 3)
        open_rates, closed_rates = [], []
        for _ in range(rounds):
            open_rates.append(_rate(run, count))
            page.close()
            closed_rates.append(_rate(run, count))
            page = _open(browser, address)
        training_ms = _page_ms(page, rounds)
        page.get_by_role("button", name="Stop").click()
        page.get_by_role("button", name="Continue").wait_for()
        idle_ms = _page_ms(page, rounds)
    unit, opened, closed = "pictures/s", median(open_rates), median(closed_rates)
    return [
        Row("live", "open tab on Train", OURS, f"{opened:.3g} {unit}"),
        Row("live", "open tab on Train", "no tab", f"{closed:.3g} {unit}", opened / closed, 0.95),
        Row("live", "click to page", "while training", _milliseconds(training_ms)),
        Row("live", "click to page", "after Stop", _milliseconds(idle_ms)),
    ]


def _open(browser: "Browser", address: str) -> "Page":
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(120_000)
    page.goto(address)
    settle(page, "Train")
    return page


def _steps(run: Run) -> list[StepEnded]:
    events, _ = read_events(run.folder / "events.jsonl")
    return [event for event in events if isinstance(event, StepEnded)]


def _await_steps(run: Run, count: int) -> list[StepEnded]:
    while len(steps := _steps(run)) < count:
        if run.state.message:
            raise RuntimeError(f"The run that was to be watched failed: {run.state.message}")
        time.sleep(0.2)
    return steps


def _rate(run: Run, count: int) -> float:
    """Pictures a second over the next steps of the run, after a moment of settling."""
    time.sleep(_SETTLING_S)
    before = len(_steps(run))
    steps = _await_steps(run, before + count)[before:]
    # Between two epochs lies an evaluation, which is no step.
    pairs = [(a, b) for a, b in pairwise(steps) if a.epoch == b.epoch]
    return run.config.recipe.batch_size * len(pairs) / sum(b.at - a.at for a, b in pairs)


def _page_ms(page: "Page", rounds: int) -> list[float]:
    """From a click in the navigation until the page stands there and its script has run."""
    found = []
    for name in _PAGES * rounds:
        started_at = time.perf_counter()
        page.get_by_role("link", name=name, exact=True).click()
        settle(page, name)
        found.append((time.perf_counter() - started_at) * 1000)
    return found


def _milliseconds(found: list[float]) -> str:
    return f"{median(found):.0f} ms, longest {max(found):.0f} ms"


if __name__ == "__main__":
    main([measure], __doc__)
