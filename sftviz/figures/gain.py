"""The gain waterfall: every rung with its interval, and between two rungs what lies between them."""

import plotly.graph_objects as go

from sftviz.analysis.gain import Gain, Rung
from sftviz.analysis.measures import Measure
from sftviz.figures.theme import AFTER_COLOR, TEMPLATE, escaped

RUNG_TITLES: dict[Rung, str] = {
    "nearest mean": "Nearest<br>class mean",
    "probe": "Head on<br>pretrained features",
    "refitted": "Head on<br>fine-tuned features",
    "unaveraged": "Trained head,<br>last weights",
    "trained": "Trained model",
    "scaled": "With<br>temperature",
}
_BETTER, _WORSE, _LUCK = "#009E73", "#D55E00", "#999999"


def gain_figure(found: Gain) -> go.Figure:
    """A point a rung; a bar for each change: green is better, orange worse, grey could be luck."""
    figure = go.Figure()
    values = [_scaled(step.value) for step in found.steps]
    for place, step in enumerate(found.steps):
        if step.change is not None:
            _add_change(figure, place, values[place - 1], step.change)
    _add_rungs(figure, found, values)
    is_share = found.steps[0].value.unit == "share"
    lows, highs = zip(*(_ends(step.value) for step in found.steps), strict=True)
    room = 0.12 * (max(highs) - min(lows)) or 1.0
    return figure.update_layout(
        template=TEMPLATE,
        height=440,
        bargap=0,
        showlegend=False,
        title_text="What each part bought",
        title_subtitle_text=escaped(f"run {found.source.run}, epoch {found.source.epoch}; bars cover 95 %"),
        xaxis={
            "tickvals": list(range(len(found.steps))),
            "ticktext": [RUNG_TITLES[step.rung] for step in found.steps],
            "range": [-0.6, len(found.steps) - 0.4],
            "showgrid": False,
        },
        yaxis={
            "title": {"text": "validation accuracy, %" if is_share else "validation loss, nats (less is better)"},
            "range": [min(lows) - room, max(highs) + room],
        },
    )


def _add_change(figure: go.Figure, place: int, start: float, change: Measure) -> None:
    value, (low, high) = _scaled(change), _ends(change)
    digits, unit = (1, " points") if change.unit == "share" else (3, " nats")
    figure.add_bar(
        x=[place - 0.5],
        y=[value],
        base=[start],
        width=0.36,
        marker={"color": _color(change), "opacity": 0.75},
        hovertemplate=f"{value:+.{digits}f}{unit}<br>95 %: {low:+.{digits}f} … {high:+.{digits}f}<extra></extra>",
    )
    figure.add_annotation(
        x=place - 0.5,
        y=max(start, start + value),
        text=f"<b>{value:+.{digits}f}</b>",
        showarrow=False,
        yshift=12,
    )


def _add_rungs(figure: go.Figure, found: Gain, values: list[float]) -> None:
    ends = [_ends(step.value) for step in found.steps]
    is_share = found.steps[0].value.unit == "share"
    digits, unit = (1, " %") if is_share else (3, " nats")
    figure.add_scatter(
        x=list(range(len(values))),
        y=values,
        mode="markers+text",
        text=[f"{value:.{digits}f}" for value in values],
        textposition="middle right",
        marker={"color": AFTER_COLOR, "size": 11},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [high - value for value, (_, high) in zip(values, ends, strict=True)],
            "arrayminus": [value - low for value, (low, _) in zip(values, ends, strict=True)],
            "color": AFTER_COLOR,
            "thickness": 1.5,
        },
        hovertext=[
            f"{RUNG_TITLES[step.rung].replace('<br>', ' ')}: {value:.{digits}f}{unit} "
            f"({low:.{digits}f} – {high:.{digits}f})"
            for step, value, (low, high) in zip(found.steps, values, ends, strict=True)
        ],
        hoverinfo="text",
    )


def _color(change: Measure) -> str:
    low, high = change.interval
    if low <= 0 <= high:
        return _LUCK
    return _BETTER if (low > 0) == change.more_is_better else _WORSE


def _scaled(measure: Measure) -> float:
    return 100 * measure.value if measure.unit == "share" else measure.value


def _ends(measure: Measure) -> tuple[float, float]:
    factor = 100 if measure.unit == "share" else 1
    return factor * measure.interval[0], factor * measure.interval[1]
