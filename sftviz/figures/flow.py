"""Where the predictions went that changed."""

from collections.abc import Sequence

import plotly.graph_objects as go

from sftviz.figures.theme import TEMPLATE, class_color, empty_figure, escaped, span
from sftviz.results import Flow, Outcome, Stream

MOST_STREAMS = 20
_COLORS: dict[Outcome, str] = {
    "fixed": "rgba(0,158,115,0.35)",
    "broken": "rgba(213,94,0,0.35)",
    "wrong": "rgba(128,128,128,0.3)",
}
_WORDS: dict[Outcome, str] = {"fixed": "fixed", "broken": "broken", "wrong": "wrong before and after"}
_ROW_HEIGHT = 26


def flow_figure(flow: Flow) -> go.Figure:
    """Streams from the class predicted before (left) to the class predicted after (right), of changed ones only.

    Of more than 20 streams, the 20 largest are shown, and the title says so.
    """
    if not flow.streams:
        return empty_figure("Both checkpoints predict the same class for every picture: nothing flows.")
    shown = flow.streams[:MOST_STREAMS]
    left, right = (
        list(dict.fromkeys(labels)) for labels in zip(*((each.old, each.new) for each in shown), strict=True)
    )
    figure = go.Figure(
        go.Sankey(
            textfont={"shadow": "none", "size": 13},
            node={
                "label": [escaped(flow.classes[label]) for label in (*left, *right)],
                "color": [class_color(label) for label in (*left, *right)],
                "pad": 14,
                "thickness": 14,
                "line": {"width": 0},
                "hovertemplate": "%{label}: %{value} pictures<extra></extra>",
            },
            link={
                "source": [left.index(each.old) for each in shown],
                "target": [len(left) + right.index(each.new) for each in shown],
                "value": [each.count for each in shown],
                "color": [_COLORS[each.outcome] for each in shown],
                "customdata": [_hover_text(flow, each) for each in shown],
                "hovertemplate": "%{customdata}<extra></extra>",
            },
        )
    )
    return figure.update_layout(
        template=TEMPLATE,
        height=150 + _ROW_HEIGHT * max(len(left), len(right), 5),
        margin_b=20,
        margin_l=20,
        title_text="Changed predictions: class before → class after",
        title_subtitle_text=_provenance(flow, shown),
    )


def _provenance(flow: Flow, shown: Sequence[Stream]) -> str:
    pictures, total = (sum(each.count for each in streams) for streams in (shown, flow.streams))
    checkpoints = span(flow.before, flow.after)
    if len(shown) == len(flow.streams):
        return f"{checkpoints}; {total:,} pictures"
    return (
        f"{checkpoints}; the {len(shown)} largest of {len(flow.streams):,} streams, {pictures:,} of {total:,} pictures"
    )


def _hover_text(flow: Flow, stream: Stream) -> str:
    old, new = (escaped(flow.classes[label]) for label in (stream.old, stream.new))
    return f"<b>{old} → {new}</b><br>{stream.count:,} pictures, {_WORDS[stream.outcome]}"
