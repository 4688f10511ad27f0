"""What two checkpoints hold likely for one picture."""

import numpy as np
import plotly.graph_objects as go

from sftviz.figures.theme import AFTER_COLOR, BEFORE_COLOR, TEMPLATE, empty_figure, escaped, span
from sftviz.results import Predictions

_MOST = 5


def probability_figure(before: Predictions, after: Predictions, index: int) -> go.Figure:
    """Horizontal bars for the five classes likeliest before or after, the likeliest after on top.

    Args:
        before: predictions of one checkpoint.
        after: of the same examples and classes, in the same order.
        index: of the example.
    """
    if not after.examples:
        return empty_figure("There are no validation examples to show.")
    before_K, after_K = before.probabilities_NK[index], after.probabilities_NK[index]
    likeliest = np.argsort(-np.maximum(before_K, after_K), kind="stable")[:_MOST]
    shown = likeliest[np.argsort(after_K[likeliest], kind="stable")]
    names = [escaped(after.classes[label]) for label in shown.tolist()]
    rows = np.arange(len(shown))
    figure = go.Figure()
    # Plotly builds groups from the bottom, so what is drawn last stands on top.
    for title, values_K, color in (("after", after_K, AFTER_COLOR), ("before", before_K, BEFORE_COLOR)):
        percent = (100 * values_K[shown]).astype(np.float32)
        texts = np.array([f"{name}, {title}: {value:.1f} %" for name, value in zip(names, percent, strict=True)])
        figure.add_bar(
            x=percent, y=rows, orientation="h", name=title, marker_color=color, hovertext=texts, hoverinfo="text"
        )
    return figure.update_layout(
        template=TEMPLATE,
        barmode="group",
        height=140 + 40 * len(shown),
        title_text=f"Likeliest classes of {escaped(after.examples[index])}",
        title_subtitle_text=span(before.source, after.source),
        xaxis={"title": {"text": "probability, %"}, "range": [0, 100]},
        yaxis={"tickvals": rows, "ticktext": names},
        legend={"traceorder": "reversed"},
    )
