"""The numbers behind figures, as tables in the units of their axes."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sftviz.analysis.calibration import Reliability
from sftviz.analysis.history import History
from sftviz.analysis.learning_curve import LearningCurve
from sftviz.analysis.measures import Measure
from sftviz.analysis.ranking import Ranking
from sftviz.analysis.significance import RunComparison
from sftviz.analysis.thresholds import ThresholdCurves
from sftviz.events import EpochEnded
from sftviz.results import ConfusionMatrix, Flow, Predictions


def reliability_table(before: Reliability, after: Reliability) -> pd.DataFrame:
    """One row a bin and checkpoint; shares in per cent, empty for a bin without examples."""
    parts = []
    for each in (before, after):
        edges = 100 * np.linspace(0, 1, len(each.counts_M) + 1)
        columns = {
            "epoch": each.source.epoch,
            "confidence from, %": edges[:-1],
            "confidence to, %": edges[1:],
            "pictures": each.counts_M,
            "mean confidence, %": 100 * each.confidence_M,
            "right, %": 100 * each.accuracy_M,
            "right, low, %": 100 * each.interval_M2[:, 0],
            "right, high, %": 100 * each.interval_M2[:, 1],
            "perfect, low, %": 100 * each.null_M2[:, 0],
            "perfect, high, %": 100 * each.null_M2[:, 1],
        }
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def curves_table(curves: Mapping[str, ThresholdCurves]) -> pd.DataFrame:
    """One row a point of a curve, in per cent: x is the recall, or the false-positive rate of an ROC curve."""
    parts = []
    for name, each in curves.items():
        for kind, x_P, y_P in (
            ("precision over recall", each.recall_P, each.precision_P),
            ("true over false positive rate", each.false_positive_rate_Q, each.true_positive_rate_Q),
        ):
            parts.append(pd.DataFrame({"curve": name, "kind": kind, "x, %": 100 * x_P, "y, %": 100 * y_P}))
    return pd.concat(parts, ignore_index=True)


def flow_table(flow: Flow) -> pd.DataFrame:
    """One row a stream: from class, to class, what it did, pictures."""
    return pd.DataFrame(
        [(flow.classes[each.old], flow.classes[each.new], each.outcome, each.count) for each in flow.streams],
        columns=["predicted before", "predicted after", "outcome", "pictures"],
    )


def confusion_counts_table(before: ConfusionMatrix, after: ConfusionMatrix) -> pd.DataFrame:
    """One row a pair of true and predicted class that occurs before or after, with both counts and the change."""
    rows, columns = np.nonzero(before.counts_KK + after.counts_KK)
    old, new = before.counts_KK[rows, columns], after.counts_KK[rows, columns]
    names = np.array(after.classes, dtype=object)
    return pd.DataFrame(
        {
            "true": names[rows],
            "predicted": names[columns],
            f"pictures, epoch {before.source.epoch}": old,
            f"pictures, epoch {after.source.epoch}": new,
            "change": new - old,
        }
    )


def counts_table(matrix: ConfusionMatrix) -> pd.DataFrame:
    """One row a pair of true and predicted class that occurs, with its count and its share of the true class."""
    rows, columns = np.nonzero(matrix.counts_KK)
    names, counts = np.array(matrix.classes, dtype=object), matrix.counts_KK[rows, columns]
    shares = 100 * counts / matrix.counts_KK.sum(axis=1)[rows]
    return pd.DataFrame({"true": names[rows], "predicted": names[columns], "pictures": counts, "of the row, %": shares})


def measures_table(epochs: Sequence[EpochEnded]) -> pd.DataFrame:
    """One row an epoch: its measures on training and validation examples, losses in nats, others in [0, 1]."""
    rows = [
        {
            "epoch": each.epoch,
            **{f"training {name}": value for name, value in each.train.items()},
            **{f"validation {name}": value for name, value in each.validation.items()},
            "seconds": each.elapsed_s,
        }
        for each in epochs
    ]
    return pd.DataFrame(rows)


def history_table(histories: Sequence[History], names: Sequence[str]) -> pd.DataFrame:
    """One row an epoch of a run."""
    parts = [
        pd.DataFrame(
            {
                "run": name,
                "epoch": each.epochs_E,
                "optimizer steps": each.steps_E,
                "seconds": each.seconds_E,
                "validation accuracy, %": 100 * each.accuracy_E,
                "best so far, %": 100 * each.best_accuracy_E,
                "validation loss, nats": each.loss_E,
            }
        )
        for each, name in zip(histories, names, strict=True)
    ]
    return pd.concat(parts, ignore_index=True)


def best_epochs_table(
    names: Sequence[str],
    predictions: Sequence[Predictions],
    measures: Sequence[Mapping[str, Measure]],
    histories: Sequence[History],
) -> pd.DataFrame:
    """One row a run and measure: the value with both ends of its 95 % interval and its unit; no interval for times.

    Args:
        names: of the runs.
        predictions: of the best epoch of each.
        measures: of those epochs, by name.
        histories: of the runs.
    """
    rows: list[tuple[str, int, str, float | None, float | None, float | None, str]] = []
    for name, said, each, history in zip(names, predictions, measures, histories, strict=True):
        epoch = said.source.epoch
        for measure in each.values():
            factor, unit = (100, "%") if measure.unit == "share" else (1, measure.unit)
            value, low, high = (factor * number for number in (measure.value, *measure.interval))
            rows.append((name, epoch, measure.name, value, low, high, unit))
        rows.append((name, epoch, "time", float(history.seconds_E[-1]) / 60, None, None, "minutes"))
        rows.append((name, epoch, "gained", history.points_per_minute, None, None, "points per minute"))
    return pd.DataFrame(rows, columns=["run", "epoch", "measure", "value", "low", "high", "unit"])


def only_right_table(comparison: RunComparison, names: Sequence[str]) -> pd.DataFrame:
    """One row a pair of runs in either order that can be compared: pictures that only the first gets right."""
    rows, columns = np.nonzero(comparison.is_comparable_RR & ~np.eye(len(names), dtype=bool))
    every = np.array(names, dtype=object)
    counts = comparison.only_row_right_RR[rows, columns]
    return pd.DataFrame({"right in": every[rows], "wrong in": every[columns], "pictures": counts})


def learning_curve_table(curve: LearningCurve) -> pd.DataFrame:
    """What was measured, then the fitted line with its band; accuracies in per cent."""
    measured = (curve.sizes_F, curve.accuracy_F, curve.low_F, curve.high_F)
    fitted = (curve.grid_G, curve.line_G, curve.band_low_G, curve.band_high_G)
    parts = [
        pd.DataFrame(
            {
                "what": what,
                "training pictures": sizes,
                "accuracy, %": 100 * middle,
                "low, %": 100 * low,
                "high, %": 100 * high,
            }
        )
        for what, (sizes, middle, low, high) in (("measured", measured), ("fitted", fitted))
    ]
    return pd.concat(parts, ignore_index=True)


def ranking_table(ranking: Ranking, titles: Mapping[str, str]) -> pd.DataFrame:
    """One row a candidate, the best first; shares in per cent, with the ends of their 95 % intervals."""
    metric = ranking.metric.replace("_", " ")
    rows = []
    for each in ranking.candidates:
        score, behind = each.score, each.behind_interval or (np.nan, np.nan)
        rows.append(
            {
                "backbone": titles[score.backbone],
                f"{metric}, %": 100 * each.value.value,
                f"{metric}, low, %": 100 * each.value.interval[0],
                f"{metric}, high, %": 100 * each.value.interval[1],
                "tied with the best": "yes" if each.is_tied else "no",
                "pictures a second": 1 / score.forward_s,
                "memory, MiB": score.memory_mib,
                "training, minutes": score.training_s / 60,
                "recipe": score.recipe,
                "behind the best, points": 100 * each.behind,
                "behind, low, points": 100 * behind[0],
                "behind, high, points": 100 * behind[1],
                "nothing better for less": "yes" if each.is_on_front else "no",
                "nearest pictures, %": 100 * each.by_neighbours.value,
                "nearest, low, %": 100 * each.by_neighbours.interval[0],
                "nearest, high, %": 100 * each.by_neighbours.interval[1],
                "LogME, nats": score.log_evidence,
                "luck, at most, %": 100 * float(score.null_P.max()),
                "ImageNet, %": np.nan if each.imagenet_top1 is None else 100 * each.imagenet_top1,
            }
        )
    return pd.DataFrame(rows)
