"""Joint maps of embeddings before and after: how long they take, how far 1 % of noise moves a point, lasso to pictures.

N pictures are 2 N points. A library is left out beyond the size where it takes more than some three minutes.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.command import Options, main
from benchmarks.dashboard import chromium, serving, settle
from benchmarks.evaluate import Size, made_up_run
from benchmarks.jobs.project_points import made_up_pair
from benchmarks.pictures import generate
from benchmarks.runner import Job, interleave
from benchmarks.table import OURS, Figure, Row, compare
from benchmarks.training_jobs import command
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore

if TYPE_CHECKING:
    from playwright.sync_api import Page

_SECONDS = Figure("s", "s")
_MOVED, _MOST = Figure("moved", "map radii"), Figure("most", "map radii")
_SIZES = (2_000, 10_000, 50_000)
# Package, and the most pictures that it is given.
_PEERS = {"scikit-learn": ("sklearn", 10_000), "umap-learn": ("umap", 10_000), "openTSNE": ("openTSNE", 10_000)}
_NUM_FILES = 200
_NUM_STEPS = 20
# Frames one after the other, each zoomed a little further: how long one takes, in ms.
_ZOOM = """async (canvas, steps) => {
    const {left, top, width, height} = canvas.getBoundingClientRect(), frame = () => new Promise(requestAnimationFrame);
    await frame();
    const began = performance.now();
    for (let step = 0; step < steps; step++) {
        const place = {clientX: left + width / 4, clientY: top + height / 2, deltaY: step % 2 ? 20 : -20};
        canvas.dispatchEvent(new WheelEvent("wheel", {...place, bubbles: true, cancelable: true}));
        await frame();
    }
    return (performance.now() - began) / steps;
}"""
_RIGHT_HALF = """(canvas) => {
    canvas.scrollIntoView({block: "center"});
    const {left, top, width, height} = canvas.getBoundingClientRect();
    return [left + width / 2, top, width / 2, height];
}"""


def measure(options: Options) -> Iterator[Row]:
    """Rows for every size, then for a lasso around a quarter of the map."""
    for size in (200,) if options.quick else _SIZES:
        yield from _projected(options, size)
    yield from _drawn_around(options)


def _projected(options: Options, size: int) -> Iterator[Row]:
    jobs = [Job(OURS, command("project_points", OURS, str(size)))]
    left_out = []
    for name, (package, most) in _PEERS.items() if options.peers else ():
        if size <= most:
            jobs.append(Job(name, command("project_points", name, str(size)), (package,)))
        else:
            left_out.append(name)
    found = interleave(jobs, options.rounds or 1)
    case = f"{size:,} pictures, before and after"
    yield from compare("projection", case, _SECONDS, found, target=1)
    yield from compare("projection", f"{case}: mean movement by 1 % of noise", _MOVED, found)
    yield from compare("projection", f"{case}: the most that one point moved", _MOST, found)
    for name in left_out:
        yield Row("projection", case, name, "–", note="left out: it would take more than some three minutes")


def _drawn_around(options: Options) -> Iterator[Row]:
    size = Size(500, 10, 1) if options.quick else Size(10_000, 20, 1)
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch, "home")
        run = made_up_run(RunStore(home), generate(Path(scratch, "pictures"), _NUM_FILES), size)
        _embed(run, size)
        with serving(home) as server, chromium() as browser:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(120_000)
            page.goto(f"{server.url}/embeddings?run={run.identity}&projection=pca")
            page.get_by_text("Continuity").first.wait_for()
            took = [_draw(page) for _ in range(3)]
            zoomed = page.locator("canvas.over").evaluate(_ZOOM, _NUM_STEPS)
    yield Row("projection", "a frame while zooming", OURS, f"{zoomed:.0f} ms", note=str(size))
    yield Row("projection", "from a lasso to the first picture", OURS, f"{median(took):.2f} s", note=str(size))


def _embed(run: Run, size: Size) -> None:
    for path, rows in zip(sorted((run.folder / "epochs").iterdir()), made_up_pair(size.num_examples), strict=True):
        with np.load(path) as arrays:
            kept = dict(arrays)
        np.savez(path, **kept | {"embeddings_ND": rows.astype(np.float16)})


def _draw(page: "Page") -> float:
    """Seconds from the end of a lasso until a picture is there; then all is as it was."""
    settle(page, "Embeddings")
    left, top, width, height = page.locator("canvas.over").evaluate(_RIGHT_HALF)
    page.mouse.move(left + 0.25 * width, top + 0.25 * height)
    page.mouse.down()
    for x, y in ((0.75, 0.25), (0.75, 0.75), (0.25, 0.75), (0.25, 0.27)):
        page.mouse.move(left + x * width, top + y * height, steps=3)
    started_at = time.perf_counter()
    page.mouse.up()
    image = page.locator(".st-key-chosen-pictures img").first
    # Below the window a browser loads no picture, and what is not loaded has no size to be seen by.
    image.wait_for(state="attached")
    image.evaluate("(image) => { image.scrollIntoView(); return image.decode(); }")
    took = time.perf_counter() - started_at
    settle(page, "Embeddings")
    page.get_by_role("button", name="Clear the selection").click()
    page.get_by_role("heading", name="What moved most").wait_for()
    return took


if __name__ == "__main__":
    main([measure], __doc__)
