"""How each example was learned: a map of all of them, and a strip of what every epoch said.

Shape legend: E epochs, N examples.
"""

import numpy as np
import plotly.graph_objects as go

from sftviz.analysis.dynamics import NEVER, Dynamics
from sftviz.figures.theme import TEMPLATE, escaped
from sftviz.results import IntArray, Predictions

_MOST_DRAWN_AS_SHAPES = 5000  # beyond, the browser's graphics card is quicker
_MOST_ROWS = 500  # as many as there are pixels
# From wrong to right, told apart by colour-blind people on a light and on a dark page.
_WRONG_TO_RIGHT = ((0.0, "#D55E00"), (0.5, "#A9A9A9"), (1.0, "#0072B2"))
_LINE = "#F0E442"


def data_map_figure(found: Dynamics, predictions: Predictions) -> go.Figure:
    """Confidence against variability; colour is the share of epochs that were right.

    `customdata` of each point is the index of its example, int32, so that a click can be traced to its picture.

    Args:
        found: what to draw.
        predictions: of the same examples, for their classes.
    """
    kind = go.Scatter if len(found.examples) <= _MOST_DRAWN_AS_SHAPES else go.Scattergl
    bar = {"title": {"text": "share of<br>epochs right"}, "tickformat": ".0%", "thickness": 12}
    points = kind(
        x=found.variability_N,
        y=found.confidence_N,
        mode="markers",
        marker={
            "color": found.correctness_N,
            "colorscale": _WRONG_TO_RIGHT,
            "cmin": 0,
            "cmax": 1,
            "colorbar": bar,
            "symbol": np.where(found.is_right_EN[-1], "circle", "x"),
            "size": 9,
            "opacity": 0.8,
        },
        customdata=np.arange(len(found.examples), dtype=np.int32),
        hovertext=_hover_texts(found, predictions),
        hoverinfo="text",
    )
    figure = go.Figure(points).update_layout(
        template=TEMPLATE,
        height=480,
        title_text=f"Data map of {len(found.examples):,} validation pictures",
        title_subtitle_text=f"{_epochs(found)}; × is wrong in the last of them",
        xaxis={"title": {"text": "variability: s.d. of the probability of the true class"}, "rangemode": "tozero"},
        yaxis={"title": {"text": "confidence: mean probability of the true class"}, "range": [-0.12, 1.12]},
    )
    return _name_regions(figure)


def strip_figure(found: Dynamics) -> go.Figure:
    """What every epoch said of each example, a row each; what was learned first is on top.

    Of more than 500 examples, 500 evenly spread over that order are shown, and the title says so.
    """
    order = found.in_order_learned
    shown = order[np.linspace(0, len(order) - 1, min(len(order), _MOST_ROWS)).round().astype(np.int64)]
    rows = np.arange(len(shown))
    columns = np.arange(len(found.epochs))
    names = [escaped(found.examples[index]) for index in shown.tolist()]
    figure = go.Figure()
    figure.add_heatmap(
        x=columns,
        y=rows,
        z=found.of_truth_EN[:, shown].T,
        hovertext=np.repeat(np.array(names, dtype=object)[:, None], len(columns), axis=1),
        hovertemplate="<b>%{hovertext}</b><br>epoch %{x}: %{z:.1%}<extra></extra>",
        colorscale=_WRONG_TO_RIGHT,
        zmin=0,
        zmax=1,
        colorbar={"title": {"text": "probability of<br>the true class"}, "tickformat": ".0%", "thickness": 12},
    )
    figure.add_scatter(**_staircase(found, shown), mode="lines", line={"color": _LINE, "width": 2}, hoverinfo="skip")
    ticks = columns[:: 1 + len(columns) // 30]
    return figure.update_layout(
        template=TEMPLATE,
        height=480,
        title_text="What each epoch said of each picture, in the order in which they were learned",
        title_subtitle_text=f"{_epochs(found)}; {_number_shown(found, len(shown))}; right of the line it stays right",
        xaxis={"title": {"text": "epoch"}, "tickvals": ticks, "ticktext": [str(found.epochs[each]) for each in ticks]},
        yaxis={"title": {"text": "picture"}, "autorange": "reversed", "showticklabels": False, "ticks": ""},
    )


def _epochs(found: Dynamics) -> str:
    return f"run {escaped(found.run)}, epochs {found.epochs[0]}–{found.epochs[-1]}"


def _number_shown(found: Dynamics, num_shown: int) -> str:
    total = len(found.examples)
    return f"{total:,} pictures" if num_shown == total else f"{num_shown} of {total:,} pictures, evenly spread"


def _name_regions(figure: go.Figure) -> go.Figure:
    """Say what the ends of the map mean, after Swayamdipta et al."""
    places = (
        ("easy", 0.01, 0.99, "left"),
        ("hard, or a wrong label", 0.01, 0.01, "left"),
        ("unsteady", 0.99, 0.5, "right"),
    )
    for text, x, y, anchor in places:
        figure.add_annotation(
            text=f"<i>{text}</i>", x=x, y=y, xref="paper", yref="paper", xanchor=anchor, showarrow=False, opacity=0.7
        )
    return figure


def _staircase(found: Dynamics, shown: IntArray) -> dict[str, object]:
    """A line along the first learned epochs, down to the first row that is never learned."""
    place = {epoch: column for column, epoch in enumerate(found.epochs)}
    columns = np.array([place[epoch] for epoch in found.first_learned_N[shown].tolist() if epoch != NEVER])
    edges = np.arange(len(columns), dtype=np.float32)
    return {
        "x": np.repeat(columns.astype(np.float32) - 0.5, 2),
        "y": np.column_stack([edges - 0.5, edges + 0.5]).ravel(),
        "showlegend": False,
    }


def _hover_texts(found: Dynamics, predictions: Predictions) -> np.ndarray:
    names = [escaped(name) for name in predictions.classes]
    rows = zip(
        found.examples,
        predictions.labels_N.tolist(),
        found.confidence_N.tolist(),
        found.variability_N.tolist(),
        found.is_right_EN.sum(axis=0).tolist(),
        strict=True,
    )
    return np.array(
        [
            f"<b>{escaped(example)}</b><br>true: {names[label]}<br>confidence {mean:.2f}, variability {spread:.2f}"
            f"<br>right in {num_right} of {len(found.epochs)} epochs"
            for example, label, mean, spread, num_right in rows
        ]
    )
