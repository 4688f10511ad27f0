"""Accuracy, loss and flips on the way from one checkpoint's weights to another's."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from sftviz.analysis.weight_path import SHARES, WeightPath
from sftviz.figures.theme import AFTER_COLOR, BEFORE_COLOR, TEMPLATE, span

_BAND = "rgba(0,114,178,0.15)"
_PERCENT = 100 * np.array(SHARES)
_FIXED, _BROKEN = "#009E73", "#D55E00"
Floats = NDArray[np.float64]


def path_figure(path: WeightPath, share: float) -> go.Figure:
    """Three panels over the share of the way; a star where it is best, a dotted line at the chosen share."""
    figure = make_subplots(rows=3, cols=1, shared_xaxes=True, vertical_spacing=0.05, row_heights=[0.38, 0.32, 0.3])
    _add_curve(figure, 1, 100 * path.accuracy_A, 100 * path.accuracy_A2, "%{y:.1f} %")
    _add_curve(figure, 2, path.loss_A, path.loss_A2, "%{y:.3f} nats")
    for name, values_A, color, dash in (
        ("differs from before", 100 * path.differs_A, BEFORE_COLOR, "solid"),
        ("wrong → right", 100 * path.fixed_A / path.num_examples, _FIXED, "dash"),
        ("right → wrong", 100 * path.broken_A / path.num_examples, _BROKEN, "dot"),
    ):
        line = {"color": color, "dash": dash}
        hover = f"{name}: %{{y:.1f}} %<extra></extra>"
        figure.add_scatter(x=_PERCENT, y=values_A, name=name, line=line, hovertemplate=hover, row=3, col=1)
    _add_star(figure, path)
    figure.add_vline(x=100 * share, line={"dash": "dot", "color": BEFORE_COLOR, "width": 1.5})
    figure.update_xaxes(range=[-3, 103])
    figure.update_xaxes(title_text="share of the way from before to after, %", row=3)
    figure.update_yaxes(title_text="accuracy, %", row=1).update_yaxes(title_text="loss, nats", row=2)
    figure.update_yaxes(title_text="pictures, %", rangemode="tozero", row=3)
    return figure.update_layout(
        template=TEMPLATE,
        height=620,
        margin={"t": 90},
        title_text="On the way from the weights before to those after",
        title_subtitle_text=f"{span(path.before, path.after)}; bands cover 95 %",
        legend={"orientation": "h", "y": -0.12},
    )


def _add_curve(figure: go.Figure, row: int, values_A: Floats, ends_A2: Floats, hover: str) -> None:
    edge = {"x": _PERCENT, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    figure.add_scatter(y=ends_A2[:, 0], **edge, row=row, col=1)
    figure.add_scatter(y=ends_A2[:, 1], fill="tonexty", fillcolor=_BAND, **edge, row=row, col=1)
    figure.add_scatter(
        x=_PERCENT,
        y=values_A,
        mode="lines+markers",
        line={"color": AFTER_COLOR},
        hovertemplate=f"{hover} at %{{x:.0f}} % of the way<extra></extra>",
        showlegend=False,
        row=row,
        col=1,
    )


def _add_star(figure: go.Figure, path: WeightPath) -> None:
    is_share = path.metric == "accuracy"
    y = 100 * path.accuracy_A[path.best] if is_share else path.loss_A[path.best]
    figure.add_scatter(
        x=[_PERCENT[path.best]],
        y=[y],
        mode="markers",
        marker={"symbol": "star", "size": 18, "color": "#E69F00", "line": {"width": 1, "color": "#555555"}},
        name="best here",
        hoverinfo="skip",
        row=1 if is_share else 2,
        col=1,
    )
