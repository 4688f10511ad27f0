"""Four dials of neural collapse, on training and validation pictures side by side."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from sftviz.embeddings.collapse import CollapseChange
from sftviz.figures.theme import AFTER_COLOR, BEFORE_COLOR, TEMPLATE, empty_figure, span
from sftviz.results import Source

DIALS = {
    "within": "NC1: spread within<br>classes",
    "angles": "NC2: angles off<br>the ideal",
    "duality": "NC3: head apart<br>from class means",
    "nearest": "NC4: head against<br>nearest mean",
}
_CHANCE_COLOR = "#CC79A7"


def collapse_figure(sides: Mapping[str, CollapseChange], sources: tuple[Source, Source]) -> go.Figure:
    """A panel a dial, 0 at the left; a row for each side, with before hollow, after filled and chance as a bar.

    Args:
        sides: by their titles.
        sources: the two checkpoints.
    """
    points = [getattr(side.after, dial) for side in sides.values() for dial in DIALS]
    if all(value is None for value in points):
        return empty_figure("Collapse needs two classes with two pictures each, and embeddings that differ.")
    figure = make_subplots(
        cols=len(DIALS), shared_yaxes=True, subplot_titles=list(DIALS.values()), horizontal_spacing=0.05
    )
    for column, dial in enumerate(DIALS, start=1):
        _add_dial(figure, column, dial, sides)
    figure.update_yaxes(autorange="reversed")
    figure.update_annotations(font_size=12)
    return figure.update_layout(
        template=TEMPLATE,
        height=210 + 50 * len(sides),
        margin={"t": 140, "b": 40},
        title_text="Neural collapse: 0 is complete",
        title_subtitle_text=span(*sources),
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": -0.12, "yanchor": "top"},
    )


def _add_dial(figure: go.Figure, column: int, dial: str, sides: Mapping[str, CollapseChange]) -> None:
    markers = (
        ("chance", "chance", {"symbol": "line-ns", "size": 18, "line": {"width": 3, "color": _CHANCE_COLOR}}),
        (
            "before",
            "before",
            {"symbol": "circle-open", "size": 12, "color": BEFORE_COLOR, "line": {"width": 2, "color": BEFORE_COLOR}},
        ),
        ("after", "after", {"symbol": "circle", "size": 12, "color": AFTER_COLOR}),
    )
    largest = 0.0
    for title, field, marker in markers:
        values = [getattr(getattr(side, field), dial) for side in sides.values()]
        largest = max([largest, *(value for value in values if value is not None)])
        figure.add_scatter(
            x=values,
            y=list(sides),
            mode="markers",
            name=title,
            legendgroup=title,
            showlegend=column == 1,
            marker=marker,
            hovertemplate=f"%{{y}}, {title}: %{{x:.3f}}<extra></extra>",
            row=1,
            col=column,
        )
    figure.update_xaxes(range=[-0.06 * (largest or 1), 1.1 * (largest or 1)], nticks=4, row=1, col=column)


def collapse_table(sides: Mapping[str, CollapseChange]) -> pd.DataFrame:
    """One row a dial and side."""
    rows = [
        {
            "pictures": title,
            "dial": name.replace("<br>", " "),
            "before": getattr(side.before, dial),
            "after": getattr(side.after, dial),
            "chance": getattr(side.chance, dial),
        }
        for title, side in sides.items()
        for dial, name in {**DIALS, "lengths": "NC2: lengths off the ideal"}.items()
    ]
    return pd.DataFrame(rows)
