"""What single properties of the pictures say about their label.

Shape legend: K classes, B bins of a property, S classes that are shown.
"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from sftviz.audit.shortcuts import Said
from sftviz.figures.theme import AFTER_COLOR, TEMPLATE, class_color, empty_figure, escaped

_MOST_CLASSES = 25
_MARKS = {"none": "circle", "weak": "square", "clear": "diamond", "strong": "star"}
_WORDS = {"none": "no more than luck, or hardly more", "weak": "weak", "clear": "clear", "strong": "strong"}
_BAND = "rgba(128,128,128,0.35)"


def properties_figure(said: Sequence[Said]) -> go.Figure:
    """How often a guess from each property alone is right, beside what luck gives."""
    if not said:
        return empty_figure("There are too few pictures of each class to tell a shortcut from luck.")
    rows = list(reversed(said))
    titles = [escaped(each.title.partition(",")[0]) for each in rows]
    figure = go.Figure()
    for place, each in enumerate(rows):
        low, high = (100 * end for end in each.null)
        band = {"x": [low, high], "y": [place, place], "mode": "lines", "line": {"color": _BAND, "width": 12}}
        figure.add_scatter(**band, name="luck, 95 %", showlegend=place == 0, hoverinfo="skip")
    for strength, mark in _MARKS.items():
        places = [place for place, each in enumerate(rows) if each.strength == strength]
        if places:
            figure.add_scatter(
                x=[100 * rows[place].accuracy for place in places],
                y=places,
                mode="markers",
                name=_WORDS[strength],
                marker={"symbol": mark, "size": 12, "color": AFTER_COLOR},
                hovertemplate="%{x:.1f} %<extra></extra>",
            )
    figure.update_yaxes(tickvals=np.arange(len(rows)), ticktext=titles)
    figure.update_xaxes(range=[0, 102], title_text="right when guessed from it alone, % (each class counts the same)")
    return figure.update_layout(
        template=TEMPLATE,
        height=170 + 32 * len(rows),
        title_text="What single properties say about the label",
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
        margin={"t": 90},
    )


def property_figure(said: Said, classes: Sequence[str]) -> go.Figure:
    """How one property is distributed in each class: those that differ most from all, where there are many."""
    shares_KB = np.array(said.shares)
    apart_K = np.abs(shares_KB - shares_KB.mean(axis=0)).sum(axis=1)
    shown_S = np.sort(np.argsort(-apart_K, kind="stable")[:_MOST_CLASSES])[::-1]
    figure = _boxes(said, shown_S.tolist()) if said.spread else _bars(said, shown_S.tolist())
    figure.update_yaxes(tickvals=np.arange(len(shown_S)), ticktext=[escaped(classes[label]) for label in shown_S])
    left_out = len(classes) - len(shown_S)
    more = f"; {left_out:,} classes that differ less are not shown" if left_out else ""
    return figure.update_layout(
        template=TEMPLATE,
        height=190 + 26 * len(shown_S),
        title_text=escaped(said.title.partition(",")[0].capitalize()) + " by class",
        title_subtitle_text=(_OF_SPREAD if said.spread else "share of the pictures of each class") + more,
        legend={"orientation": "h", "x": 0, "y": -0.25, "yanchor": "top"},
    )


_OF_SPREAD = "middle half of the pictures as a box, 5th to 95th hundredth as whiskers"


def _boxes(said: Said, shown_S: Sequence[int]) -> go.Figure:
    low, first, middle, third, high = np.array(said.spread)[list(shown_S)].T
    figure = go.Figure()
    figure.add_box(
        y=np.arange(len(shown_S)),
        q1=first,
        median=middle,
        q3=third,
        lowerfence=low,
        upperfence=high,
        orientation="h",
        marker_color=AFTER_COLOR,
        showlegend=False,
    )
    return figure.update_xaxes(title_text=escaped(said.title))


def _bars(said: Said, shown_S: Sequence[int]) -> go.Figure:
    figure = go.Figure()
    for place, name in enumerate(said.names):
        is_color = name.startswith("#")
        figure.add_bar(
            x=[100 * said.shares[label][place] for label in shown_S],
            y=np.arange(len(shown_S)),
            orientation="h",
            name="near this colour" if is_color else escaped(name),
            marker={"color": name if is_color else class_color(place), "line": {"color": "gray", "width": 0.5}},
            showlegend=not is_color,
            hovertemplate="%{x:.1f} %<extra>" + escaped(name) + "</extra>",
        )
    return figure.update_layout(barmode="stack").update_xaxes(range=[0, 100], title_text="share of the class, %")
