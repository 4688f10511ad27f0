"""When a run's held-out test set was opened, and for which epoch: the first time is the one that counts."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from sftviz.durable import replacing
from sftviz.errors import RunError
from sftviz.results import FloatArray
from sftviz.runs.run import Run


@dataclass(frozen=True)
class Opening:
    """A checkpoint that was asked about the test set.

    Attributes:
        at: seconds since 1970, UTC.
    """

    run: str
    epoch: int
    at: float


def num_held_out(run: Run) -> int:
    """How many examples a run's test set has; 0 where there is none."""
    return run.state.started.num_test if run.state.started else 0


def openings(run: Run) -> tuple[Opening, ...]:
    """Each epoch that was asked about the test set, the first one first.

    A file that cannot be read counts too, by the time at which it was written: the set was opened.
    """
    files = (run.folder / "test").glob("????.npz")
    found = [Opening(run.identity, int(file.stem), _opened_at(file, file.stat().st_mtime_ns)) for file in files]
    return tuple(sorted(found, key=lambda opening: opening.at))


def openings_elsewhere(run: Run, others: Iterable[Run]) -> tuple[Opening, ...]:
    """Each time that another run on the same data was asked about some of this run's test examples, likewise."""
    own = _held_out_names(run)
    found: list[Opening] = []
    for other in others:
        is_other = other.identity != run.identity and other.config.data.dataset == run.config.data.dataset
        if is_other and (opened := openings(other)):
            # One damaged run must not hide the others.
            with suppress(RunError):
                found += opened if own & _held_out_names(other) else ()
    return tuple(sorted(found, key=lambda opening: opening.at))


def keep_opening(run: Run, opening: Opening, probabilities_NK: FloatArray) -> None:
    """Keep what was said of the test examples, with the moment, before anyone sees it.

    Raises:
        RunError: it cannot be written; the test set then stays closed.
    """
    file = run.test_file(opening.epoch)
    try:
        file.parent.mkdir(exist_ok=True)
        with replacing(file) as target:
            np.savez(target, probabilities_NK=probabilities_NK, at=np.array(opening.at))
    except OSError as error:
        raise RunError(
            f"What was said of the test set could not be kept: {error.strerror}. It stays closed; make room and try "
            "again."
        ) from error


@lru_cache(maxsize=256)
def _opened_at(file: Path, changed_ns: int) -> float:
    # Opened here: of a damaged file, NumPy would leave its own open.
    with suppress(OSError, ValueError, KeyError, BadZipFile), file.open("rb") as content, np.load(content) as arrays:
        return float(arrays["at"])
    return changed_ns / 10**9


def _held_out_names(run: Run) -> frozenset[str]:
    return run.test_names() if num_held_out(run) else frozenset()
