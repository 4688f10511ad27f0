"""What was measured of two checkpoints side by side, to sort and to download."""

from collections.abc import Sequence

import pandas as pd

from sftviz.analysis.measures import Measure


def class_table(before: Sequence[Measure], after: Sequence[Measure], changes: Sequence[Measure]) -> pd.DataFrame:
    """One row a class: its name, its number of pictures, and a metric before, after and changed, with the intervals.

    Shares are in per cent, changes in percentage points; the columns' names say so.

    Args:
        before: one metric of each class.
        after: of the same classes in the same order.
        changes: likewise.
    """
    columns: dict[str, list[str] | list[int] | list[float]] = {
        "class": [each.name for each in after],
        "pictures": [each.num_examples for each in after],
    }
    for title, measures, unit in (("before", before, "%"), ("after", after, "%"), ("change", changes, "points")):
        columns[f"{title}, {unit}"] = [100 * each.value for each in measures]
        columns[f"{title} from, {unit}"] = [100 * each.interval[0] for each in measures]
        columns[f"{title} to, {unit}"] = [100 * each.interval[1] for each in measures]
    return pd.DataFrame(columns)
