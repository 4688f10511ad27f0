"""Scores of two checkpoints side by side."""

import pandas as pd

from sftviz.errors import EmptyResultError
from sftviz.results import Scores

_METRICS = {"precision": "precision", "recall": "recall", "f1": "F1"}


def class_table(before: Scores, after: Scores) -> pd.DataFrame:
    """One row a class: its name, its number of pictures, and each metric before, after and changed.

    Metrics are in per cent, changes in percentage points; the columns' names say so.

    Raises:
        EmptyResultError: the checkpoints know different classes.
    """
    names = [row.name for row in before.per_class]
    if names != [row.name for row in after.per_class]:
        raise EmptyResultError(
            f"Runs {before.source.run!r} and {after.source.run!r} have no common list of classes; "
            "compare runs of one data set."
        )
    columns: dict[str, list[str] | list[int] | list[float]] = {
        "class": names,
        "pictures": [row.support for row in after.per_class],
    }
    for metric, title in _METRICS.items():
        old = [100 * getattr(row, metric) for row in before.per_class]
        new = [100 * getattr(row, metric) for row in after.per_class]
        columns[f"{title} before, %"] = old
        columns[f"{title} after, %"] = new
        columns[f"{title} change, points"] = [now - then for then, now in zip(old, new, strict=True)]
    return pd.DataFrame(columns)
