"""How fine-tuning changed each class."""

import numpy as np
import plotly.graph_objects as go

from sftviz.figures.theme import AFTER_COLOR, BEFORE_COLOR, TEMPLATE, empty_figure, escaped, span
from sftviz.results import Scores

_MOST = 40
_ROW_HEIGHT = 26


def class_change_figure(before: Scores, after: Scores) -> go.Figure:
    """A dumbbell for each class, from its F1 before to its F1 after; the largest gain is on top.

    Of more than 40 classes, the 40 that changed most are shown, and the title says so.

    Args:
        before: scores of one checkpoint.
        after: of the same classes in the same order.
    """
    if not after.per_class:
        return empty_figure("There are no classes to compare.")
    old, new = (np.array([100 * row.f1 for row in scores.per_class], dtype=np.float32) for scores in (before, after))
    shown = np.argsort(-np.abs(new - old), kind="stable")[:_MOST]
    shown = shown[np.argsort((new - old)[shown], kind="stable")]
    rows = np.arange(len(shown))
    texts = np.array([_hover_text(after, index, old[index], new[index]) for index in shown.tolist()])
    common = {"y": rows, "mode": "markers", "hovertext": texts, "hoverinfo": "text"}
    figure = go.Figure()
    figure.add_scatter(**_bars(old[shown], new[shown]), mode="lines", line_color=BEFORE_COLOR, showlegend=False)
    figure.add_scatter(x=old[shown], name="before", marker=_marker(BEFORE_COLOR, "circle-open"), **common)
    figure.add_scatter(x=new[shown], name="after", marker=_marker(AFTER_COLOR, "circle"), **common)
    names = [escaped(after.per_class[index].name) for index in shown.tolist()]
    return figure.update_layout(
        template=TEMPLATE,
        height=170 + _ROW_HEIGHT * len(shown),
        title_text="F1 of each class, before → after",
        title_subtitle_text=_provenance(before, after, len(shown)),
        xaxis={"title": {"text": "F1, %"}, "range": [-2, 102]},
        yaxis={"tickvals": rows, "ticktext": names, "range": [-0.7, len(shown) - 0.3]},
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom"},
    )


def _provenance(before: Scores, after: Scores, num_shown: int) -> str:
    checkpoints = span(before.source, after.source)
    num_classes = len(after.per_class)
    if num_shown == num_classes:
        return checkpoints
    return f"{checkpoints}; the {num_shown} of {num_classes:,} classes that changed most"


def _marker(color: str, symbol: str) -> dict[str, object]:
    return {"color": color, "symbol": symbol, "size": 11, "line": {"width": 2, "color": color}}


def _bars(old: np.ndarray, new: np.ndarray) -> dict[str, object]:
    """All bars as one line with gaps."""
    gaps = np.full(len(old), np.nan, dtype=np.float32)
    return {
        "x": np.column_stack([old, new, gaps]).ravel(),
        "y": np.repeat(np.arange(len(old), dtype=np.float32), 3),
        "hoverinfo": "skip",
    }


def _hover_text(scores: Scores, index: int, old: float, new: float) -> str:
    row = scores.per_class[index]
    change = f"F1 {old:.1f} % → {new:.1f} %, {new - old:+.1f} points"
    return f"<b>{escaped(row.name)}</b><br>{change}<br>{row.support:,} pictures"
