"""The joint map as a table."""

import pandas as pd

from sftviz.results import Predictions, Projection


def projection_table(projection: Projection, before: Predictions, after: Predictions) -> pd.DataFrame:
    """One row an example: its class, what was predicted, its place on the map before and after, and how far it moved.

    Args:
        projection: of both checkpoints.
        before: predictions of the same examples, in the same order.
        after: likewise.
    """
    names = pd.Series(before.classes, dtype=object)
    return pd.DataFrame(
        {
            "file": projection.examples,
            "class": names.take(before.labels_N).to_numpy(),
            "predicted before": names.take(before.predicted_N).to_numpy(),
            "predicted after": names.take(after.predicted_N).to_numpy(),
            "x before": projection.points_EN2[0, :, 0],
            "y before": projection.points_EN2[0, :, 1],
            "x after": projection.points_EN2[-1, :, 0],
            "y after": projection.points_EN2[-1, :, 1],
            "moved, map radii": projection.displacement_N,
        }
    )
