"""How soon Evaluate is redrawn with many saved predictions: opened, and after each move of the epoch slider.

10,000 validation pictures, 100 classes, 50 epochs, all made up: no network runs. Against the same page with a run of
100 pictures, 10 classes and 3 epochs, on the same server in turn.
"""

import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.command import Options, main
from benchmarks.dashboard import chromium, serving, settle
from benchmarks.pictures import generate
from benchmarks.table import OURS, Row
from sftviz.config import DataConfig, RunConfig
from sftviz.data.listing import Listing, Picture
from sftviz.events import EpochEnded, RunFinished, RunStarted
from sftviz.results import FloatArray, IntArray
from sftviz.runs.log import EventWriter
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore
from sftviz.training.recipes import RECIPES

if TYPE_CHECKING:
    from playwright.sync_api import Page

_NUM_FILES = 200
_WIDTH = 8
_VIEWS = ("Metrics", "Confusion", "Flips", "Pictures")


@dataclass(frozen=True)
class Size:
    """How much a run has saved."""

    num_examples: int
    num_classes: int
    num_epochs: int

    def __str__(self) -> str:
        return f"{self.num_examples:,} pictures, {self.num_classes} classes, {self.num_epochs} epochs"


_LARGE, _SMALL = Size(10_000, 100, 50), Size(100, 10, 3)


def measure(options: Options) -> Iterator[Row]:
    """Rows for opening each view and for moving the slider, of a large run and of a small one."""
    large = Size(500, 20, 4) if options.quick else _LARGE
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch, "home")
        pictures = generate(Path(scratch, "pictures"), _NUM_FILES)
        runs = {size: made_up_run(RunStore(home), pictures, size) for size in (large, _SMALL)}
        with serving(home) as server, chromium() as browser:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(120_000)
            found = {size: _timings(page, f"{server.url}/evaluate?run={run.identity}") for size, run in runs.items()}
    for what, seconds in found[large].items():
        yield Row("evaluate", what, OURS, f"{seconds:.2f} s", note=str(large))
        small = found[_SMALL][what]
        yield Row("evaluate", what, "a small run", f"{small:.2f} s", small / seconds, note=str(_SMALL))


def _timings(page: "Page", address: str) -> dict[str, float]:
    seconds = {}
    for view in _VIEWS:
        started_at = time.perf_counter()
        page.goto(f"{address}&view={view.lower()}")
        settle(page, "Evaluate")
        seconds[f"{view}, opened"] = time.perf_counter() - started_at
        seconds[f"{view}, slider moved"] = _move(page, 3)
        seconds[f"{view}, slider moved back"] = _move(page, 3, key="ArrowRight")
    return seconds


def _move(page: "Page", count: int, key: str = "ArrowLeft") -> float:
    slider = page.get_by_role("slider").first
    took = []
    for _ in range(count):
        before = page.url
        started_at = time.perf_counter()
        slider.press(key)
        page.wait_for_function("address => location.href != address", arg=before)
        settle(page, "Evaluate")
        took.append(time.perf_counter() - started_at)
    return median(took)


def made_up_run(store: RunStore, pictures: Path, size: Size) -> Run:
    """A finished run of that size, whose pictures are links to a few files and whose embeddings are 0."""
    classes = tuple(f"class {number:03d}" for number in range(size.num_classes))
    labels_N = np.arange(size.num_examples, dtype=np.int64) % size.num_classes
    listing = _listing(pictures, classes, labels_N)
    config = RunConfig(name=str(size), data=DataConfig(dataset="made up"), recipe=RECIPES["probe"])
    run = store.create(config, listing.to_json())
    names = [picture.path for picture in listing.pictures]
    sides = {"names": names, "labels": labels_N.tolist()}
    content = {"classes": classes, "train": {"names": [], "labels": []}, "validation": sides}
    (run.folder / "examples.json").write_text(json.dumps(content))
    log = EventWriter(run.folder / "events.jsonl")
    log.append(
        RunStarted(classes=classes, num_train=0, num_validation=len(names), num_epochs=size.num_epochs, environment={})
    )
    for epoch in range(size.num_epochs + 1):
        said_NK = _said(labels_N, size, epoch)
        embeddings_ND = np.zeros((size.num_examples, _WIDTH), np.float16)
        np.savez(run.folder / "epochs" / f"{epoch:04d}.npz", probabilities_NK=said_NK, embeddings_ND=embeddings_ND)
        log.append(_ended(said_NK, labels_N, epoch, is_last=epoch == size.num_epochs))
    log.append(RunFinished(reason="completed", seconds={}))
    log.close()
    return run


def _listing(pictures: Path, classes: tuple[str, ...], labels_N: IntArray) -> Listing:
    """Many names of few files."""
    files, root, made = sorted(pictures.rglob("*.jpg")), pictures.with_name(f"{len(labels_N)} links"), []
    for index, label in enumerate(labels_N.tolist()):
        name = Path(classes[label], f"{index:06d}.jpg")
        (root / name.parent).mkdir(parents=True, exist_ok=True)
        (root / name).hardlink_to(files[index % len(files)])
        made.append(Picture(name.as_posix(), label, "validation", f"{index:064x}", 64, 64))
    return Listing(root, classes, tuple(made), ())


def _said(labels_N: IntArray, size: Size, epoch: int) -> FloatArray:
    """Probabilities that grow more often right with the epochs."""
    noise = np.random.default_rng(epoch)
    logits_NK = noise.normal(size=(size.num_examples, size.num_classes))
    logits_NK[np.arange(size.num_examples), labels_N] += 1.5 + 2 * epoch / size.num_epochs
    logits_NK = np.exp(logits_NK)
    shares: FloatArray = (logits_NK / logits_NK.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


def _ended(said_NK: FloatArray, labels_N: IntArray, epoch: int, *, is_last: bool) -> EpochEnded:
    of_truth_N = said_NK[np.arange(len(labels_N)), labels_N]
    accuracy = float((said_NK.argmax(axis=1) == labels_N).mean())
    measures = {"loss": float(-np.log(of_truth_N).mean()), "accuracy": accuracy}
    return EpochEnded(epoch=epoch, train={}, validation=measures, is_best=is_last, elapsed_s=1.0)


if __name__ == "__main__":
    main([measure], __doc__)
