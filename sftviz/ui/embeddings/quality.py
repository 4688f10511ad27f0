"""What a map of embeddings is worth, beside what chance would give."""

import numpy as np
import streamlit as st

from sftviz.results import MapQuality, Projection
from sftviz.ui.wording import percent

_HELP = {
    "Trustworthiness": "Whether neighbours on the map are neighbours in the full space: 1 is perfect.",
    "Continuity": "Whether neighbours in the full space are neighbours on the map: 1 is perfect.",
}
_MOVEMENT_HELP = "Distance from before to after; the radius is the root mean square distance from the map's centre."


def show_quality(projection: Projection, quality: MapQuality) -> None:
    """Numbers about the whole map; where it keeps little, neighbours on it are to be read with care."""
    with st.container(horizontal=True):
        for title, value in (("Trustworthiness", quality.trustworthiness), ("Continuity", quality.continuity)):
            if value is not None and quality.rank_chance is not None:
                _metric(title, f"{value:.2f}", f"by chance {quality.rank_chance:.2f}", _HELP[title])
        _metric(
            f"Neighbours kept on the map, of {quality.num_neighbours}",
            percent(quality.overlap),
            f"by chance {percent(quality.overlap_chance)}",
            "Of each picture's nearest pictures in the full space, the share that is also nearest on the map. Colour "
            "the points by it to see where the map is right.",
        )
        median = float(np.median(projection.displacement_N))
        _metric("Median movement on the map", f"{median:.2f} radii", "without any change 0", _MOVEMENT_HELP)


def _metric(title: str, value: str, chance: str, meaning: str) -> None:
    st.metric(title, value, chance, delta_color="off", delta_arrow="off", border=True, height="stretch", help=meaning)
