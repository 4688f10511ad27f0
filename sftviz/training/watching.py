"""The few validation examples that are watched from epoch to epoch.

Shape legend: P watched examples, N all, K classes.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from sftviz.analysis.probes import probe_examples
from sftviz.errors import SftvizError
from sftviz.models.network import Network
from sftviz.results import FloatArray, IntArray, Predictions, Source
from sftviz.tasks.task import Task
from sftviz.training.evaluate import epoch_file

NUM_WATCHED = 8

_LOG = logging.getLogger(__name__)


class Watched:
    """Where the network sees the true class of a few examples, epoch after epoch of one stage.

    Args:
        task: whose validation examples they are; it may have nothing to show of them.
        network: as it is when the stage begins.
        indices_P: of the examples, or none.
    """

    def __init__(self, task: Task, network: Network, indices_P: IntArray) -> None:
        self._indices_P = indices_P
        self._look: Callable[[], FloatArray] | None = None
        with _dispensable():
            self._look = task.watch(network, indices_P.tolist()) if len(indices_P) else None

    def arrays(self) -> dict[str, FloatArray | IntArray]:
        """For an epoch's file: `watched_P`, the indices, and `maps_Phw`, what is seen of them; or nothing."""
        with _dispensable():
            maps_Phw = self._look() if self._look else None
            if maps_Phw is not None and np.isfinite(maps_Phw).all():
                return {"watched_P": self._indices_P, "maps_Phw": maps_Phw}
        return {}


def chosen_to_watch(task: Task, before_NK: FloatArray) -> IntArray:
    """Indices (P,) of the validation examples that are watched, by their probabilities at epoch 0."""
    side = task.validation
    return probe_examples(Predictions(Source("", 0), task.classes, side.names, side.labels_N, before_NK), NUM_WATCHED)


def watched_at_start(folder: Path) -> IntArray:
    """Those that a run's epoch 0 shows; none in runs from before that, and where there was nothing to show."""
    try:
        with epoch_file(folder, 0).open("rb") as file, np.load(file) as arrays:
            indices_P: IntArray = arrays["watched_P"]
            return indices_P
    except (OSError, ValueError, KeyError, BadZipFile):
        return np.empty(0, np.int64)


@contextmanager
def _dispensable() -> Iterator[None]:
    """Training of hours does not end for want of something to look at."""
    try:
        yield
    except SftvizError:
        pass
    except Exception:
        _LOG.exception("The watched examples cannot be shown")
