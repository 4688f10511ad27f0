"""From a run on disk to the task it is about: the one place that lists the kinds of tasks."""

from pathlib import Path

from sftviz.data.listing import Listing
from sftviz.home import caches_of
from sftviz.runs.run import Run
from sftviz.tasks.images import ImageClassification
from sftviz.tasks.task import Task


def open_task(run: Run, home: Path) -> Task:
    """Open the examples that a run learns from.

    Raises:
        DataError: the run's list of examples cannot be read.
    """
    listing = Listing.from_json((run.folder / "data.json").read_text(encoding="utf-8"))
    return ImageClassification(run.config, listing, caches_of(home))
