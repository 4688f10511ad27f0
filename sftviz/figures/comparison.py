"""Several runs in one figure: each has a colour, a dash and a symbol of its own, so that none depends on colour.

Runs are named by a letter and their title; at most six are told apart.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from sftviz.analysis.history import History
from sftviz.analysis.measures import Measure
from sftviz.analysis.significance import RunComparison
from sftviz.figures.theme import TEMPLATE, class_color, empty_figure, escaped

Along = Literal["epoch", "step", "seconds"]
Numbers = NDArray[np.number]
Curve = Literal["accuracy", "loss"]

_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x")
_X_TITLES: dict[Along, str] = {"epoch": "epoch", "step": "optimizer steps", "seconds": "seconds, epoch 0 included"}
_Y_TITLES: dict[Curve, str] = {"accuracy": "validation accuracy, %", "loss": "validation loss, nats"}
_HEIGHT = 340


def history_figure(histories: Sequence[History], names: Sequence[str], along: Along, measure: Curve) -> go.Figure:
    """One line a run: a validation measure along epochs, steps or seconds; epoch 0 is its first point."""
    if not histories:
        return empty_figure("There is no run to draw.")
    figure = go.Figure()
    for index, (run, name) in enumerate(zip(histories, names, strict=True)):
        places: dict[Along, Numbers] = {"epoch": run.epochs_E, "step": run.steps_E, "seconds": run.seconds_E}
        y = 100 * run.accuracy_E if measure == "accuracy" else run.loss_E
        hover = "epoch %{customdata}: %{y:.1f} %" if measure == "accuracy" else "epoch %{customdata}: %{y:.3f} nats"
        figure.add_trace(_line(index, name, places[along], y).update(customdata=run.epochs_E, hovertemplate=hover))
    return _laid_out(figure, _X_TITLES[along], _Y_TITLES[measure])


def best_so_far_figure(histories: Sequence[History], names: Sequence[str]) -> go.Figure:
    """One staircase a run: the best accuracy that it had after so many minutes."""
    if not histories:
        return empty_figure("There is no run to draw.")
    figure = go.Figure()
    for index, (run, name) in enumerate(zip(histories, names, strict=True)):
        hover = "after %{x:.2f} min: %{y:.1f} %"
        line = _line(index, name, run.seconds_E / 60, 100 * run.best_accuracy_E)
        figure.add_trace(line.update(line_shape="hv", hovertemplate=hover))
    return _laid_out(figure, "minutes, epoch 0 included", "best validation accuracy so far, %")


def interval_figure(accuracies: Sequence[Measure], names: Sequence[str]) -> go.Figure:
    """One row a run: accuracy of its best epoch with the 95 % interval."""
    if not accuracies:
        return empty_figure("There is no run to draw.")
    figure = go.Figure()
    for index, (accuracy, name) in enumerate(zip(accuracies, names, strict=True)):
        value, (low, high) = 100 * accuracy.value, (100 * end for end in accuracy.interval)
        color = class_color(index)
        figure.add_scatter(
            x=[value],
            y=[escaped(name)],
            mode="markers",
            marker={"symbol": _SYMBOLS[index % len(_SYMBOLS)], "color": color, "size": 11},
            error_x={"array": [high - value], "arrayminus": [value - low], "color": color, "thickness": 2},
            hovertemplate=f"{value:.1f} % ({low:.1f}–{high:.1f} %)<extra></extra>",
        )
    figure.update_yaxes(autorange="reversed")
    title = {"text": "accuracy of the best epoch with its 95 % interval (Wilson), %"}
    margin = {"t": 10, "b": 50}
    height = 90 + 38 * len(accuracies)
    return figure.update_layout(template=TEMPLATE, height=height, margin=margin, showlegend=False, xaxis_title=title)


def only_right_figure(comparison: RunComparison, letters: Sequence[str]) -> go.Figure:
    """Runs × runs: how many pictures only the row's run gets right; empty where two cannot be compared."""
    counts = np.where(comparison.is_comparable_RR, comparison.only_row_right_RR.astype(np.float64), np.nan)
    np.fill_diagonal(counts, np.nan)
    figure = go.Figure()
    figure.add_heatmap(
        x=list(letters),
        y=list(letters),
        z=counts,
        zmin=0,
        zmax=max(1.0, float(np.nan_to_num(counts).max())),
        # Never strong: the numbers on it are in the theme's text colour, light or dark.
        colorscale=[(0.0, "rgba(0,114,178,0.06)"), (1.0, "rgba(0,114,178,0.3)")],
        showscale=False,
        xgap=3,
        ygap=3,
        hovertemplate="%{z} pictures right only in %{y}, wrong in %{x}<extra></extra>",
        hoverongaps=False,
    )
    for row, column in np.argwhere(np.isfinite(counts)).tolist():
        text = f"{counts[row, column]:.0f}"
        figure.add_annotation(x=letters[column], y=letters[row], text=text, showarrow=False, font_size=14)
    return figure.update_layout(
        template=TEMPLATE,
        height=110 + 46 * len(letters),
        margin={"t": 10, "b": 50},
        xaxis={"title": {"text": "wrong in"}, "showgrid": False},
        yaxis={"title": {"text": "right only in"}, "autorange": "reversed", "showgrid": False},
    )


def _line(index: int, name: str, x: Numbers, y: Numbers) -> go.Scatter:
    place = index % len(_DASHES)
    return go.Scatter(
        x=x,
        y=y,
        name=escaped(name),
        mode="lines+markers",
        line={"color": class_color(index), "dash": _DASHES[place], "width": 2},
        marker={"symbol": _SYMBOLS[place], "size": 7},
    )


def _laid_out(figure: go.Figure, x_title: str, y_title: str) -> go.Figure:
    return figure.update_layout(
        template=TEMPLATE,
        height=_HEIGHT,
        margin={"t": 20},
        xaxis={"title": {"text": x_title}, "rangemode": "tozero"},
        yaxis={"title": {"text": y_title}},
        legend={"orientation": "h", "y": -0.25},
        showlegend=True,
    )
