"""How each example was learned, from what every epoch said of it.

Shape legend: E epochs, N examples, K classes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sftviz.analysis.evidence import require_examples, require_pair
from sftviz.results import FloatArray, IntArray, Predictions

NEVER = -1
_LEAST_PROBABILITY = 1e-12


@dataclass(frozen=True, eq=False)
class Dynamics:
    """What became of each example over the epochs.

    Attributes:
        run: identity of the run.
        epochs: E numbers, rising.
        examples: N identities.
        of_truth_EN: probability of the true class.
        is_right_EN: whether the most probable class is the true one.
        confidence_N: mean probability of the true class over the epochs.
        variability_N: its standard deviation over the epochs (of the population).
        correctness_N: share of the epochs that were right.
        first_learned_N: first epoch from which it stays right; `NEVER` where the last epoch is wrong.
        num_forgotten_N: how often it was right in one epoch and wrong in the next.
        margin_N: mean over the epochs of the true class's logit minus the largest other one (area under the margin).
    """

    run: str
    epochs: tuple[int, ...]
    examples: tuple[str, ...]
    of_truth_EN: FloatArray
    is_right_EN: NDArray[np.bool_]
    confidence_N: FloatArray
    variability_N: FloatArray
    correctness_N: FloatArray
    first_learned_N: IntArray
    num_forgotten_N: IntArray
    margin_N: FloatArray

    @property
    def never_right(self) -> IntArray:
        """Indices of the examples that no epoch got right, the least confident first."""
        return self._by_confidence(self.correctness_N == 0)

    @property
    def most_forgotten(self) -> IntArray:
        """Indices of the examples that were forgotten, the most often first."""
        forgotten = self._by_confidence(self.num_forgotten_N > 0)
        return forgotten[np.argsort(-self.num_forgotten_N[forgotten], kind="stable")]

    @property
    def hardest(self) -> IntArray:
        """Indices of all examples, the least confident first."""
        return self._by_confidence(np.ones(len(self.examples), np.bool_))

    @property
    def in_order_learned(self) -> IntArray:
        """Indices of all examples: what was learned first comes first, of these the most confident."""
        never = self.first_learned_N == NEVER
        return np.lexsort((-self.confidence_N, self.first_learned_N, never)).astype(np.int64)

    def _by_confidence(self, is_member_N: NDArray[np.bool_]) -> IntArray:
        members = np.flatnonzero(is_member_N)
        return members[np.argsort(self.confidence_N[members], kind="stable")].astype(np.int64)


def dynamics(predictions: Iterable[Predictions]) -> Dynamics:
    """Follow each example from epoch to epoch.

    Source: Swayamdipta et al. 2020, "Dataset Cartography" (confidence, variability, correctness); Toneva et al. 2019,
    "An Empirical Study of Example Forgetting" (forgetting events); Pleiss et al. 2020, "Identifying Mislabeled Data
    using the Area Under the Margin Ranking" (eq. 2).

    Args:
        predictions: of the same examples by at least one epoch of a run, in the order of the epochs.

    Raises:
        EmptyResultError: there is no example, or the examples or classes differ.
    """
    said = iter(predictions)
    first = next(said)
    require_examples(first)
    # Of each epoch only this is kept: all predictions of a long run need not fit into memory.
    traces = [_trace(first)]
    for later in said:
        require_pair(first, later)
        traces.append(_trace(later))
    epochs = tuple(trace.epoch for trace in traces)
    of_truth_EN = np.stack([trace.of_truth_N for trace in traces])
    is_right_EN = np.stack([trace.is_right_N for trace in traces])
    return Dynamics(
        run=first.source.run,
        epochs=epochs,
        examples=first.examples,
        of_truth_EN=of_truth_EN,
        is_right_EN=is_right_EN,
        confidence_N=of_truth_EN.mean(axis=0, dtype=np.float64).astype(np.float32),
        variability_N=of_truth_EN.std(axis=0, dtype=np.float64).astype(np.float32),
        correctness_N=is_right_EN.mean(axis=0).astype(np.float32),
        first_learned_N=_first_learned(is_right_EN, epochs),
        num_forgotten_N=(is_right_EN[:-1] & ~is_right_EN[1:]).sum(axis=0).astype(np.int64),
        margin_N=np.mean([trace.margin_N for trace in traces], axis=0).astype(np.float32),
    )


class _Trace(NamedTuple):
    epoch: int
    of_truth_N: FloatArray
    is_right_N: NDArray[np.bool_]
    margin_N: FloatArray


def _trace(said: Predictions) -> _Trace:
    return _Trace(said.source.epoch, said.of_truth_N, said.is_right_N, margin(said))


def margin(predictions: Predictions) -> FloatArray:
    """The true class's logit minus the largest other one, of each example; probabilities tell it as well as logits."""
    others_NK = predictions.probabilities_NK.copy()
    others_NK[np.arange(len(others_NK)), predictions.labels_N] = 0
    of_truth_N, largest_N = (
        np.log(each.astype(np.float64).clip(_LEAST_PROBABILITY))
        for each in (predictions.of_truth_N, others_NK.max(axis=1))
    )
    margin_N: FloatArray = (of_truth_N - largest_N).astype(np.float32)
    return margin_N


def dynamics_table(found: Dynamics, predictions: Predictions) -> pd.DataFrame:
    """One row an example, with its class and all that was measured of it.

    Args:
        found: what to write down.
        predictions: of the same examples, for their classes.
    """
    classes = np.array(predictions.classes, dtype=object)
    return pd.DataFrame(
        {
            "file": found.examples,
            "class": classes[predictions.labels_N],
            "confidence": found.confidence_N,
            "variability": found.variability_N,
            "share of epochs right": found.correctness_N,
            "stays right from epoch": pd.Series(found.first_learned_N, dtype="Int64").replace(NEVER, pd.NA),
            "times forgotten": found.num_forgotten_N,
            "mean margin, logits": found.margin_N,
        }
    )


def epochs_table(found: Dynamics) -> pd.DataFrame:
    """One row an example, in the order in which they were learned: the probability of its class in each epoch."""
    order = found.in_order_learned
    columns = {f"epoch {epoch}": row[order] for epoch, row in zip(found.epochs, found.of_truth_EN, strict=True)}
    return pd.DataFrame({"file": [found.examples[index] for index in order], **columns})


def _first_learned(is_right_EN: NDArray[np.bool_], epochs: tuple[int, ...]) -> IntArray:
    num_right_at_end_N = np.minimum.accumulate(is_right_EN[::-1], axis=0).sum(axis=0)
    numbers = np.array([*epochs, NEVER], dtype=np.int64)
    first: IntArray = numbers[len(epochs) - num_right_at_end_N]
    return first
