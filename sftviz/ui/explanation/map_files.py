"""Maps to take away: as pictures, and as raw values."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from sftviz.attribution.export import npz_bytes
from sftviz.figures.overlay import color_limit, overlay_png
from sftviz.results import AttributionMap, FloatArray
from sftviz.runs.run import Run
from sftviz.ui.downloads import file_name, offer_file


@dataclass(frozen=True, eq=False)
class Overlay:
    """How a pair of maps is laid over its picture.

    Attributes:
        picture_HW3: what the network saw.
        before, after: the maps as they are shown: of pixels or of cells.
        opacity: in [0, 1].
        is_signed: whether evidence against the class is shown too.
    """

    picture_HW3: NDArray[np.uint8]
    before: AttributionMap
    after: AttributionMap
    opacity: float
    is_signed: bool


def offer_maps(
    run: Run, before: AttributionMap, after: AttributionMap, overlay: Overlay, classes: tuple[str, ...], *, key: str
) -> None:
    """Small buttons that save the picture under each map and under their difference, and each map's raw values.

    Args:
        run: whose maps they are.
        before: with raw values.
        after: with raw values, of the same picture and class.
        overlay: the same as they are shown.
        classes: names of all classes.
        key: tells these buttons from others on the page.
    """
    words = f"{after.example} {after.method} {classes[after.target]}"
    pictures = _pictures(overlay)
    with st.popover("Save the maps", icon=":material/download:", type="tertiary"):
        for title, map_ in (("Before", before), ("After", after)):
            name = file_name(f"{words} {run.identity} epoch {map_.source.epoch}")
            with st.container(horizontal=True):
                _offer_png(pictures[title], f"{name}.png", f"{title} (PNG)", f"{key} {title} png")
                offer_file(
                    partial(_npz, run, map_, classes),
                    file_name=f"{name}.npz",
                    mime="application/octet-stream",
                    key=f"{key} {title} npz",
                    label=f"{title} (NPZ, raw values)",
                )
        name = file_name(f"{words} {run.identity} epochs {before.source.epoch} and {after.source.epoch}")
        _offer_png(pictures["Difference"], f"{name}.png", "Difference (PNG)", f"{key} difference png")


def _offer_png(make: Callable[[], bytes], name: str, label: str, key: str) -> None:
    offer_file(make, file_name=name, mime="image/png", key=key, label=label)


def _pictures(overlay: Overlay) -> dict[str, Callable[[], bytes]]:
    """What makes each overlay, on the scales of the figure."""
    maps = [overlay.before.values_HW, overlay.after.values_HW]
    if not overlay.is_signed:
        maps = [values.clip(min=0) for values in maps]
    difference = overlay.after.values_HW - overlay.before.values_HW
    limit = color_limit(np.stack(maps))
    return {
        "Before": _overlaid(overlay, maps[0], limit, is_diverging=overlay.is_signed),
        "After": _overlaid(overlay, maps[1], limit, is_diverging=overlay.is_signed),
        "Difference": _overlaid(overlay, difference, color_limit(difference), is_diverging=True),
    }


def _overlaid(overlay: Overlay, values: FloatArray, limit: float, *, is_diverging: bool) -> Callable[[], bytes]:
    return partial(
        overlay_png, overlay.picture_HW3, values, limit=limit, opacity=overlay.opacity, is_diverging=is_diverging
    )


def _npz(run: Run, attribution: AttributionMap, classes: tuple[str, ...]) -> bytes:
    return npz_bytes(attribution, classes, run.weights_sha256(attribution.source.epoch))
