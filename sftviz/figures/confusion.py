"""A confusion matrix as a figure that can be saved."""

import numpy as np
import plotly.graph_objects as go

from sftviz.figures.theme import TEMPLATE, escaped
from sftviz.results import ConfusionMatrix, IntArray

_CELL, _LEAST, _MOST = 34, 260, 1400
_MOST_WRITTEN = 25  # classes whose counts can still be read
_LONGEST_NAME = 24


def confusion_figure(matrix: ConfusionMatrix, shown: IntArray, *, before: ConfusionMatrix | None = None) -> go.Figure:
    """True classes in rows, predicted ones in columns; the tint is the share of the row.

    Args:
        matrix: all of it; shares are of whole rows.
        shown: labels of the classes to show, in this order.
        before: where given, the change from it is shown, centred on 0.
    """
    counts = matrix.counts_KK - before.counts_KK if before else matrix.counts_KK
    totals_K1 = matrix.counts_KK.sum(axis=1, keepdims=True)
    shares_KK = np.divide(100 * counts, totals_K1, out=np.zeros(counts.shape), where=totals_K1 > 0)
    cells, names = np.ix_(shown, shown), [escaped(matrix.classes[each][:_LONGEST_NAME]) for each in shown]
    places = list(range(len(shown)))
    figure = go.Figure()
    figure.add_heatmap(
        x=places,
        y=places,
        z=shares_KK[cells],
        customdata=counts[cells],
        text=counts[cells] if len(shown) <= _MOST_WRITTEN else None,
        texttemplate="%{text}" if len(shown) <= _MOST_WRITTEN else None,
        colorscale="RdBu_r" if before else "Blues",
        zmid=0 if before else None,
        zmin=None if before else 0,
        zmax=None if before else 100,
        colorbar={"title": {"text": "% of the row"}},
        hovertemplate="%{customdata} pictures, %{z:.1f} % of the row<extra></extra>",
    )
    ticks = {"tickvals": places, "ticktext": names, "showgrid": False}
    epoch = matrix.source.epoch
    epochs = f"epoch {before.source.epoch} → {epoch}, change in pictures" if before else f"epoch {epoch}, pictures"
    side = min(_MOST, max(_LEAST, _CELL * len(shown)))
    return figure.update_layout(
        template=TEMPLATE,
        title={"text": f"run {matrix.source.run}, {epochs}"},
        height=side + 180,
        xaxis={**ticks, "title": {"text": "predicted"}},
        yaxis={**ticks, "title": {"text": "true"}, "autorange": "reversed"},
    )
