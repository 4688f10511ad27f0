"""Precision against recall, and found against mistaken, over all thresholds."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from sftviz.analysis.thresholds import Decision, ThresholdCurves
from sftviz.figures.theme import AFTER_COLOR, BEFORE_COLOR, TEMPLATE, class_color, escaped, span
from sftviz.results import Source

_STYLES = (
    {"color": AFTER_COLOR, "width": 3},
    {"color": BEFORE_COLOR, "width": 2},
    {"color": class_color(2), "width": 2, "dash": "dash"},
    {"color": class_color(1), "width": 2, "dash": "dot"},
)


def threshold_figure(
    name: str, curves: Mapping[str, ThresholdCurves], decision: Decision, sources: tuple[Source, Source]
) -> go.Figure:
    """Both curves side by side, with a mark where the threshold stands.

    Args:
        name: the class.
        curves: at most four by what they are: of the class after, then of what it is compared with.
        decision: at the threshold.
        sources: before and after.
    """
    figure = make_subplots(rows=1, cols=2, subplot_titles=["Precision–recall", "ROC"], horizontal_spacing=0.1)
    for (title, each), style in zip(curves.items(), _STYLES, strict=False):
        common = {"mode": "lines", "line": style, "legendgroup": title, "name": escaped(title)}
        area = f"{title}: average precision {each.average_precision:.3f}"
        figure.add_scatter(**_line(each.recall_P, each.precision_P), **common, hovertemplate=_hover(area), row=1, col=1)
        area = f"{title}: area {each.roc_area:.3f}"
        line = _line(each.false_positive_rate_Q, each.true_positive_rate_Q)
        figure.add_scatter(**line, **common, hovertemplate=_hover(area), showlegend=False, row=1, col=2)
    mark = {"mode": "markers", "marker": {"color": AFTER_COLOR, "size": 14, "symbol": "diamond"}, "showlegend": False}
    recall, precision = 100 * decision.recall.value, 100 * decision.precision.value
    if decision.precision.num_examples:
        figure.add_scatter(x=[recall], y=[precision], **mark, hovertemplate=_hover("the threshold"), row=1, col=1)
    mistaken = 100 * decision.false_positive_rate.value
    figure.add_scatter(x=[mistaken], y=[recall], **mark, hovertemplate=_hover("the threshold"), row=1, col=2)
    figure.update_xaxes(range=[-2, 102]).update_yaxes(range=[-2, 102])
    figure.update_xaxes(title_text="recall, %", col=1).update_yaxes(title_text="precision, %", col=1)
    figure.update_xaxes(title_text="false-positive rate, %", col=2).update_yaxes(title_text="recall, %", col=2)
    return figure.update_layout(
        template=TEMPLATE,
        height=480,
        margin={"t": 130, "r": 20},
        title_text=f"{escaped(name)} against all other classes",
        title_subtitle_text=f"{span(*sources)}; the diamond is the threshold",
        legend={"orientation": "h", "x": 0, "y": -0.2, "yanchor": "top"},
    )


def _line(x: NDArray[np.float64], y: NDArray[np.float64]) -> dict[str, NDArray[np.float32]]:
    return {"x": (100 * x).astype(np.float32), "y": (100 * y).astype(np.float32)}


def _hover(text: str) -> str:
    # Plotly reads %{…} in a template, also in the middle of a name.
    return f"{escaped(text).replace('%{', '% {')}<br>%{{x:.1f}} %, %{{y:.1f}} %<extra></extra>"
