"""How good a checkpoint is, and how much better than another: every number with its 95 % interval.

Shape legend: N examples, K classes, S samples (the examples themselves first, then the resamples), J totals.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from sftviz.analysis.calibration import NUM_BINS, confidence_bins
from sftviz.analysis.evidence import require_numbers, require_pair
from sftviz.analysis.intervals import LEAST_FLIPS, percentiles, stratified_resamples, wilson
from sftviz.analysis.likelihood import brier_scores, is_in_top, log_losses
from sftviz.analysis.significance import exact_mcnemar
from sftviz.results import IntArray, Predictions

Unit = Literal["share", "nats", "number"]
ClassMetric = Literal["precision", "recall", "f1"]
Floats = NDArray[np.float64]

_TOP = 5
_NUM_MEANS = 4
_UNITS: dict[str, Unit] = {
    "accuracy": "share",
    "balanced_accuracy": "share",
    "precision": "share",
    "recall": "share",
    "f1": "share",
    "top_5": "share",
    "loss": "nats",
    "brier": "number",
    "calibration_error": "share",
}
_LESS_IS_BETTER = ("loss", "brier", "calibration_error")
_WILSON = ("accuracy", "top_5")
_OF_PREDICTIONS = ("accuracy", "balanced_accuracy", "precision", "recall", "f1")
_UNLIKELY = 0.05


@dataclass(frozen=True)
class Measure:
    """One number about a checkpoint, or the change of one from a checkpoint to another.

    Attributes:
        name: the metric, or the class where one metric of each class is measured.
        value: shares are in [0, 1], their changes in [−1, 1].
        interval: 95 %: lower and upper end.
        unit: "number" has none.
        num_examples: how many examples it comes from; of a class, its own.
        more_is_better: whether a positive change is a gain.
    """

    name: str
    value: float
    interval: tuple[float, float]
    unit: Unit
    num_examples: int
    more_is_better: bool


@dataclass(frozen=True, eq=False)
class _ClassCounts:
    """Of each class: its examples, those of them that are right, and the examples that were taken for it."""

    support_K: IntArray
    right_SK: NDArray[np.float32]
    predicted_SK: NDArray[np.float32]

    def ratio(self, metric: ClassMetric) -> Floats:
        """One metric of each class, S × K; 0 without a denominator."""
        match metric:
            case "precision":
                parts, wholes = self.right_SK, self.predicted_SK
            case "recall":
                parts, wholes = self.right_SK, np.broadcast_to(self.support_K, self.right_SK.shape)
            case "f1":
                parts, wholes = 2 * self.right_SK, self.predicted_SK + self.support_K
        return np.divide(parts, wholes, out=np.zeros(parts.shape), where=wholes > 0, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class _Samples:
    """Headline metrics and class counts of the examples themselves and of each resample."""

    overall: dict[str, Floats]
    counts: _ClassCounts


def metrics_with_intervals(predictions: Predictions) -> tuple[Measure, ...]:
    """The headline metrics; "top_5" is among them where there are more than 5 classes.

    Precision, recall and F1 are means over the classes that occur or are predicted, all alike; a ratio without a
    denominator counts as 0. Balanced accuracy is the mean recall of the classes that occur. The intervals of accuracy
    and top 5 are Wilson's, all others come from resampling each class. Where the pictures of a class agree there is
    nothing to resample: the intervals of balanced accuracy, precision, recall and F1 are never narrower than Wilson's
    at their value. The calibration error counts luck as error, so that its interval lies too high.

    Raises:
        EmptyResultError: there is no example, or a probability is not a number.
    """
    num_examples = len(predictions.examples)
    measures = []
    for name, values_S in _samples(predictions).overall.items():
        right = round(values_S[0] * num_examples)
        interval = wilson(right, num_examples) if name in _WILSON else percentiles(values_S[1:])
        if name in _OF_PREDICTIONS:
            interval = _not_narrower(interval, wilson(values_S[0] * num_examples, num_examples))
        measures.append(_headline(name, values_S[0], interval, num_examples))
    return tuple(measures)


def metric_changes(before: Predictions, after: Predictions) -> tuple[Measure, ...]:
    """The change of each headline metric; the interval comes from resampling both checkpoints alike, in pairs.

    Exactly 0 throughout where both say the same. An interval reaches 0 where it has no width, since nothing was there
    to resample; that of the accuracy where the exact McNemar test does not rule out luck; and those of the other
    metrics of predicted classes where fewer than 6 predictions changed, which that test can never tell from luck.

    Raises:
        EmptyResultError: there is no example, a probability is not a number, or the examples or classes differ.
    """
    require_pair(before, after)
    old, new = _samples(before).overall, _samples(after).overall
    is_few = int((before.predicted_N != after.predicted_N).sum()) < LEAST_FLIPS
    measures = []
    for name in new:
        change_S = new[name] - old[name]
        interval = percentiles(change_S[1:])
        may_be_luck = _may_be_luck(before, after) if name == "accuracy" else is_few and name in _OF_PREDICTIONS
        if may_be_luck or interval[0] == interval[1]:
            interval = _not_narrower(interval, np.zeros(2))
        measures.append(_headline(name, change_S[0], interval, len(after.examples)))
    return tuple(measures)


def _may_be_luck(before: Predictions, after: Predictions) -> bool:
    was_right, is_right = before.is_right_N, after.is_right_N
    return exact_mcnemar(int((~was_right & is_right).sum()), int((was_right & ~is_right).sum())) >= _UNLIKELY


def _not_narrower(interval_2: Floats, other_2: Floats) -> Floats:
    return np.array([min(interval_2[0], other_2[0]), max(interval_2[1], other_2[1])])


def class_metrics(predictions: Predictions, metric: ClassMetric) -> tuple[Measure, ...]:
    """One metric of each class, in the classes' order.

    The interval of F1 comes from resampling and is never narrower than Wilson's; the others are Wilson's.

    A ratio without a denominator counts as 0, and its interval is [0, 1].

    Raises:
        EmptyResultError: there is no example, or a probability is not a number.
    """
    counts = _samples(predictions).counts
    values_SK = counts.ratio(metric)
    if metric == "f1":
        resampled_K2, least_K2 = percentiles(values_SK[1:]), wilson(values_SK[0] * counts.support_K, counts.support_K)
        low_K, high_K = np.minimum(resampled_K2, least_K2)[:, 0], np.maximum(resampled_K2, least_K2)[:, 1]
        intervals_K2 = np.stack([low_K, high_K], axis=1)
    else:
        trials_K = counts.predicted_SK[0] if metric == "precision" else counts.support_K
        intervals_K2 = wilson(counts.right_SK[0], trials_K)
    return _of_classes(predictions, counts, values_SK[0], intervals_K2)


def class_changes(before: Predictions, after: Predictions, metric: ClassMetric) -> tuple[Measure, ...]:
    """The change of one metric of each class, with paired intervals.

    Raises:
        EmptyResultError: there is no example, a probability is not a number, or the examples or classes differ.
    """
    require_pair(before, after)
    counts = _samples(after).counts
    changes_SK = counts.ratio(metric) - _samples(before).counts.ratio(metric)
    return _of_classes(after, counts, changes_SK[0], percentiles(changes_SK[1:]))


# Kept for a while: a checkpoint is measured alone, and in each comparison with another.
@lru_cache(maxsize=8)
def _samples(predictions: Predictions) -> _Samples:
    require_numbers(predictions)
    labels_N, num_classes = predictions.labels_N, len(predictions.classes)
    features_JN = _features(predictions)
    draws = chain([np.ones((len(labels_N), 1))], stratified_resamples(labels_N))
    totals_SJ = np.concatenate([(features_JN @ counts_NS).T for counts_NS in draws])
    sums_SJ, right_SK, predicted_SK = np.split(totals_SJ, [-2 * num_classes, -num_classes], axis=1)
    support_K = np.bincount(labels_N, minlength=num_classes).astype(np.int64)
    counts = _ClassCounts(support_K, right_SK.astype(np.float32), predicted_SK.astype(np.float32))
    return _Samples(_headlines(sums_SJ / len(labels_N), counts), counts)


def _features(predictions: Predictions) -> csr_array:
    """What each example adds to each total: all metrics are functions of these totals."""
    everyone = np.arange(len(predictions.examples))
    right = predictions.is_right_N
    confidence_N = predictions.probabilities_NK.max(axis=1).astype(np.float64)
    columns = (right, is_in_top(predictions, _TOP), log_losses(predictions), brier_scores(predictions))
    first_bin, first_right = _NUM_MEANS, _NUM_MEANS + NUM_BINS
    first_predicted = first_right + len(predictions.classes)
    entries = [(np.full(len(everyone), row), everyone, column) for row, column in enumerate(columns)]
    entries += [
        (first_bin + confidence_bins(confidence_N), everyone, right - confidence_N),
        (first_right + predictions.labels_N, everyone, right),
        (first_predicted + predictions.predicted_N, everyone, np.ones(len(everyone))),
    ]
    rows, examples, values = (np.concatenate(parts).astype(np.float64) for parts in zip(*entries, strict=True))
    shape = (first_predicted + len(predictions.classes), len(everyone))
    return csr_array((values, (rows.astype(np.int64), examples.astype(np.int64))), shape=shape)


def _headlines(means_SJ: Floats, counts: _ClassCounts) -> dict[str, Floats]:
    accuracy_S, top_S, loss_S, brier_S = means_SJ[:, :_NUM_MEANS].T
    occurs_K = counts.support_K > 0
    num_counted_S = (occurs_K | (counts.predicted_SK > 0)).sum(axis=1)
    recall_SK = counts.ratio("recall")
    metrics = {
        "accuracy": accuracy_S,
        "balanced_accuracy": recall_SK[:, occurs_K].mean(axis=1),
        "precision": counts.ratio("precision").sum(axis=1) / num_counted_S,
        "recall": recall_SK.sum(axis=1) / num_counted_S,
        "f1": counts.ratio("f1").sum(axis=1) / num_counted_S,
        "top_5": top_S,
        "loss": loss_S,
        "brier": brier_S,
        "calibration_error": np.abs(means_SJ[:, _NUM_MEANS:]).sum(axis=1),
    }
    if len(occurs_K) <= _TOP:
        del metrics["top_5"]
    return metrics


def _headline(name: str, value: float, interval: Floats, num_examples: int) -> Measure:
    low, high = interval.tolist()
    return Measure(name, float(value), (low, high), _UNITS[name], num_examples, name not in _LESS_IS_BETTER)


def _of_classes(
    predictions: Predictions, counts: _ClassCounts, values_K: Floats, intervals_K2: Floats
) -> tuple[Measure, ...]:
    rows = zip(predictions.classes, values_K.tolist(), intervals_K2.tolist(), counts.support_K.tolist(), strict=True)
    return tuple(
        Measure(name, value, (low, high), "share", support, more_is_better=True)
        for name, value, (low, high), support in rows
    )
