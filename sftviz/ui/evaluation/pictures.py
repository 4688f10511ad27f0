"""A gallery of validation pictures, page by page; each opens in Explain."""

import streamlit as st

from sftviz.results import IntArray, Predictions
from sftviz.runs.run import Run
from sftviz.ui.components import gallery
from sftviz.ui.navigation import go_to
from sftviz.ui.pickers import pick_page
from sftviz.ui.pictures import prediction_tiles

_PER_PAGE = 48


def show_pictures(
    run: Run,
    predictions: Predictions,
    indices: IntArray,
    *,
    key: str,
    label: str,
    before: Predictions | None = None,
) -> None:
    """Show what a checkpoint says of some pictures; a click on one explains it.

    One list of pictures stands on a page at a time: which part of it is shown is a part of the selection.
    """
    if not len(indices):
        st.caption("No picture.")
        return
    page = pick_page(-(-len(indices) // _PER_PAGE))
    start = _PER_PAGE * (page - 1)
    shown = indices[start : start + _PER_PAGE].tolist()
    if len(indices) > _PER_PAGE:
        st.caption(f"Pictures {start + 1:,} to {start + len(shown):,} of {len(indices):,}.")
    clicked = gallery(prediction_tiles(run, predictions, shown, before=before), key=key, label=label)
    if clicked:
        go_to("explain", run=run.identity, picture=clicked)
