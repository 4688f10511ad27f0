"""When a run's held-out test set was opened, and for which epoch: the first time is the one that counts."""

import math
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from sftviz.durable import replacing
from sftviz.errors import RunError, SftvizError
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


@dataclass(frozen=True)
class SeenBefore:
    """That other runs were asked about examples of a run's test set before it was itself.

    Attributes:
        num_examples: how many of its examples.
        openings: at which they were seen, the first one first.
    """

    num_examples: int
    openings: tuple[Opening, ...]


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


def seen_before(run: Run, others: Iterable[Run], contents: Callable[[Run], Sequence[str]]) -> SeenBefore | None:
    """Who looked at some of a run's test examples before it did; None where nobody has.

    Args:
        run: that has a test set.
        others: runs on any data: examples are known by their content, whatever version of a data set they stood in.
        contents: a key for what each test example of a run is; may raise SftvizError or OSError.
    """
    own, first = contents(run), next((opening.at for opening in openings(run)), math.inf)
    seen: set[str] = set()
    found: list[Opening] = []
    for other in others:
        earlier = [opening for opening in openings(other) if opening.at < first]
        if other.identity == run.identity or not earlier:
            continue
        # One damaged run must not hide the others.
        with suppress(SftvizError, OSError):
            shared = {*own}.intersection(contents(other))
            seen |= shared
            found += earlier if shared else ()
    if not found:
        return None
    return SeenBefore(sum(each in seen for each in own), tuple(sorted(found, key=lambda opening: opening.at)))


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
