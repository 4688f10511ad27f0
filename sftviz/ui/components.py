"""Our own small browser components, mounted: what goes down to them, and what comes back."""

import base64
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import streamlit as st

from sftviz.figures.curves import Line
from sftviz.results import ConfusionMatrix, IntArray

_SOURCES = Path(__file__).with_name("browser")
TIP = '<div class="picture" hidden><img alt=""><div class="words" role="status"></div></div>'
_GALLERY = '<div class="gallery" role="group"></div>'


@dataclass(frozen=True)
class Tile:
    """One picture of a gallery.

    Attributes:
        key: comes back when the tile is clicked.
        source: the picture as a data URI.
        caption: one line, shown as it is.
        notes: smaller lines under it.
        tone: marks a prediction as right or wrong, or a neighbour as lost or gained; empty for neither.
        label: what a screen reader says, and the tooltip.
    """

    key: str
    source: str
    caption: str
    notes: tuple[str, ...] = ()
    tone: Literal["right", "wrong", "lost", "gained", ""] = ""
    label: str = ""


def gallery(
    tiles: Sequence[Tile],
    *,
    key: str,
    label: str,
    picked: str | None = None,
    width: int = 120,
    is_clickable: bool = True,
) -> str | None:
    """Show pictures; the key of the tile that was clicked just now, else None."""
    data = _gallery_data(tiles, label, width) | {"picked": picked, "isClickable": is_clickable}
    result = mount("gallery", _GALLERY, key, data, on_picked_change=nothing)
    clicked: str | None = result.picked
    return clicked


def selectable_gallery(tiles: Sequence[Tile], *, key: str, label: str, width: int = 120) -> tuple[str, ...]:
    """Show pictures that a click selects, and another click no more; the keys of those that are, as they stand.

    Args:
        tiles: the pictures.
        key: identity of the gallery on its page; under another one, nothing is selected.
        label: what a screen reader says.
        width: least width of a tile, in pixels.
    """
    data = _gallery_data(tiles, label, width) | {"picked": None, "isClickable": True, "isSelectable": True}
    result = mount("gallery", _GALLERY, key, data, on_selected_change=nothing, default={"selected": []})
    selected = set(result.selected)
    return tuple(tile.key for tile in tiles if tile.key in selected)


def _gallery_data(tiles: Sequence[Tile], label: str, width: int) -> dict[str, Any]:
    items = [asdict(tile) | {"label": tile.label or tile.caption} for tile in tiles]
    return {"items": items, "label": label, "width": width}


def curves(
    lines: Sequence[Line],
    *,
    key: str,
    label: str,
    file_name: str,
    last_epoch: int,
    is_percent: bool = False,
    target: float | None = None,
) -> None:
    """Show lines over epochs that keep their zoom while they grow.

    Args:
        lines: what to draw.
        key: identity of the chart on its page.
        label: what a screen reader says.
        file_name: of the picture that a person saves, without its ending.
        last_epoch: the right end of the axis, reached or not.
        is_percent: values are shares in [0, 1], shown in per cent.
        target: a value to mark with a dashed line.
    """
    html = (
        '<div class="box"><div class="legend"></div><canvas></canvas><div class="tip" hidden></div>'
        '<div class="hint">Drag to zoom, double-click for all, click a name to hide it. '
        '<button type="button" class="save">Save as PNG</button></div></div>'
    )
    data = {
        "series": [
            {
                "name": line.name,
                "x": encoded(line.x.tobytes()),
                "y": encoded(line.y.tobytes()),
                "color": line.color,
                "isFaint": line.is_faint,
                "isDotted": line.is_dotted,
                "hasMarkers": line.has_markers,
            }
            for line in lines
        ],
        "label": label,
        "fileName": file_name,
        "xMax": last_epoch,
        "yMin": 0,
        "yMax": 1 if is_percent else None,
        "isPercent": is_percent,
        "target": target,
    }
    mount("curves", html, key, data)


