"""The joint map of embeddings: before beside after, what moved as arrows, and all saved epochs one after the other.

Shape legend: E checkpoints, N examples.
"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from sftviz.figures.point_colors import PointColors
from sftviz.figures.theme import CLASS_COLORS, TEMPLATE, class_color, empty_figure, escaped, span
from sftviz.results import IntArray, Predictions, Projection

MOST_CLASSES_NAMED = 20
_MOST_DRAWN_AS_SHAPES = 3000  # beyond, the browser's graphics card is quicker
_NAMES = {"pca": "Principal components", "tsne": "t-SNE"}
_AXES = {"pca": "principal component {}, arbitrary units", "tsne": "t-SNE axis {}, arbitrary units"}
_UNSELECTED = {"marker": {"opacity": 0.12}}
_CIRCLE, _CROSS, _HOLLOW = 0, 4, 100  # Plotly's numbers: 20,000 names would take a second to be checked and sent
_CLEAR = "rgba(0,0,0,0)"
_EDGE = "rgba(255,255,255,0.7)"
_ARROW = "rgba(128,128,128,0.9)"
_FRAME = "rgba(128,128,128,0.35)"
_STEP_MS = 450


def projection_figure(
    projection: Projection, checkpoints: Sequence[Predictions], colors: PointColors, selected: IntArray | None = None
) -> go.Figure:
    """Two panels with common axes, the first checkpoint beside the last; a cross marks a wrong prediction.

    `customdata` of each point is the index of its example, int32, so that a click can be traced to its picture. It has
    one dimension: of rows the browser would send objects. No point carries a text: of 20,000 they would take megabytes.

    Args:
        projection: of these checkpoints.
        checkpoints: what was said of the same examples, in the same order.
        colors: of the points.
        selected: indices of examples; all others are faint. None where there is no selection.
    """
    if not projection.examples:
        return empty_figure("There are no validation examples to map.")
    titles = [f"Before: epoch {projection.before.epoch}", f"After: epoch {projection.after.epoch}"]
    figure = make_subplots(
        cols=2, subplot_titles=titles, shared_xaxes="all", shared_yaxes="all", horizontal_spacing=0.02
    )
    figure.update_annotations(yshift=8, font_size=14)
    for column, which in ((1, 0), (2, -1)):
        for trace in _traces(projection, checkpoints, colors, which, selected):
            figure.add_trace(trace.update(showlegend=bool(trace.showlegend) and column == 1), row=1, col=column)
    return _finished(figure, projection, colors)


def movement_figure(
    projection: Projection,
    checkpoints: Sequence[Predictions],
    colors: PointColors,
    movers: IntArray,
    selected: IntArray | None = None,
) -> go.Figure:
    """One panel: all examples where they are now, and an arrow for each mover from where it was.

    Args:
        projection: of these checkpoints.
        checkpoints: what was said of the same examples, in the same order.
        colors: of the points.
        movers: indices of the examples that get an arrow.
        selected: as of `projection_figure`.
    """
    if not projection.examples:
        return empty_figure("There are no validation examples to map.")
    figure = make_subplots(cols=1)
    for trace in _traces(projection, checkpoints, colors, -1, selected):
        figure.add_trace(trace, row=1, col=1)
    ends = np.full((len(movers), 3, 2), np.nan, np.float32)
    ends[:, 0], ends[:, 1] = projection.points_EN2[0, movers], projection.points_EN2[-1, movers]
    arrows = go.Scatter(
        x=ends[..., 0].ravel(),
        y=ends[..., 1].ravel(),
        mode="lines+markers",
        line={"color": _ARROW, "width": 1.2},
        marker={"symbol": "arrow", "angleref": "previous", "size": [0, 10, 0] * len(movers), "color": _ARROW},
        hoverinfo="skip",
        showlegend=False,
    )
    figure.add_trace(arrows, row=1, col=1)
    return _finished(figure, projection, colors, f"; arrows: the {len(movers)} that moved most")


def epochs_figure(
    projection: Projection, checkpoints: Sequence[Predictions], colors: PointColors, selected: IntArray | None = None
) -> go.Figure:
    """One panel whose points move from checkpoint to checkpoint under a slider, all within the browser.

    Args:
        projection: of these checkpoints.
        checkpoints: what was said of the same examples, in the same order.
        colors: of the points.
        selected: as of `projection_figure`.
    """
    if not projection.examples:
        return empty_figure("There are no validation examples to map.")
    figure = make_subplots(cols=1)
    for trace in _traces(projection, checkpoints, colors, 0, selected):
        figure.add_trace(trace, row=1, col=1)
    names = [str(source.epoch) for source in projection.sources]
    parts = [_traces(projection, checkpoints, colors, which, None) for which in range(len(names))]
    figure.frames = [
        go.Frame(data=[_moving_part(trace) for trace in part], name=name)
        for part, name in zip(parts, names, strict=True)
    ]
    figure = _finished(figure, projection, colors, f"; {len(names)} epochs on one map")
    low, high = projection.points_EN2.min(axis=(0, 1)), projection.points_EN2.max(axis=(0, 1))
    low, high = low - 0.04 * (high - low) - 1e-6, high + 0.04 * (high - low) + 1e-6
    figure.update_xaxes(range=[float(low[0]), float(high[0])], title_text=None)
    figure.update_yaxes(range=[float(low[1]), float(high[1])])
    return _with_slider(figure, names).update_layout(height=700, margin_b=140, legend_y=-0.02)


def _with_slider(figure: go.Figure, names: Sequence[str]) -> go.Figure:
    steps = [{"label": name, "method": "animate", "args": [[name], _movement()]} for name in names]
    play = {"label": "▶ Play", "method": "animate", "args": [None, _movement(is_from_here=True)]}
    slider = {"steps": steps, "currentvalue": {"prefix": "epoch "}, "x": 0.12, "len": 0.88, "pad": {"t": 50}}
    buttons = {"type": "buttons", "buttons": [play], "showactive": False, "x": 0.09, "y": 0, "pad": {"t": 68}}
    return figure.update_layout(sliders=[slider], updatemenus=[buttons | {"yanchor": "top"}])


def _movement(*, is_from_here: bool = False) -> dict[str, object]:
    return {
        "mode": "immediate",
        "fromcurrent": is_from_here,
        "frame": {"duration": 2 * _STEP_MS, "redraw": False},
        "transition": {"duration": _STEP_MS, "easing": "cubic-in-out"},
    }


def _moving_part(trace: go.Scatter | go.Scattergl) -> go.Scatter | go.Scattergl:
    marker = {"symbol": trace.marker.symbol, "color": trace.marker.color}
    return type(trace)(x=trace.x, y=trace.y, marker=marker)


def _traces(
    projection: Projection,
    checkpoints: Sequence[Predictions],
    colors: PointColors,
    which: int,
    selected: IntArray | None,
) -> list[go.Scatter | go.Scattergl]:
    """One trace a class where their names fit beside the figure, else one for all points.

    A point has the same place in its trace at every checkpoint.
    """
    said = checkpoints[which]
    if not colors.names_classes or len(colors.names) > MOST_CLASSES_NAMED:
        trace = _trace(projection, said, which, np.arange(len(said.labels_N)), colors, selected)
        numbers_N = colors.numbers_EN[which] % (len(CLASS_COLORS) if colors.names_classes else np.inf)
        marker = {"color": numbers_N.astype(np.float32), "coloraxis": "coloraxis"}
        return [trace.update(showlegend=False, marker=marker)]
    # The legend shows the first point's symbol, which should be the ordinary one.
    is_odd_N = ~np.logical_and.reduce([each.is_right_N for each in checkpoints]) | _is_hollow_N(colors, said)
    traces = []
    for label in np.unique(said.labels_N).tolist():
        members = np.flatnonzero(said.labels_N == label)
        members = members[np.argsort(is_odd_N[members], kind="stable")]
        trace = _trace(projection, said, which, members, colors, selected)
        trace.update(name=escaped(colors.names[label]), legendgroup=str(label), showlegend=True)
        traces.append(trace.update(marker_color=class_color(label)))
    return traces


def _trace(
    projection: Projection,
    predictions: Predictions,
    which: int,
    members: IntArray,
    colors: PointColors,
    selected: IntArray | None,
) -> go.Scatter | go.Scattergl:
    points_N2 = projection.points_EN2[which]
    is_hollow_N = _is_hollow_N(colors, predictions)
    kind = go.Scatter if len(points_N2) <= _MOST_DRAWN_AS_SHAPES else go.Scattergl
    trace = kind(
        x=points_N2[members, 0].astype(np.float32),
        y=points_N2[members, 1].astype(np.float32),
        mode="markers",
        marker={
            "symbol": (
                np.where(predictions.is_right_N[members], _CIRCLE, _CROSS) + _HOLLOW * is_hollow_N[members]
            ).tolist(),
            "size": 9 if len(points_N2) <= 400 else 6 if len(points_N2) <= _MOST_DRAWN_AS_SHAPES else 4,
            "opacity": 0.85,
            # The edge of a hollow point is all that there is of it.
            "line": {"width": np.where(is_hollow_N[members], 1.5, 0.6) if is_hollow_N.any() else 0.6, "color": _EDGE},
        },
        customdata=members.astype(np.int32),
        hoverinfo="none",
    )
    if selected is not None:
        chosen = np.flatnonzero(np.isin(members, selected)).astype(np.int32)
        trace.update(selectedpoints=chosen, unselected=_UNSELECTED, selected={"marker": {"opacity": 1}})
    return trace


def _is_hollow_N(colors: PointColors, predictions: Predictions) -> NDArray[np.bool_]:
    return np.zeros(len(predictions.labels_N), bool) if colors.is_hollow_N is None else colors.is_hollow_N


def _finished(figure: go.Figure, projection: Projection, colors: PointColors, note: str = "") -> go.Figure:
    axis = _AXES[projection.method]
    plain = {"showticklabels": False, "zeroline": False, "showgrid": False, "title_font_size": 12}
    hollow = "" if colors.is_hollow_N is None else "; hollow is a training example"
    frame = {"showline": True, "mirror": True, "linecolor": _FRAME, "linewidth": 1}
    figure.update_xaxes(title_text=axis.format(1), title_standoff=12, **plain, **frame)
    figure.update_yaxes(**plain, **frame).update_yaxes(title_text=axis.format(2), scaleanchor="x", col=1)
    figure.update_layout(coloraxis=colors.axis(), coloraxis_showscale=not colors.names_classes)
    return figure.update_layout(
        template=TEMPLATE,
        height=600,
        margin={"t": 110, "r": 10, "b": 90},
        dragmode="lasso",
        title_text=_title(projection),
        title_y=0.97,
        title_yanchor="top",
        title_subtitle_text=f"{span(projection.before, projection.after)}; × is a wrong prediction{hollow}{note}",
        legend={
            "title": {"text": "true class "},
            "itemsizing": "constant",
            "orientation": "h",
            "y": -0.07,
            "yanchor": "top",
            "bgcolor": _CLEAR,
        },
    )


def _title(projection: Projection) -> str:
    title = f"{_NAMES[projection.method]} of {len(projection.examples):,} embeddings, one map for all"
    if projection.explained_share is not None:
        title += f"; {100 * projection.explained_share:.0f} % of the variance kept"
    return title
