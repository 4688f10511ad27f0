"""Where the evidence for each class lies in the mean of its pictures."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from sftviz.attribution.box import Box
from sftviz.figures.theme import CLASS_COLORS, SEQUENTIAL, TEMPLATE, empty_figure, escaped, span
from sftviz.results import FloatArray, Source

MOST_CLASSES = 6

ClassMaps = tuple[str, FloatArray, FloatArray, int]  # name, map before, map after, pictures


def mean_maps_figure(classes: Sequence[ClassMaps], before: Source, after: Source) -> go.Figure:
    """One column a class, before above after, on one scale.

    Args:
        classes: up to six; maps (g, g) are shares of the evidence in each cell.
        before: the checkpoint of the upper row.
        after: that of the lower row.
    """
    shown = [each for each in classes if each[3]][:MOST_CLASSES]
    if not shown:
        return empty_figure("There is no explained picture of these classes.")
    titles = [f"{escaped(name)} ({count:,})" for name, _, _, count in shown]
    rows = [f"epoch {before.epoch}", f"epoch {after.epoch}"]
    figure = make_subplots(
        rows=2, cols=len(shown), column_titles=titles, row_titles=rows, horizontal_spacing=0.02, vertical_spacing=0.04
    )
    for column, (_, old, new, _) in enumerate(shown, start=1):
        for row, values in enumerate((old, new), start=1):
            heat = go.Heatmap(
                z=100 * values, coloraxis="coloraxis", hovertemplate="%{z:.2f} % of the evidence<extra></extra>"
            )
            figure.add_trace(heat, row=row, col=column)
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(visible=False, constrain="domain", autorange="reversed")
    for number in range(1, 2 * len(shown) + 1):
        axis = "" if number == 1 else str(number)
        figure.layout[f"yaxis{axis}"].scaleanchor = f"x{axis}"
    largest = float(np.max([values for _, old, new, _ in shown for values in (old, new)]))
    return figure.update_layout(
        template=TEMPLATE,
        height=430,
        margin={"l": 10, "r": 40, "t": 110, "b": 30},
        title_text="Where the evidence for each class lies, in the mean of its pictures",
        title_subtitle_text=span(before, after),
        coloraxis={
            "colorscale": SEQUENTIAL,
            "cmin": 0,
            "cmax": 100 * largest or 1,
            "colorbar": {"title": {"text": "% of the<br>evidence"}, "thickness": 12},
        },
    )


def box_figure(mean_gg: FloatArray, box: Box | None, source: Source, count: int) -> go.Figure:
    """A mean map to draw a box on, in percentages of the picture's sides, from its left and from its top.

    Args:
        mean_gg: share of the evidence in each cell.
        box: the one that is drawn.
        source: the checkpoint.
        count: of pictures.
    """
    rows, columns = mean_gg.shape
    step_y, step_x = 100 / rows, 100 / columns
    figure = go.Figure(
        go.Heatmap(
            z=100 * mean_gg,
            x0=step_x / 2,
            dx=step_x,
            y0=step_y / 2,
            dy=step_y,
            colorscale=SEQUENTIAL,
            showscale=False,
            hovertemplate="%{z:.2f} % of the evidence<extra></extra>",
        )
    )
    if box is not None:
        figure.add_shape(
            type="rect",
            x0=box.left,
            y0=box.top,
            x1=box.right,
            y1=box.bottom,
            line={"color": CLASS_COLORS[3], "width": 3, "dash": "dash"},
        )
    figure.update_xaxes(range=[0, 100], constrain="domain", ticksuffix=" %", showgrid=False, zeroline=False)
    figure.update_yaxes(range=[100, 0], scaleanchor="x", constrain="domain", ticksuffix=" %", showgrid=False)
    return figure.update_layout(
        template=TEMPLATE,
        width=420,
        height=440,
        margin={"l": 50, "r": 10, "t": 70, "b": 40},
        dragmode="select",
        title_text="Where the evidence lies, in the mean",
        title_subtitle_text=f"run {escaped(source.run)}, epoch {source.epoch}; {count:,} pictures",
    )