def confusion_table(
    matrix: ConfusionMatrix,
    shown: IntArray,
    *,
    key: str,
    label: str,
    picked: tuple[int, int] | None,
    before: ConfusionMatrix | None = None,
    is_share: bool = False,
) -> tuple[int, int] | None:
    """Show the part of a confusion matrix between some classes.

    Args:
        matrix: all of it; shares are of whole rows.
        shown: labels of the classes to show.
        key: identity of the table on its page.
        label: what a screen reader says.
        picked: the (true, predicted) cell to mark, as labels.
        before: show the change from this matrix of the same examples instead.
        is_share: cells say the share of their row instead of the count.

    Returns:
        The cell that was clicked just now, else None.
    """
    part = np.ix_(shown, shown)
    new_SS = matrix.counts_KK[part]
    old_SS = np.zeros_like(new_SS) if before is None else before.counts_KK[part]
    data = {
        "labels": shown.tolist(),
        "classes": [matrix.classes[each] for each in shown],
        "totals": matrix.counts_KK.sum(axis=1)[shown].tolist(),
        "values": (new_SS - old_SS).tolist(),
        "isFilled": (new_SS + old_SS > 0).tolist(),
        "isChange": before is not None,
        "isShare": is_share,
        "label": label,
        "picked": ",".join(map(str, picked)) if picked else None,
    }
    result = mount("matrix", '<div class="scroll"><table></table></div>', key, data, on_picked_change=nothing)
    if result.picked is None:
        return None
    row, column = map(int, str(result.picked).split(","))
    return row, column


def folder_drop(*, key: str, url: str, hint: str) -> str | None:
    """A place to drop a folder of pictures; the folder's name once it has been received, else None.

    Args:
        key: identity of the component on its page.
        url: where the folder goes.
        hint: what should be in it.
    """
    html = (
        '<label class="drop"><strong>Drop a folder of pictures here, or click to choose one</strong>'
        "<small></small>"
        '<input type="file" webkitdirectory multiple aria-label="Choose a folder of pictures"></label>'
        '<div class="bar" hidden><div></div></div><div class="status" role="status" aria-live="polite"></div>'
    )
    result = mount("folder", html, key, {"url": url, "hint": hint}, on_done_change=nothing)
    name: str | None = result.done
    return name


def pictures_on_hover(*, key: str, container: str, address: str) -> None:
    """Show a picture beside the pointer on a point of the Plotly chart in a container.

    Args:
        key: identity of the component on its page.
        container: key of the container that holds the chart.
        address: where pictures come from; the point's `customdata` is appended.
    """
    mount("hover", TIP, key, {"container": container, "address": address}, parts=("tip", "hover"))


def mount(name: str, html: str, key: str, data: dict[str, Any], parts: tuple[str, ...] = (), **callbacks: Any) -> Any:
    """Show one of the components in `browser/`.

    Args:
        name: of the component.
        html: what it begins with.
        key: identity on its page.
        data: what goes down to it.
        parts: of its script and its style, joined; the one of its name alone where none are given.
        callbacks: as Streamlit names them, for what comes back.
    """
    # Registered at every mount: the registry belongs to the server's runtime, which is not there when this is imported.
    script, style = (_joined(parts or (name,), kind) for kind in ("js", "css"))
    component = st.components.v2.component(f"sftviz_{name}", html=html, css=style, js=script)
    return component(key=key, data=data, **callbacks)


@lru_cache
def _joined(parts: tuple[str, ...], kind: str) -> str:
    files = [_SOURCES / f"{part}.{kind}" for part in parts]
    return "\n".join(file.read_text(encoding="utf-8") for file in files if file.exists())


def encoded(content: bytes) -> str:
    """Bytes as text, for the way to the browser."""
    return base64.b64encode(content).decode()


def nothing() -> None:
    """Streamlit hands a value over only where a callback is named."""
