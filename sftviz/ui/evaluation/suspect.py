"""One picture whose label is probably wrong: seen large, and mended in the data set."""

from dataclasses import dataclass

import streamlit as st

from sftviz.data.stored import StoredData
from sftviz.errors import DataError
from sftviz.runs.run import Run
from sftviz.ui.components import Tile
from sftviz.ui.mending import offer_changes
from sftviz.ui.navigation import go_to
from sftviz.ui.pictures import picture_path, thumbnail_uri
from sftviz.ui.stores import data_store
from sftviz.ui.wording import plain

_STAYS = (
    "The change is made in the data set, whose file stays as it is. This run keeps the version that it learned from; "
    "a new run learns from the changed one."
)
_NOT_KEPT = (
    "The data set of this run is not kept here. If the label is wrong, move the file to the folder of its class or "
    "delete it, add the pictures on the Data page, and start a new run."
)


@dataclass(frozen=True)
class Mendable:
    """The data set of a run as it is now; `classes` are those of its pictures by their paths, by name."""

    stored: StoredData
    classes: dict[str, str]

    def became(self, name: str, given: str) -> str:
        """What a picture is now, where that is not what the run was given; else empty."""
        if name not in self.classes:
            return "now left out"
        return "" if self.classes[name] == given else f"now {self.classes[name]}"


def mendable(run: Run) -> Mendable | None:
    """The data set to mend; None where it is not kept."""
    try:
        stored = data_store().version(run.config.data.dataset).stored
    except DataError:
        return None
    listing = stored.listing
    return Mendable(stored, {picture.path: listing.classes[picture.label] for picture in listing.pictures})


def show_suspect(run: Run, tile: Tile, side: str, labels: tuple[str, str], data: Mendable | None) -> None:
    """The picture, what speaks against its label, and what can be done.

    Args:
        run: which suspects it.
        tile: the picture.
        side: "training" or "validation".
        labels: the class that the run was given, and the one that the model names.
        data: where it can be mended.
    """
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.image(thumbnail_uri(picture_path(run, tile.key), 320), width=240, alt=tile.key)
        with st.container():
            st.markdown(plain(tile.label))
            # Maps are made of validation pictures only.
            if side == "validation" and st.button("Explain", icon=":material/visibility:", key="explain suspect"):
                go_to("explain", run=run.identity, picture=tile.key)
            if data is None:
                st.caption(_NOT_KEPT)
                return
            given, instead = labels
            if became := data.became(tile.key, given):
                st.caption(f"In the data set it is {plain(became)}; *Changes* on the Data page takes that back.")
            if tile.key in data.classes:
                key = f"suspect {tile.key} {data.stored.listing.identity}"
                reason = f"label suspected by run {run.name}"[:200]
                to = None if data.classes[tile.key] == instead else instead
                offer_changes(data.stored, [tile.key], key=key, reason=reason, to=to)
                st.caption(_STAYS)
