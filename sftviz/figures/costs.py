"""What runs reached against what they cost."""

import numpy as np
import plotly.graph_objects as go

from sftviz.figures.theme import AFTER_COLOR, BEFORE_COLOR, TEMPLATE, empty_figure, escaped
from sftviz.results import IntArray
from sftviz.trials import CostComparison


def cost_figure(comparison: CostComparison) -> go.Figure:
    """Accuracy over seconds, a point a run; those of the Pareto front are joined. A point carries its run's index."""
    if not comparison.runs:
        return empty_figure("The first point appears as soon as a run is over.")
    figure = go.Figure()
    front = np.flatnonzero(comparison.is_on_front_N)
    front = front[np.argsort(comparison.seconds_N[front], kind="stable")]
    groups = {
        "beaten by another": (np.flatnonzero(~comparison.is_on_front_N), "markers", "circle-open", BEFORE_COLOR),
        "nothing better for less": (front, "lines+markers", "diamond", AFTER_COLOR),
    }
    for title, (members, mode, symbol, color) in groups.items():
        if len(members):
            marker = {"symbol": symbol, "color": color, "size": 11, "line": {"width": 2, "color": color}}
            figure.add_trace(_trace(comparison, members, mode).update(name=title, marker=marker))
    return figure.update_layout(
        template=TEMPLATE,
        height=420,
        margin={"t": 40},
        xaxis={"title": {"text": "wall time of all epochs, seconds"}, "type": "log"},
        yaxis={"title": {"text": "best validation accuracy, %"}},
        legend={"orientation": "h", "y": 1.1},
        showlegend=True,
    )


def _trace(comparison: CostComparison, members: IntArray, mode: str) -> go.Scatter:
    seconds, percent = comparison.seconds_N[members], 100 * comparison.accuracy_N[members]
    texts = [
        f"<b>{escaped(comparison.labels[index])}</b><br>{share:.1f} % in {cost:.3g} s"
        for index, share, cost in zip(members.tolist(), percent.tolist(), seconds.tolist(), strict=True)
    ]
    return go.Scatter(
        x=seconds,
        y=percent,
        mode=mode,
        line={"shape": "hv", "width": 1},
        customdata=members.astype(np.int32),
        hovertext=texts,
        hoverinfo="text",
    )
