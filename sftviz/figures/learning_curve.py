"""Accuracy over the number of training pictures, carried on to twice as many."""

import plotly.graph_objects as go

from sftviz.analysis.learning_curve import LearningCurve
from sftviz.figures.theme import AFTER_COLOR, TEMPLATE, escaped

_BAND = "rgba(0,114,178,0.15)"


def learning_curve_figure(curve: LearningCurve, *, title: str) -> go.Figure:
    """What was measured as points with the span of their trials; the fit, dashed where nothing was measured."""
    percent = 100 * curve.accuracy_F
    figure = go.Figure()
    ends = {"x": curve.grid_G, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    figure.add_scatter(y=100 * curve.band_low_G, showlegend=False, **ends)
    figure.add_scatter(y=100 * curve.band_high_G, fill="tonexty", fillcolor=_BAND, name="95 % band of the fit", **ends)
    for name, part, dash in (
        ("fit", curve.grid_G <= curve.sizes_F[-1], "solid"),
        ("carried on", curve.grid_G >= curve.sizes_F[-1], "dash"),
    ):
        figure.add_scatter(
            x=curve.grid_G[part],
            y=100 * curve.line_G[part],
            mode="lines",
            name=name,
            line={"color": AFTER_COLOR, "dash": dash},
            hovertemplate="%{x:,.0f} pictures: %{y:.1f} %<extra></extra>",
        )
    figure.add_scatter(
        x=curve.sizes_F,
        y=percent,
        mode="markers",
        name="measured, with the span of its repeats",
        marker={"color": AFTER_COLOR, "size": 8},
        error_y={"array": 100 * curve.high_F - percent, "arrayminus": percent - 100 * curve.low_F, "thickness": 1},
        hovertemplate="%{x:,} pictures: %{y:.1f} %<extra></extra>",
    )
    return figure.update_layout(
        template=TEMPLATE,
        height=420,
        title_text="Accuracy over pictures to learn from",
        title_subtitle_text=escaped(title),
        xaxis={"title": {"text": "training pictures"}, "rangemode": "tozero"},
        yaxis={"title": {"text": "accuracy on held-out pictures, %"}},
        legend={"orientation": "h", "y": -0.2},
    )
