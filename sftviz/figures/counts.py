"""How many pictures each class has."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from sftviz.figures.theme import escaped

_SIDES = {
    "train": ("training", "#0072B2"),
    "validation": ("validation", "#E69F00"),
    "test": ("test", "#999999"),
    "None": ("pictures", "#0072B2"),
}


def counts_figure(counts: Mapping[str, Mapping[str, int]], *, has_own_split: bool) -> go.Figure:
    """Stacked bars: number of pictures by class, and by side where they have one.

    Args:
        counts: number of pictures by class name, then by side ("train", "validation", "test" or "None").
        has_own_split: whether the sides are worth a legend.
    """
    names = list(counts)
    figure = go.Figure()
    for side, (title, color) in _SIDES.items():
        numbers = np.array([counts[name].get(side, 0) for name in names])
        if numbers.any():
            # Positions, not names: two classes whose names only look alike stay two bars.
            figure.add_bar(x=np.arange(len(names)), y=numbers, name=title, marker_color=color, text=numbers)
    figure.update_layout(
        barmode="stack",
        height=280,
        margin={"t": 10, "b": 10, "l": 10, "r": 10},
        showlegend=has_own_split,
        legend={"orientation": "h", "y": 1.12},
        yaxis_title="pictures",
        xaxis={"tickvals": np.arange(len(names)), "ticktext": [escaped(name) for name in names]},
    )
    return figure
