"""The reliability diagram: confidence against being right."""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from sftviz.analysis.calibration import NUM_BINS, Reliability
from sftviz.figures.theme import AFTER_COLOR, BEFORE_COLOR, TEMPLATE, span

_BAND = "rgba(128,128,128,0.28)"


def reliability_figure(before: Reliability, after: Reliability) -> go.Figure:
    """Before and after side by side: the share that is right in each bin, and how many pictures the bin holds."""
    titles = [f"Before: epoch {before.source.epoch}", f"After: epoch {after.source.epoch}"]
    figure = make_subplots(
        rows=2,
        cols=2,
        shared_xaxes=True,
        shared_yaxes=True,
        row_heights=[0.75, 0.25],
        vertical_spacing=0.06,
        horizontal_spacing=0.06,
        subplot_titles=titles,
    )
    for column, (found, color) in enumerate(((before, BEFORE_COLOR), (after, AFTER_COLOR)), start=1):
        _add_side(figure, found, color, column)
    most = max(before.counts_M.max(), after.counts_M.max())
    figure.update_xaxes(range=[0, 100])
    figure.update_xaxes(title_text="confidence, %", row=2)
    figure.update_yaxes(range=[-3, 103], row=1).update_yaxes(range=[0, 1.05 * most], row=2)
    figure.update_yaxes(title_text="right, %", row=1, col=1).update_yaxes(title_text="pictures", row=2, col=1)
    return figure.update_layout(
        template=TEMPLATE,
        height=560,
        margin={"t": 130, "r": 20},
        barmode="overlay",
        title_text="Is confidence earned?",
        title_subtitle_text=f"{span(before.source, after.source)}; bars cover 95 %",
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.1, "yanchor": "bottom"},
    )


def _add_side(figure: go.Figure, found: Reliability, color: str, column: int) -> None:
    is_shown = column == 2
    place = {"row": 1, "col": column}
    centres_M = 100 * (np.arange(NUM_BINS) + 0.5) / NUM_BINS
    filled = found.counts_M > 0
    low, high = 100 * found.null_M2[filled].T
    band = {"base": low, "y": high - low, "width": 100 / NUM_BINS, "marker": {"color": _BAND, "line": {"width": 0}}}
    common = {"hoverinfo": "skip", "showlegend": is_shown}
    figure.add_bar(x=centres_M[filled], **band, name="where perfect calibration would lie", **common, **place)
    diagonal = {"dash": "dot", "color": BEFORE_COLOR}
    figure.add_scatter(x=[0, 100], y=[0, 100], mode="lines", line=diagonal, hoverinfo="skip", showlegend=False, **place)
    figure.add_scatter(**_points(found, filled), marker={"color": color, "size": 9}, showlegend=False, **place)
    counts = {"x": centres_M, "y": found.counts_M, "width": 100 / NUM_BINS, "marker": {"color": color, "opacity": 0.7}}
    figure.add_bar(**counts, hovertemplate="%{y} pictures<extra></extra>", showlegend=False, row=2, col=column)


def _points(found: Reliability, filled: np.ndarray) -> dict[str, object]:
    x, y = 100 * found.confidence_M[filled], 100 * found.accuracy_M[filled]
    low, high = 100 * found.interval_M2[filled].T
    texts = [
        f"{count:,} pictures with a confidence of {confidence:.1f} %:<br>{share:.1f} % are right"
        f" ({least:.1f} – {most:.1f} %)"
        for count, confidence, share, least, most in zip(found.counts_M[filled], x, y, low, high, strict=True)
    ]
    bars = {"type": "data", "symmetric": False, "array": high - y, "arrayminus": y - low, "thickness": 1.5, "width": 3}
    return {"x": x, "y": y, "error_y": bars, "mode": "markers", "hovertext": texts, "hoverinfo": "text"}
