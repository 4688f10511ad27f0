"""From a run on disk to the task it is about: the one place that lists the kinds of tasks."""

from collections.abc import Generator
from pathlib import Path

from sftviz.config import RunConfig
from sftviz.data.folds import draw_folds
from sftviz.data.listing import Listing
from sftviz.data.perceptual import hash_pictures, near_duplicates
from sftviz.events import PhaseProgressed
from sftviz.home import caches_of
from sftviz.results import IntArray
from sftviz.runs.run import Run
from sftviz.tasks.images import ImageClassification
from sftviz.tasks.task import Task


def open_task(run: Run, home: Path) -> Task:
    """Open the examples that a run learns from.

    Raises:
        DataError: the run's list of examples cannot be read.
    """
    return open_examples(run.config, (run.folder / "data.json").read_text(encoding="utf-8"), home)


def open_examples(config: RunConfig, data: str, home: Path) -> Task:
    """Open the examples that a task's own JSON text names, without a run.

    Raises:
        DataError: the text cannot be read.
    """
    return ImageClassification(config, Listing.from_json(data), caches_of(home))


def fold_examples(config: RunConfig, data: str, home: Path) -> Generator[PhaseProgressed, None, IntArray]:
    """The fold of each example that a task's own JSON text names, in its order; what is nearly the same stays together.

    Raises:
        DataError: the text cannot be read, or there are too few examples for so many folds.
    """
    listing, caches = Listing.from_json(data), caches_of(home)
    for done, total in hash_pictures(listing, caches):
        yield PhaseProgressed(phase="hashes", done=done, total=total, unit="examples")
    groups_N = near_duplicates(listing, caches)
    return draw_folds(listing, groups_N, num_folds=config.data.num_folds, seed=config.seed)
