"""What pretrained backbones make of some pictures, against what a picture costs them."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from sftviz.analysis.ranking import Ranked, Ranking
from sftviz.figures.theme import AFTER_COLOR, BEFORE_COLOR, CLASS_COLORS, TEMPLATE, escaped

_PRIOR_COLOR = CLASS_COLORS[1]
_LUCK = "rgba(128,128,128,0.25)"
_POSITIONS = ("bottom right", "top right")
_METRICS = {"accuracy": "accuracy", "balanced_accuracy": "balanced accuracy"}


def ranking_figure(ranking: Ranking, titles: Mapping[str, str], *, name: str) -> go.Figure:
    """Accuracy over seconds, a point a candidate, with its interval and its name.

    Beside each point the votes of its neighbours, and hollow what its publisher says of ImageNet; below all of them the
    reach of luck. The Pareto front is joined.

    Args:
        ranking: what to draw.
        titles: of the backbones.
        name: of the data set.
    """
    figure = go.Figure()
    low, high = (100 * end for end in ranking.luck)
    figure.add_hrect(low, high, fillcolor=_LUCK, line_width=0, name="luck: shuffled labels", showlegend=True)
    front = sorted((each for each in ranking.candidates if each.is_on_front), key=lambda each: each.score.forward_s)
    figure.add_scatter(
        x=_costs(front),
        y=[100 * each.value.value for each in front],
        mode="lines",
        line={"shape": "hv", "width": 1, "dash": "dot", "color": AFTER_COLOR},
        name="nothing better for less",
        hoverinfo="skip",
    )
    # Names of neighbours lie below and above their points, in turn.
    by_cost = sorted(ranking.candidates, key=lambda each: each.score.forward_s)
    behind = [each for each in ranking.candidates if not each.is_tied]
    for group, color, words in ((behind, BEFORE_COLOR, "behind the best"), (ranking.tied, AFTER_COLOR, _tied(ranking))):
        if group:
            positions = [_POSITIONS[by_cost.index(each) % 2] for each in group]
            figure.add_trace(_points(group, color, titles).update(name=words, textposition=positions))
    _add_opinions(figure, ranking, titles)
    return figure.update_layout(
        template=TEMPLATE,
        height=480,
        title_text="What each backbone makes of these pictures, and what it costs",
        title_subtitle_text=escaped(name),
        xaxis={
            "title": {"text": "seconds for 100 pictures, forward"},
            "type": "log",
            "dtick": "D2",
            "range": _range(ranking),
        },
        yaxis={"title": {"text": f"{_METRICS[ranking.metric]} on held-out pictures, %"}},
        legend={"orientation": "h", "y": -0.2},
    )


def _range(ranking: Ranking) -> list[float]:
    """Powers of ten, with room for the names to the right of the points."""
    ends = np.log10([100 * each.score.forward_s for each in ranking.candidates])
    low, high = float(ends.min()), float(ends.max())
    return [low - 0.05 - 0.05 * (high - low), high + 0.15 + 0.2 * (high - low)]


def _tied(ranking: Ranking) -> str:
    return "the best" if len(ranking.tied) == 1 else "the best, and tied with it"


def _points(group: Sequence[Ranked], color: str, titles: Mapping[str, str]) -> go.Scatter:
    percent = [100 * each.value.value for each in group]
    ends = [(100 * each.value.interval[0], 100 * each.value.interval[1]) for each in group]
    return go.Scatter(
        x=_costs(group),
        y=percent,
        mode="markers+text",
        marker={"color": color, "size": 11, "symbol": "diamond"},
        text=[escaped(titles[each.score.backbone]) for each in group],
        error_y={
            "array": [high - value for value, (_, high) in zip(percent, ends, strict=True)],
            "arrayminus": [value - low for value, (low, _) in zip(percent, ends, strict=True)],
            "thickness": 1.5,
        },
        hovertext=[
            f"<b>{escaped(titles[each.score.backbone])}</b><br>{value:.1f} % (95 %: {low:.1f} to {high:.1f})"
            for each, value, (low, high) in zip(group, percent, ends, strict=True)
        ],
        hoverinfo="text",
    )


def _add_opinions(figure: go.Figure, ranking: Ranking, titles: Mapping[str, str]) -> None:
    stated = [each for each in ranking.candidates if each.imagenet_top1 is not None]
    for words, shown, values, marker in (
        (
            "second opinion: nearest pictures",
            ranking.candidates,
            [100 * each.by_neighbours.value for each in ranking.candidates],
            {"symbol": "line-ew", "size": 11, "line": {"width": 3, "color": BEFORE_COLOR}},
        ),
        (
            "accuracy on ImageNet, as published",
            stated,
            [100 * (each.imagenet_top1 or 0.0) for each in stated],
            {"symbol": "circle-open", "size": 11, "color": _PRIOR_COLOR, "line": {"width": 2}},
        ),
    ):
        figure.add_scatter(
            x=_costs(shown),
            y=values,
            mode="markers",
            marker=marker,
            name=words,
            hovertext=[
                f"<b>{escaped(titles[each.score.backbone])}</b><br>{words}: {value:.1f} %"
                for each, value in zip(shown, values, strict=True)
            ],
            hoverinfo="text",
        )


def _costs(group: Sequence[Ranked]) -> list[float]:
    return [100 * each.score.forward_s for each in group]
