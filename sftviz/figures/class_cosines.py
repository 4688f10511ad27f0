"""In which directions the class means lie, before, after, and where they would be as far apart as they can be.

Shape legend: K classes, S of them shown.
"""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from sftviz.figures.theme import TEMPLATE, empty_figure, escaped, span
from sftviz.results import FloatArray, IntArray, Source

MOST_CLASSES = 40
_LEGIBLE = 20
# Negative is apart, positive is alike; told apart by colour-blind people, and no cell vanishes on either page.
_APART_TO_ALIKE = ((0.0, "#0072B2"), (0.5, "#D9D9D9"), (1.0, "#D55E00"))


def class_cosines_figure(
    before_KK: FloatArray, after_KK: FloatArray, classes: tuple[str, ...], sources: tuple[Source, Source]
) -> go.Figure:
    """Three heat maps of one scale; of many classes, those whose cosines changed most, and the title says so.

    Args:
        before_KK: NaN where a class has no direction.
        after_KK: likewise.
        classes: K names.
        sources: the two checkpoints.
    """
    shown = _shown(before_KK, after_KK)
    if len(shown) < 2:
        return empty_figure("Fewer than two classes have pictures with embeddings of their own, so no angle is there.")
    num_known = int(np.isfinite(np.diag(after_KK)).sum())
    ideal_SS = np.full((len(shown), len(shown)), -1 / (num_known - 1), np.float32)
    np.fill_diagonal(ideal_SS, 1)
    part = np.ix_(shown, shown)
    titles = [f"Before: epoch {sources[0].epoch}", f"After: epoch {sources[1].epoch}", "Ideal: all equally far apart"]
    names = [escaped(classes[label]) for label in shown.tolist()]
    figure = make_subplots(cols=3, subplot_titles=titles, shared_yaxes=True, horizontal_spacing=0.02)
    for column, values_SS in enumerate((before_KK[part], after_KK[part], ideal_SS), start=1):
        heat = go.Heatmap(
            z=values_SS.astype(np.float32),
            x=names,
            y=names,
            coloraxis="coloraxis",
            hovertemplate="%{y} and %{x}: %{z:.2f}<extra></extra>",
        )
        figure.add_trace(heat, row=1, col=column)
        figure.update_xaxes(constrain="domain", showticklabels=len(shown) <= _LEGIBLE, row=1, col=column)
    figure.update_yaxes(autorange="reversed").update_yaxes(showticklabels=len(shown) <= _LEGIBLE, col=1)
    number = f"{len(classes):,}" if len(shown) == num_known else f"the {len(shown)} that changed most of {num_known:,}"
    return figure.update_layout(
        template=TEMPLATE,
        height=430,
        margin={"t": 120, "b": 60},
        title_text="Cosine between the means of each two classes",
        title_subtitle_text=f"{span(*sources)}; {number} classes",
        coloraxis={
            "colorscale": _APART_TO_ALIKE,
            "cmin": -1,
            "cmax": 1,
            "colorbar": {"title": {"text": "cosine"}, "thickness": 12},
        },
    )


def class_cosines_table(before_KK: FloatArray, after_KK: FloatArray, classes: tuple[str, ...]) -> pd.DataFrame:
    """One row a pair of classes."""
    rows, columns = np.triu_indices(len(classes), 1)
    names = pd.Series(classes, dtype=object)
    return pd.DataFrame(
        {
            "class": names.take(rows).to_numpy(),
            "other class": names.take(columns).to_numpy(),
            "cosine before": before_KK[rows, columns],
            "cosine after": after_KK[rows, columns],
        }
    )


def _shown(before_KK: FloatArray, after_KK: FloatArray) -> IntArray:
    known = np.flatnonzero(np.isfinite(np.diag(before_KK)) & np.isfinite(np.diag(after_KK)))
    changes = np.nansum(np.abs(after_KK - before_KK), axis=1)[known]
    return np.sort(known[np.argsort(-changes, kind="stable")[:MOST_CLASSES]])
