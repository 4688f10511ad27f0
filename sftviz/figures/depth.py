"""The depth strip: four panels over the blocks of a backbone, from input to output."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from sftviz.analysis.intervals import wilson
from sftviz.embeddings.depth import Depth
from sftviz.figures.theme import AFTER_COLOR, BEFORE_COLOR, CLASS_COLORS, TEMPLATE, escaped, span

_PANELS = (
    "Change asked for, before: norm of the loss' gradient over norm of the weights",
    "Change made: weight drift, % of the weights' norm",
    "Likeness of what comes out, before and after (debiased CKA; 1 is the same, 0 unrelated)",
    "What a linear classifier gets out of it: accuracy, %",
)


def depth_figure(depth: Depth) -> go.Figure:
    """One axis of blocks; what was frozen is shaded and named.

    Args:
        depth: what to draw.
    """
    places = np.arange(1, len(depth.blocks) + 1, dtype=np.float32)
    figure = make_subplots(
        rows=4, shared_xaxes=True, vertical_spacing=0.09, subplot_titles=_PANELS, row_heights=[1, 1, 1, 1.3]
    )
    _add_bars(figure, 1, places, [block.demand for block in depth.blocks], CLASS_COLORS[1])
    _add_bars(figure, 2, places, [_percent(block.drift) for block in depth.blocks], CLASS_COLORS[3], " %")
    figure.add_scatter(
        x=places,
        y=[block.likeness for block in depth.blocks],
        mode="lines+markers",
        line={"color": CLASS_COLORS[2], "width": 2},
        marker={"size": 8},
        showlegend=False,
        hovertemplate="block %{x}: %{y:.4f}<extra></extra>",
        row=3,
        col=1,
    )
    _add_probes(figure, depth, places)
    _shade_frozen(figure, depth)
    figure.update_annotations(font_size=13, x=0, xanchor="left", selector={"xref": "paper"})
    figure.update_xaxes(range=[0.4, len(places) + 0.6], tickvals=places, showgrid=False)
    names = [_short(place, block.name) for place, block in enumerate(depth.blocks, start=1)]
    figure.update_xaxes(ticktext=names, title_text="block, from input to output", row=4, col=1)
    figure.update_yaxes(rangemode="tozero", row=1, col=1).update_yaxes(rangemode="tozero", row=2, col=1)
    figure.update_yaxes(range=_likeness_range(depth), row=3, col=1)
    return figure.update_layout(
        template=TEMPLATE,
        height=780,
        margin={"t": 110, "b": 60},
        bargap=0.35,
        title_text="Where the network changed, and where change was asked for",
        title_subtitle_text=f"{span(depth.before, depth.after)}; {depth.num_probed:,} validation pictures",
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"},
    )


def _add_bars(
    figure: go.Figure, row: int, places: np.ndarray, values: Sequence[float | None], color: str, unit: str = ""
) -> None:
    figure.add_bar(
        x=places,
        y=list(values),
        marker_color=color,
        showlegend=False,
        hovertemplate="block %{x}: %{y:.3g}" + unit + "<extra></extra>",
        row=row,
        col=1,
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _add_probes(figure: go.Figure, depth: Depth, places: np.ndarray) -> None:
    sides = (("before", BEFORE_COLOR, "circle-open", -0.06), ("after", AFTER_COLOR, "circle", 0.06))
    for title, color, symbol, shift in sides:
        share = np.array([getattr(block, f"probe_{title}") for block in depth.blocks])
        low, high = wilson(share * depth.num_probed, np.full(len(share), depth.num_probed)).T
        bars = {"array": 100 * (high - share), "arrayminus": 100 * (share - low), "thickness": 1.5, "width": 0}
        figure.add_scatter(
            x=places + np.float32(shift),
            y=100 * share,
            error_y={"type": "data", "symmetric": False, **bars},
            mode="lines+markers",
            name=f"{title}, epoch {getattr(depth, title).epoch}",
            line={"color": color, "width": 2},
            marker={"symbol": symbol, "size": 8},
            customdata=places.astype(np.int32),
            hovertemplate=f"block %{{customdata}}, {title}: %{{y:.1f}} %<extra></extra>",
            row=4,
            col=1,
        )
    figure.add_hline(
        y=100 * depth.chance,
        line={"dash": "dot", "width": 1.5, "color": BEFORE_COLOR},
        annotation={"text": "chance", "font": {"size": 11}},
        annotation_position="bottom right",
        row=4,
        col=1,
    )


def _shade_frozen(figure: go.Figure, depth: Depth) -> None:
    num_frozen = len(depth.blocks) - depth.num_learning
    if not num_frozen:
        return
    for row in range(1, 5):
        figure.add_vrect(
            x0=0.4, x1=num_frozen + 0.5, fillcolor="gray", opacity=0.13, line_width=0, layer="below", row=row, col=1
        )
    figure.add_annotation(
        text="<i>frozen</i>", x=num_frozen + 0.45, xanchor="right", y=1, yref="y2 domain", yanchor="top", xref="x2",
        showarrow=False,
    )  # fmt: skip


def _likeness_range(depth: Depth) -> list[float]:
    known = [block.likeness for block in depth.blocks if block.likeness is not None]
    return [min([0.0, *(1.1 * value for value in known)]), 1.1]


def _short(place: int, name: str) -> str:
    """The number alone where a name is long: all of them are in the table."""
    first = name.split(", ")[0]
    return f"{place}<br>{escaped(first)}" if len(first) <= 12 else str(place)


def depth_table(depth: Depth) -> pd.DataFrame:
    """One row a block; shares stay shares."""
    return pd.DataFrame(
        {
            "block": range(1, len(depth.blocks) + 1),
            "modules": [block.name for block in depth.blocks],
            "learned": [place >= len(depth.blocks) - depth.num_learning for place in range(len(depth.blocks))],
            "relative gradient before": [block.demand for block in depth.blocks],
            "relative weight drift": [block.drift for block in depth.blocks],
            "relative drift of batch-norm statistics": [block.statistics_drift for block in depth.blocks],
            "debiased CKA": [block.likeness for block in depth.blocks],
            "probe accuracy before": [block.probe_before for block in depth.blocks],
            "probe accuracy after": [block.probe_after for block in depth.blocks],
        }
    )
