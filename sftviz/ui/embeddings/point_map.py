"""The joint map in the browser: what goes down to it, and what a person clicks or draws around."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from sftviz.figures.projection import PointMap
from sftviz.results import IntArray, Predictions
from sftviz.ui.components import TIP, encoded, mount
from sftviz.ui.downloads import file_name

_SCRIPTS = ("points", "places", "drawing", "legend", "epochs", "keys", "pointer", "saving", "map")
_PARTS = ("tip", *(f"map/{part}" for part in _SCRIPTS))
_TOOLS = {"lasso": "Draw around", "move": "Move"}
_ZOOMS = {"in": "Zoom in", "out": "Zoom out", "all": "Show all"}
_HTML = (
    '<div class="box"><div class="title"></div><div class="subtitle"></div><div class="tools" role="toolbar" '
    'aria-label="Map">'
    + "".join(f'<button type="button" class="{key}">{title}</button>' for key, title in (_TOOLS | _ZOOMS).items())
    + '<span class="gap"></span><button type="button" class="save">Save as PNG</button></div>'
    '<div class="stage"><canvas class="points" role="img"></canvas><canvas class="over" tabindex="0" role="application"'
    ' aria-label="Points: arrow keys go from one to another, Enter chooses"></canvas></div>'
    '<div class="failed">This browser draws no WebGL graphics, which the map needs; switch them on in its settings, or '
    "open the page in another browser. The rest of this page needs none.</div>"
    '<div class="through" hidden><button type="button" class="play">▶ Play</button>'
    '<input type="range" class="slider" min="0" step="1" aria-label="Epoch"><span class="at"></span></div>'
    f'<div class="legend"></div></div>{TIP}'
)


def show_point_map(
    drawing: PointMap,
    *,
    key: str,
    name: str,
    address: str,
    checkpoints: Sequence[Predictions],
    chosen: IntArray | None,
    on_click: Callable[[int], None],
    on_drawn: Callable[[IntArray, int, NDArray[np.float64]], None],
) -> None:
    """Show it; its zoom stays as long as its name does.

    Args:
        drawing: what is drawn.
        key: identity of the component on its page.
        name: of the map, and of a picture that a person saves.
        address: where pictures come from; an example's index is appended.
        checkpoints: what is said beside a picture.
        chosen: examples that stand out; None for no choice.
        on_click: told the example that was clicked, before the page is run again.
        on_drawn: told the same of an outline: the examples that are seen within it, which checkpoint's points it was
            drawn around, and its corners (V, 2).
    """

    def clicked() -> None:
        on_click(int(st.session_state[key].clicked))

    def drawn() -> None:
        outline = st.session_state[key].drawn
        indices_N, corners_V2 = np.array(outline["indices"], np.int64), np.array(outline["corners"], np.float64)
        on_drawn(indices_N, int(outline["step"]), corners_V2)

    data = _drawn(drawing) | _said(checkpoints)
    data |= {"identity": name, "fileName": file_name(name), "address": address}
    data["chosen"] = None if chosen is None else encoded(chosen.astype("<i4").tobytes())
    mount("map", _HTML, key, data, parts=_PARTS, on_clicked_change=clicked, on_drawn_change=drawn)


def _drawn(drawing: PointMap) -> dict[str, Any]:
    colors = drawing.colors
    return {
        "title": drawing.title,
        "subtitle": drawing.subtitle,
        "axes": drawing.axes,
        "steps": drawing.steps,
        "panels": [asdict(panel) for panel in drawing.panels],
        "places": encoded(drawing.places_EN2.astype("<f4").tobytes()),
        "marks": encoded(drawing.marks_EN.tobytes()),
        "groups": encoded(colors.groups_EN.astype("<u2").tobytes()),
        "colors": colors.colors,
        "names": colors.names,
        "legend": colors.title,
        "isScale": colors.is_scale,
        "arrows": encoded(drawing.arrows_M.astype("<i4").tobytes()),
        "size": drawing.size,
    }


def _said(checkpoints: Sequence[Predictions]) -> dict[str, Any]:
    said = [
        {
            "title": f"epoch {each.source.epoch}",
            "predicted": encoded(each.predicted_N.astype("<u2").tobytes()),
            "confidence": encoded(each.probabilities_NK.max(axis=1).astype("<f4").tobytes()),
        }
        for each in checkpoints
    ]
    labels = encoded(checkpoints[0].labels_N.astype("<u2").tobytes())
    return {"said": said, "labels": labels, "classes": checkpoints[0].classes}
