"""What a network says on the straight way from one checkpoint's weights to another's.

Shape legend: A places on the way, N examples, R resamples.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sftviz.analysis.evidence import require_numbers, require_pair
from sftviz.analysis.gain import GainMetric
from sftviz.analysis.intervals import percentiles, stratified_resamples, wilson
from sftviz.analysis.likelihood import LEAST_PROBABILITY
from sftviz.analysis.measures import Measure
from sftviz.analysis.significance import exact_mcnemar
from sftviz.results import FloatArray, IntArray, Predictions, Source

SHARES = tuple(tenth / 10 for tenth in range(11))
Moved = Literal["nothing", "head", "all"]
Floats = NDArray[np.float64]

_UNLIKELY = 0.05


@dataclass(frozen=True, eq=False)
class SaidOnTheWay:
    """What was said at each place; the first and the last are the checkpoints' own predictions.

    Attributes:
        before, after: the two ends.
        predicted_AN: the most probable class at each of `SHARES`.
        of_truth_AN: probability of each example's true class.
        moved: which part of the network differs.
        is_reestimated: whether batch-norm statistics were measured anew between the ends.
    """

    before: Predictions
    after: Predictions
    predicted_AN: IntArray
    of_truth_AN: FloatArray
    moved: Moved
    is_reestimated: bool


@dataclass(frozen=True, eq=False)
class WeightPath:
    """The way, measured at A places.

    Attributes:
        before, after: the two ends.
        num_examples: N.
        accuracy_A, loss_A: in [0, 1], and in nats; `accuracy_A2` and `loss_A2` their 95 % intervals.
        differs_A: share of the examples whose prediction is not that of the first end.
        fixed_A, broken_A: examples that it got wrong and are right, and the other way round.
        metric: what the best is chosen by.
        over_after_A: change of that metric from the last end, `over_after_A2` with its paired interval.
        best: the place that is best; of equals, the one nearest to the last end.
        optimism: by how much the best looks better against the last end than it is, being chosen on these examples.
    """

    before: Source
    after: Source
    num_examples: int
    accuracy_A: Floats
    accuracy_A2: Floats
    loss_A: Floats
    loss_A2: Floats
    differs_A: Floats
    fixed_A: IntArray
    broken_A: IntArray
    metric: GainMetric
    over_after_A: Floats
    over_after_A2: Floats
    best: int
    optimism: float

    def over_after(self, place: int) -> Measure:
        """The change from the last end to a place."""
        low, high = self.over_after_A2[place].tolist()
        is_share = self.metric == "accuracy"
        unit: Literal["share", "nats"] = "share" if is_share else "nats"
        value = float(self.over_after_A[place])
        return Measure(self.metric, value, (low, high), unit, self.num_examples, more_is_better=is_share)


def weight_path(said: SaidOnTheWay, metric: GainMetric) -> WeightPath:
    """Measure every place on the same examples, and find the best.

    How much choosing flatters is estimated as the bootstrap's optimism: the best of each resample, there and on all
    examples. Source: Efron & Tibshirani 1993, "An introduction to the bootstrap", section 17.6.

    Raises:
        EmptyResultError: there is no example, a probability is not a number, or the ends are of different examples.
    """
    require_pair(said.before, said.after)
    require_numbers(said.before)
    require_numbers(said.after)
    labels_N = said.after.labels_N
    right_AN = said.predicted_AN == labels_N
    losses_AN = -np.log(said.of_truth_AN.astype(np.float64).clip(LEAST_PROBABILITY))
    accuracy_A, loss_A = right_AN.mean(axis=1), losses_AN.mean(axis=1)
    # Of differences: what is the same at two places is then exactly the same in every resample.
    gained_AN, spared_AN = right_AN.astype(np.float64) - right_AN[-1], losses_AN[-1] - losses_AN
    gained_AR, spared_AR = _resampled(gained_AN, labels_N), _resampled(spared_AN, labels_N)
    scores_A = _score(gained_AN.mean(axis=1), spared_AN.mean(axis=1), metric)
    scores_AR = _score(gained_AR, spared_AR, metric)
    was_right_N = said.before.is_right_N
    if metric == "accuracy":
        over_after_A, over_after_A2 = gained_AN.mean(axis=1), _with_luck(percentiles(gained_AR.T), right_AN)
    else:
        over_after_A, over_after_A2 = -spared_AN.mean(axis=1), percentiles(-spared_AR.T)
    return WeightPath(
        before=said.before.source,
        after=said.after.source,
        num_examples=len(labels_N),
        accuracy_A=accuracy_A,
        accuracy_A2=wilson(right_AN.sum(axis=1), len(labels_N)),
        loss_A=loss_A,
        loss_A2=percentiles(_resampled(losses_AN, labels_N).T),
        differs_A=(said.predicted_AN != said.before.predicted_N).mean(axis=1),
        fixed_A=(right_AN & ~was_right_N).sum(axis=1).astype(np.int64),
        broken_A=(~right_AN & was_right_N).sum(axis=1).astype(np.int64),
        metric=metric,
        over_after_A=over_after_A,
        over_after_A2=over_after_A2,
        best=int(_best(scores_A[:, None])[0]),
        optimism=_optimism(scores_A, scores_AR),
    )


def path_table(path: WeightPath) -> pd.DataFrame:
    """One row a place: its measures with their intervals."""
    return pd.DataFrame(
        {
            "share of the way, %": np.round(100 * np.array(SHARES)),
            "accuracy, %": 100 * path.accuracy_A,
            "accuracy, low, %": 100 * path.accuracy_A2[:, 0],
            "accuracy, high, %": 100 * path.accuracy_A2[:, 1],
            "loss, nats": path.loss_A,
            "loss, low, nats": path.loss_A2[:, 0],
            "loss, high, nats": path.loss_A2[:, 1],
            "predictions that differ from before, %": 100 * path.differs_A,
            "fixed": path.fixed_A,
            "broken": path.broken_A,
        }
    )


def _resampled(values_AN: NDArray[np.generic], labels_N: IntArray) -> Floats:
    parts = [values_AN.astype(np.float64) @ counts_NR for counts_NR in stratified_resamples(labels_N)]
    means: Floats = np.concatenate(parts, axis=1) / len(labels_N)
    return means


def _score(gained: Floats, spared: Floats, metric: GainMetric) -> Floats:
    """More is better; of equal accuracies, the one with less loss."""
    return gained + 1e-9 * spared if metric == "accuracy" else spared


def _best(scores_AR: Floats) -> IntArray:
    last: IntArray = (len(scores_AR) - 1 - scores_AR[::-1].argmax(axis=0)).astype(np.int64)
    return last


def _optimism(scores_A: Floats, scores_AR: Floats) -> float:
    best_R = _best(scores_AR)
    return max(0.0, float((scores_AR[best_R, np.arange(len(best_R))] - scores_A[best_R]).mean()))


def _with_luck(intervals_A2: Floats, right_AN: NDArray[np.bool_]) -> Floats:
    """Intervals reach 0 where the exact McNemar test does not rule luck out, as everywhere."""
    for interval_2, right_N in zip(intervals_A2, right_AN, strict=True):
        only = int((right_N & ~right_AN[-1]).sum()), int((~right_N & right_AN[-1]).sum())
        if exact_mcnemar(*only) >= _UNLIKELY:
            interval_2[:] = min(interval_2[0], 0.0), max(interval_2[1], 0.0)
    return intervals_A2
