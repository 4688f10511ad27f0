"""How good a checkpoint is, in headline metrics and class by class.

Shape legend: N examples, K classes.
"""

import numpy as np
from scipy.stats import binomtest
from sklearn.metrics import precision_recall_fscore_support

from sftviz.analysis.evidence import require_examples
from sftviz.results import ClassScore, Predictions, Scores

_LEAST_PROBABILITY = 1e-12


def score(predictions: Predictions) -> Scores:
    """Accuracy with its interval, mean loss, and precision, recall and F1 of each class and their means.

    Ratios without a denominator count as 0. The means are over the classes that occur or are predicted, all alike.

    Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference" (the interval).

    Raises:
        EmptyResultError: there is no example.
    """
    require_examples(predictions)
    num_right = int(predictions.is_right_N.sum())
    num_examples = len(predictions.examples)
    interval = binomtest(num_right, num_examples).proportion_ci(method="wilson")
    precision, recall, f1, _ = precision_recall_fscore_support(
        predictions.labels_N, predictions.predicted_N, average="macro", zero_division=0
    )
    return Scores(
        source=predictions.source,
        num_examples=num_examples,
        accuracy=num_right / num_examples,
        accuracy_interval=(float(interval.low), float(interval.high)),
        precision=float(precision),
        recall=float(recall),
        f1=float(f1),
        loss=_mean_loss(predictions),
        per_class=_class_scores(predictions),
    )


def _mean_loss(predictions: Predictions) -> float:
    of_truth_N = predictions.of_truth_N.astype(np.float64)
    return float(-np.log(of_truth_N.clip(_LEAST_PROBABILITY)).mean())


def _class_scores(predictions: Predictions) -> tuple[ClassScore, ...]:
    columns = precision_recall_fscore_support(
        predictions.labels_N, predictions.predicted_N, labels=np.arange(len(predictions.classes)), zero_division=0
    )
    return tuple(
        ClassScore(name, float(precision), float(recall), float(f1), int(support))
        for name, precision, recall, f1, support in zip(predictions.classes, *columns, strict=True)
    )
