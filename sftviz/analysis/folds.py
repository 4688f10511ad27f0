"""What cross-validation says: the mean of the folds, how sure it is, and all held-out predictions together.

Shape legend: N examples, K folds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t
from sklearn.metrics import f1_score

from sftviz.errors import EmptyResultError
from sftviz.results import IntArray, Predictions, Source
from sftviz.trials import HeadFolds


@dataclass(frozen=True)
class FoldMean:
    """A measure in [0, 1] over the folds that are there.

    Attributes:
        values: of each fold.
        standard_error: corrected for what the folds' training sets share; None where the folds do not differ.
        interval: 95 %, cut to [0, 1]; None where the folds do not differ.
    """

    values: tuple[float, ...]
    mean: float
    standard_error: float | None
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class FoldScores:
    """Accuracy and mean F1 of the classes over the folds; `sizes` are the examples held out in each."""

    accuracy: FoldMean
    f1: FoldMean
    sizes: tuple[int, ...]


def fold_mean(values: Sequence[float], num_folds: int) -> FoldMean:
    """Mean of a measure over folds, with the corrected resampled standard error and Student's interval.

    s² · (1/J + n_test/n_train) for J values with variance s²; of K folds the second ratio is 1/(K − 1). Without it the
    error would come out too small, because any two training sets share most of their examples.

    Source: Nadeau & Bengio 2003, "Inference for the generalization error", equation 7.

    Args:
        values: in [0, 1], of the folds that are there; at least one.
        num_folds: K that the examples were divided into.
    """
    mean, error = float(np.mean(values)), _corrected_error(values, num_folds)
    if error is None:
        return FoldMean(tuple(values), mean, None, None)
    reach = _reach(error, len(values))
    return FoldMean(tuple(values), mean, error, (max(0.0, mean - reach), min(1.0, mean + reach)))


def fold_difference(first: Sequence[float], second: Sequence[float]) -> tuple[float, tuple[float, float] | None]:
    """How much lower the first lies than the second, over all of the same folds, and the 95 % interval of that.

    Paired: a fold that is hard for both says nothing of their difference. The interval is None where all folds agree.

    Args:
        first: a measure of each fold.
        second: of the same folds in the same order.
    """
    differences = [float(after - before) for before, after in zip(first, second, strict=True)]
    mean, error = float(np.mean(differences)), _corrected_error(differences, len(differences))
    if error is None:
        return mean, None
    reach = _reach(error, len(differences))
    return mean, (mean - reach, mean + reach)


def _corrected_error(values: Sequence[float], num_folds: int) -> float | None:
    """One fold, or several that agree by chance, say nothing of how far others would lie: None."""
    if len(set(values)) < 2:
        return None
    return float(np.sqrt(np.var(values, ddof=1) * (1 / len(values) + 1 / (num_folds - 1))))


def _reach(error: float, num_values: int) -> float:
    return float(t.ppf(0.975, num_values - 1)) * error


def score_folds(folds: tuple[Predictions, ...], *, num_folds: int) -> FoldScores:
    """Accuracy and F1 of each fold and their means.

    Raises:
        EmptyResultError: there is no fold, or one holds no example.
    """
    _require_folds(folds)
    f1 = [float(f1_score(fold.labels_N, fold.predicted_N, average="macro", zero_division=0)) for fold in folds]
    return FoldScores(
        accuracy=fold_mean([float(fold.is_right_N.mean()) for fold in folds], num_folds),
        f1=fold_mean(f1, num_folds),
        sizes=tuple(len(fold.examples) for fold in folds),
    )


def pool(folds: tuple[Predictions, ...], *, name: str) -> Predictions:
    """All folds' predictions as one, each example once.

    Args:
        folds: of the same classes, with no example in two of them.
        name: stands for the run.

    Raises:
        EmptyResultError: there is no fold, or an example is in two of them.
    """
    _require_folds(folds)
    examples = tuple(example for fold in folds for example in fold.examples)
    if len(set(examples)) < len(examples):
        raise EmptyResultError(f"The folds of {name!r} share examples; pool the runs of one cross-validation only.")
    return Predictions(
        Source(name, max(fold.source.epoch for fold in folds)),
        folds[0].classes,
        examples,
        np.concatenate([fold.labels_N for fold in folds]),
        np.concatenate([fold.probabilities_NK for fold in folds]),
    )


def by_fold(found: HeadFolds) -> tuple[Predictions, ...]:
    """The predictions of each fold on their own."""
    return tuple(
        _part(found.predictions, np.flatnonzero(found.fold_N == fold)) for fold in np.unique(found.fold_N).tolist()
    )


def _part(predictions: Predictions, indices: IntArray) -> Predictions:
    examples = tuple(predictions.examples[index] for index in indices.tolist())
    labels_N, probabilities_NK = predictions.labels_N[indices], predictions.probabilities_NK[indices]
    return Predictions(predictions.source, predictions.classes, examples, labels_N, probabilities_NK)


def _require_folds(folds: tuple[Predictions, ...]) -> None:
    if not folds:
        raise EmptyResultError("No fold is finished yet; wait for the first, or resume one.")
