"""How far the evidence moved, beside how far it moves by chance and when nothing changes."""

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from sftviz.figures.theme import AFTER_COLOR, BEFORE_COLOR, CLASS_COLORS, TEMPLATE, empty_figure, escaped, span
from sftviz.results import Drift, DriftBand

_TITLES = {
    "rank_change": "change of pattern<br>(1 − rank correlation)",
    "top_overlap": "overlap of the<br>strongest fifth, %",
    "centroid_shift": "shift of the centre,<br>% of the diagonal",
}
_FACTORS = {"rank_change": 1, "top_overlap": 100, "centroid_shift": 100}
_ENDS = {"rank_change": 2, "top_overlap": 100, "centroid_shift": 50}
_DIGITS = {"rank_change": ".2f", "top_overlap": ".0f", "centroid_shift": ".1f"}


def drift_figure(drift: Drift, no_change: DriftBand | None, chance: DriftBand | None, *, map_name: str) -> go.Figure:
    """Three rows, one a measure: a diamond for the drift, and bars for what 95 % of other drifts are.

    Args:
        drift: of the maps before and after.
        no_change: between views of the same picture for the same network.
        chance: between unrelated maps.
        map_name: method and picture, for the title.
    """
    if no_change is None or chance is None:
        return empty_figure("How far maps drift by chance, and without any change, has not been measured.")
    figure = make_subplots(rows=len(_TITLES), cols=1, vertical_spacing=0.14)
    for row, name in enumerate(_TITLES, start=1):
        _add_band(figure, row, name, "nothing changed", no_change, CLASS_COLORS[2], offset=0.02)
        _add_band(figure, row, name, "unrelated maps", chance, BEFORE_COLOR, offset=-0.42)
        _add_drift(figure, row, name, drift)
        figure.update_xaxes(range=[0, _ENDS[name]], row=row, col=1)
    return figure.update_layout(
        template=TEMPLATE,
        height=440,
        margin={"t": 130, "l": 130, "b": 40},
        title_text=f"How far the evidence moved: {escaped(map_name)}",
        title_subtitle_text=span(drift.before, drift.after),
        legend={"orientation": "h", "y": 1.01, "yanchor": "bottom"},
    )


def drift_table(drift: Drift, no_change: DriftBand | None, chance: DriftBand | None) -> dict[str, list[object]]:
    """The numbers of the figure, a row for each measure, by column; shares stay shares."""
    columns: dict[str, list[object]] = {
        "measure": [name.replace("_", " ") for name in _TITLES],
        "these two maps": [getattr(drift, name) for name in _TITLES],
    }
    for title, band in (("nothing changed", no_change), ("unrelated maps", chance)):
        if band is not None:
            limits = [getattr(band, name) or (None, None) for name in _TITLES]
            columns[f"{title}, from"] = [low for low, _ in limits]
            columns[f"{title}, to"] = [high for _, high in limits]
    return columns


def _add_band(
    figure: go.Figure, row: int, name: str, title: str, band: DriftBand, color: str, *, offset: float
) -> None:
    limits = getattr(band, name)
    if limits is None:
        return
    low, high = (_FACTORS[name] * limit for limit in limits)
    figure.add_bar(
        base=low,
        x=[high - low],
        y=[_TITLES[name]],
        orientation="h",
        offset=offset,
        width=0.4,
        name=title,
        legendgroup=title,
        showlegend=row == 1,
        marker={"color": color, "opacity": 0.45, "line": {"color": color, "width": 2}},
        hovertemplate=f"{title}: 95 % lie from {low:{_DIGITS[name]}} to {high:{_DIGITS[name]}}<extra></extra>",
        row=row,
        col=1,
    )


def _add_drift(figure: go.Figure, row: int, name: str, drift: Drift) -> None:
    value = getattr(drift, name)
    shown = None if value is None else _FACTORS[name] * value
    words = "one map holds no<br>evidence for the class" if shown is None else f"{shown:{_DIGITS[name]}}"
    # Beside the bands, where it can be read whatever lies under the diamond.
    figure.update_yaxes(tickvals=[_TITLES[name]], ticktext=[f"{_TITLES[name]}<br><b>{words}</b>"], row=row, col=1)
    figure.add_scatter(
        x=[shown],
        y=[_TITLES[name]],
        mode="markers",
        cliponaxis=False,
        marker={"symbol": "diamond", "size": 14, "color": AFTER_COLOR, "line": {"color": "white", "width": 1.5}},
        name="these two maps",
        legendgroup="drift",
        showlegend=row == 1,
        hovertemplate=f"{words}<extra></extra>",
        row=row,
        col=1,
    )
