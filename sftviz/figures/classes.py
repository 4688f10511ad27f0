"""How fine-tuning changed each class."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from sftviz.analysis.measures import Measure
from sftviz.figures.theme import AFTER_COLOR, BEFORE_COLOR, TEMPLATE, empty_figure, escaped, span
from sftviz.results import Source

_MOST = 40
_ROW_HEIGHT = 30
_APART = 0.16


def class_change_figure(
    metric: str, before: Sequence[Measure], after: Sequence[Measure], sources: tuple[Source, Source]
) -> go.Figure:
    """One metric of each class before and after, with its 95 % intervals; the largest gain is on top.

    Of more than 40 classes, the 40 that changed most are shown, and the title says so.

    Args:
        metric: its title.
        before: one measure a class.
        after: of the same classes in the same order.
        sources: the two checkpoints.
    """
    if not after:
        return empty_figure("There are no classes to compare.")
    changes = np.array([new.value - old.value for old, new in zip(before, after, strict=True)])
    shown = np.argsort(-np.abs(changes), kind="stable")[:_MOST]
    shown = shown[np.argsort(changes[shown], kind="stable")]
    rows = np.arange(len(shown), dtype=np.float32)
    texts = [_hover_text(metric, before[index], after[index]) for index in shown.tolist()]
    figure = go.Figure()
    sides = (("before", before, BEFORE_COLOR, _APART), ("after", after, AFTER_COLOR, -_APART))
    for name, measures, color, shift in sides:
        side = [measures[index] for index in shown.tolist()]
        figure.add_scatter(**_points(side), name=name, y=rows + shift, hovertext=texts, marker=_marker(name, color))
    names = [escaped(after[index].name) for index in shown.tolist()]
    return figure.update_layout(
        template=TEMPLATE,
        height=170 + _ROW_HEIGHT * len(shown),
        title_text=f"{metric} of each class, before → after",
        title_subtitle_text=_provenance(sources, len(after), len(shown)),
        xaxis={"title": {"text": f"{metric}, %"}, "range": [-2, 102]},
        yaxis={"tickvals": rows, "ticktext": names, "range": [-0.7, len(shown) - 0.3]},
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom"},
    )


def _provenance(sources: tuple[Source, Source], num_classes: int, num_shown: int) -> str:
    checkpoints = f"{span(*sources)}; bars cover 95 %"
    if num_shown == num_classes:
        return checkpoints
    return f"{checkpoints}; the {num_shown} of {num_classes:,} classes that changed most"


def _points(measures: Sequence[Measure]) -> dict[str, object]:
    """Points with their intervals, in per cent."""
    x = _percent([each.value for each in measures])
    low, high = (_percent([each.interval[end] for each in measures]) for end in (0, 1))
    bars = {"type": "data", "symmetric": False, "array": high - x, "arrayminus": x - low, "thickness": 1.5, "width": 0}
    return {"x": x, "error_x": bars, "mode": "markers", "hoverinfo": "text"}


def _percent(shares: Sequence[float]) -> NDArray[np.float32]:
    return np.array([100 * share for share in shares], dtype=np.float32)


def _marker(name: str, color: str) -> dict[str, object]:
    symbol = "circle-open" if name == "before" else "circle"
    return {"color": color, "symbol": symbol, "size": 10, "line": {"width": 2, "color": color}}


def _hover_text(metric: str, before: Measure, after: Measure) -> str:
    old, new = 100 * before.value, 100 * after.value
    change = f"{metric} {old:.1f} % → {new:.1f} %, {new - old:+.1f} points"
    return f"<b>{escaped(after.name)}</b><br>{change}<br>{after.num_examples:,} pictures"
