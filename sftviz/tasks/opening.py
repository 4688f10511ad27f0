"""From a run on disk to the task it is about: the one place that lists the kinds of tasks."""

from pathlib import Path

from sftviz.config import RunConfig
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
    return open_examples(run.config, (run.folder / "data.json").read_text(encoding="utf-8"), home)


def open_examples(config: RunConfig, data: str, home: Path) -> Task:
    """Open the examples that a task's own JSON text names, without a run.

    Raises:
        DataError: the text cannot be read.
    """
    return ImageClassification(config, Listing.from_json(data), caches_of(home))
