"""Maps before and after, laid over their picture, small enough for a table."""

from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from sftviz.attribution.across import EvidenceAcross
from sftviz.data.thumbnails import data_uri, jpeg
from sftviz.data.views import picture_view
from sftviz.errors import UnreadablePictureError
from sftviz.figures.overlay import color_limit, overlay
from sftviz.models.catalogue import Preprocessing, preprocessing_for
from sftviz.results import FloatArray
from sftviz.runs.run import Run
from sftviz.ui.pictures import picture_path

_SIDE = 98  # seven pixels for each of the 14 cells of a coarse map
_GAP = 4
_OPACITY = 0.8


def small_maps(run: Run, across: EvidenceAcross, indices: list[int]) -> list[str | None]:
    """Before beside after, on one scale, as a JPEG for each picture; None where it is gone or not explained."""
    places = {index: place for place, index in enumerate(across.indices_M.tolist())}
    preprocessing = preprocessing_for(run.config)
    found: list[str | None] = []
    for index in indices:
        place = places.get(index)
        picture = picture_path(run, across.after.examples[index])
        view = None if place is None else _small_view(picture, preprocessing)
        found.append(None if view is None else _pair(view, across.before_Mgg[place], across.after_Mgg[place]))
    return found


@st.cache_data(max_entries=2_000, show_spinner=False)
def _small_view(picture: Path, preprocessing: Preprocessing) -> NDArray[np.uint8] | None:
    """What the network sees, uint8 (side, side, 3); None where the picture cannot be read."""
    try:
        view_HW3 = picture_view(picture, preprocessing)
    except UnreadablePictureError:
        return None
    return np.asarray(Image.fromarray(view_HW3).resize((_SIDE, _SIDE), Image.Resampling.BICUBIC, reducing_gap=2.0))


@st.cache_data(max_entries=5_000, show_spinner=False)
def _pair(view_HW3: NDArray[np.uint8], before_gg: FloatArray, after_gg: FloatArray) -> str:
    limit = color_limit(np.stack([before_gg, after_gg]))
    old, new = (
        overlay(view_HW3, values, limit=limit, opacity=_OPACITY, is_smooth=True) for values in (before_gg, after_gg)
    )
    gap = np.full((_SIDE, _GAP, 3), 255, np.uint8)
    return data_uri(jpeg(Image.fromarray(np.hstack([old, gap, new]))))
