"""What the movement of the embedding space is made of, as one bar."""

import pandas as pd
import plotly.graph_objects as go

from sftviz.embeddings.movement import MovementBudget
from sftviz.figures.theme import CLASS_COLORS, TEMPLATE, empty_figure, span
from sftviz.results import Source

_PARTS = {
    "translation": ("common shift", CLASS_COLORS[9]),
    "rotation": ("common turn", CLASS_COLORS[4]),
    "scale": ("common stretch", CLASS_COLORS[2]),
    "rearrangement": ("rearrangement", CLASS_COLORS[3]),
}


def movement_figure(budget: MovementBudget, sources: tuple[Source, Source]) -> go.Figure:
    """Four parts of the movement, in per cent of it.

    Args:
        budget: what to draw.
        sources: the two checkpoints.
    """
    if not budget.total:
        return empty_figure(f"Nothing moved between epochs {sources[0].epoch} and {sources[1].epoch}.")
    figure = go.Figure()
    for part, (title, color) in _PARTS.items():
        share = 100 * getattr(budget, part) / budget.total
        figure.add_bar(
            x=[share],
            y=["movement"],
            orientation="h",
            name=f"{title} {share:.0f} %",
            marker_color=color,
            hovertemplate=f"{title}: {share:.1f} % of the movement<extra></extra>",
        )
    return figure.update_layout(
        template=TEMPLATE,
        barmode="stack",
        height=210,
        margin={"t": 110, "b": 45},
        title_text="What the movement is made of",
        title_subtitle_text=f"{span(*sources)}; {budget.num_axes} principal axes, "
        f"which hold {100 * budget.share_in_axes:.0f} % of the movement",
        xaxis={"title": {"text": "% of the squared distances moved"}, "range": [0, 100]},
        yaxis={"visible": False},
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "traceorder": "normal"},
    )


def movement_table(budget: MovementBudget) -> pd.DataFrame:
    """The numbers of the figure."""
    return pd.DataFrame(
        {
            "part": [title for title, _ in _PARTS.values()],
            "sum of squared distances": [getattr(budget, part) for part in _PARTS],
        }
    )
