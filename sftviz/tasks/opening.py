"""From a run on disk to the task it is about: the one place that lists the kinds of tasks."""

from collections.abc import Generator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from sftviz.config import RunConfig
from sftviz.data.folds import draw_folds, most_folds
from sftviz.data.grouping import hash_pictures, near_duplicates
from sftviz.data.listing import Listing
from sftviz.errors import DataError
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
    listing = Listing.from_json(data)
    groups_N = yield from _groups(listing, home)
    return draw_folds(listing, groups_N, num_folds=config.data.num_folds, seed=config.seed)


def fold_training_examples(
    config: RunConfig, data: str, home: Path
) -> Generator[PhaseProgressed, None, IntArray | None]:
    """The same for the examples to learn from alone, in fewer folds where a class has fewer different ones.

    None where no class can be told from the others in two folds that keep together what is nearly the same.

    Raises:
        DataError: the text cannot be read.
    """
    listing = Listing.from_json(data)
    groups_N = yield from _groups(listing, home)
    train = replace(listing, pictures=listing.side("train"))
    own_N = groups_N[[picture.side == "train" for picture in listing.pictures]]
    for num_folds in range(min(config.data.num_folds, most_folds(train)), 1, -1):
        with suppress(DataError):
            return draw_folds(train, own_N, num_folds=num_folds, seed=config.seed)
    return None


def _groups(listing: Listing, home: Path) -> Generator[PhaseProgressed, None, IntArray]:
    caches = caches_of(home)
    for done, total in hash_pictures(listing, caches):
        yield PhaseProgressed(phase="hashes", done=done, total=total, unit="examples")
    return near_duplicates(listing, caches)
