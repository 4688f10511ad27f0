"""Galleries of explained pictures; a click opens one among its maps."""

from dataclasses import replace

import streamlit as st

from sftviz.attribution.across import MOVED, EvidenceAcross
from sftviz.attribution.across_table import across_table, chosen
from sftviz.attribution.box import Box, outside_share
from sftviz.results import IntArray
from sftviz.runs.run import Run
from sftviz.ui import selection
from sftviz.ui.components import Tile, gallery
from sftviz.ui.downloads import offer_csv
from sftviz.ui.pickers import pick_part
from sftviz.ui.pictures import prediction_tiles
from sftviz.ui.wording import percent

_PER_PAGE = 48


def show_pictures(run: Run, across: EvidenceAcross, places: IntArray, *, key: str, box: Box | None = None) -> None:
    """A gallery, each picture with where its evidence lies."""
    if not len(places):
        st.caption("No picture.")
        return
    shown = places[pick_part(len(places), _PER_PAGE)]
    indices = across.indices_M[shown].tolist()
    tiles = [
        _with_evidence(tile, across, place, box)
        for tile, place in zip(prediction_tiles(run, across.after, indices), shown.tolist(), strict=True)
    ]
    clicked = gallery(tiles, key=key, label="Explained pictures", width=130)
    if clicked:
        open_picture(clicked, across.method)


def open_picture(name: str, method: str) -> None:
    """Show one picture and its map."""
    selection.move_on({"scope": "one", "picture": name, "method": method})
    st.rerun()


def _with_evidence(tile: Tile, across: EvidenceAcross, place: int, box: Box | None) -> Tile:
    notes = [
        f"pattern {across.rank_change_M[place]:.2f}",
        f"border {_share(across.border_after_M[place])}",
        f"probability {100 * across.change_M[place]:+.1f} points",
    ]
    if box is not None:
        notes.insert(2, f"outside the box {_share(outside_share(across.after_Mgg[[place]], box)[0])}")
    return replace(tile, notes=(*tile.notes, *notes))


def _share(value: float) -> str:
    return percent(float(value)) if value == value else "no evidence"


def show_suspicious(run: Run, across: EvidenceAcross) -> None:
    """Right predictions that rest on the border, or on other evidence than before."""
    is_border_M, is_moved_M = across.is_border_M, across.is_moved_M
    places = chosen(across, "right")
    places = places[(is_border_M | is_moved_M)[places]]
    st.markdown(
        f"**{len(places):,}** of {int(across.is_right_M.sum()):,} right predictions: {int(is_border_M.sum()):,} with "
        f"most of the evidence on the border (a tenth of the side wide: {percent(across.uniform_border)} of the area), "
        f"{int(is_moved_M.sum()):,} where the pattern changed by more than {MOVED} and the probability by less than 5 "
        "points. A suspicion is a question: look at the map."
    )
    show_pictures(run, across, places, key="suspicious")
    if len(places):
        offer_csv(
            lambda: across_table([across], across.indices_M[places]),
            name=f"suspicious reasons {run.identity} {across.method} epoch {across.after.source.epoch}",
            key="suspicious csv",
            label="Data (CSV)",
        )
