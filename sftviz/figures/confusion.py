"""A confusion matrix as a figure that can be saved."""

import numpy as np
import plotly.graph_objects as go

from sftviz.figures.theme import TEMPLATE, escaped
from sftviz.results import ConfusionMatrix, IntArray

_CELL, _LEAST, _MOST = 34, 260, 1400
_MOST_WRITTEN = 25  # classes whose counts can still be read
_LONGEST_NAME = 24


def confusion_figure(
    matrix: ConfusionMatrix, shown: IntArray, *, before: ConfusionMatrix | None = None, title: str = ""
) -> go.Figure:
    """True classes in rows, predicted ones in columns; the tint is the share of the row.

    Args:
        matrix: all of it; shares are of whole rows.
        shown: labels of the classes to show, in this order.
        before: where given, the change from it is shown, centred on 0.
        title: what the matrix is of; without one, its run and epoch.
    """
    counts_KK = matrix.counts_KK - before.counts_KK if before else matrix.counts_KK
    figure = go.Figure(_heatmap(matrix, counts_KK, shown, is_change=before is not None))
    places, names = list(range(len(shown))), [escaped(matrix.classes[each][:_LONGEST_NAME]) for each in shown]
    ticks = {"tickvals": places, "ticktext": names, "showgrid": False}
    epoch = matrix.source.epoch
    epochs = f"epoch {before.source.epoch} → {epoch}, change in pictures" if before else f"epoch {epoch}, pictures"
    words = escaped(title) or f"run {matrix.source.run}, {epochs}"
    side = min(_MOST, max(_LEAST, _CELL * len(shown)))
    return figure.update_layout(
        template=TEMPLATE,
        title={"text": words},
        height=side + 180,
        xaxis={**ticks, "title": {"text": "predicted"}},
        yaxis={**ticks, "title": {"text": "true"}, "autorange": "reversed"},
    )


def _heatmap(matrix: ConfusionMatrix, counts_KK: IntArray, shown: IntArray, *, is_change: bool) -> go.Heatmap:
    totals_K1 = matrix.counts_KK.sum(axis=1, keepdims=True)
    shares_KK = np.divide(100 * counts_KK, totals_K1, out=np.zeros(counts_KK.shape), where=totals_K1 > 0)
    cells, is_written = np.ix_(shown, shown), len(shown) <= _MOST_WRITTEN
    scale = {"colorscale": "RdBu_r", "zmid": 0} if is_change else {"colorscale": "Blues", "zmin": 0, "zmax": 100}
    return go.Heatmap(
        x=list(range(len(shown))),
        y=list(range(len(shown))),
        z=shares_KK[cells],
        customdata=counts_KK[cells],
        text=counts_KK[cells] if is_written else None,
        texttemplate="%{text}" if is_written else None,
        colorbar={"title": {"text": "% of the row"}},
        hovertemplate="%{customdata} pictures, %{z:.1f} % of the row<extra></extra>",
        **scale,
    )
