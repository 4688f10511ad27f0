"""A gallery of validation pictures, page by page; each opens in Explain."""

from dataclasses import replace

import streamlit as st

from sftviz.results import IntArray, Predictions
from sftviz.runs.run import Run
from sftviz.ui.components import Tile, gallery
from sftviz.ui.navigation import go_to
from sftviz.ui.pickers import pick_part
from sftviz.ui.pictures import prediction_tiles
from sftviz.ui.wording import percent

_PER_PAGE = 48


def show_pictures(
    run: Run,
    predictions: Predictions,
    indices: IntArray,
    *,
    key: str,
    label: str,
    before: Predictions | None = None,
    asked: int | None = None,
) -> None:
    """Show what a checkpoint says of some pictures; a click on one explains it.

    One list of pictures stands on a page at a time: which part of it is shown is a part of the selection.

    Args:
        run: whose pictures these are.
        predictions: of the checkpoint.
        indices: of the pictures, in order.
        key: identity of the gallery on its page.
        label: what a screen reader says.
        before: of another checkpoint, to be told as well.
        asked: label of a class that is asked about, whatever is predicted.
    """
    if not len(indices):
        st.caption("No picture.")
        return
    part = pick_part(len(indices), _PER_PAGE)
    shown = indices[part].tolist()
    if len(indices) > _PER_PAGE:
        st.caption(f"Pictures {part.start + 1:,} to {part.stop:,} of {len(indices):,}.")
    tiles = prediction_tiles(run, predictions, shown, before=before)
    if asked is not None:
        tiles = [_asking(tile, predictions, index, asked) for tile, index in zip(tiles, shown, strict=True)]
    clicked = gallery(tiles, key=key, label=label)
    if clicked:
        go_to("explain", run=run.identity, picture=clicked, **({} if asked is None else {"class": str(asked)}))


def _asking(tile: Tile, predictions: Predictions, index: int, asked: int) -> Tile:
    share = percent(float(predictions.probabilities_NK[index, asked]))
    return replace(tile, notes=(*tile.notes, f"as {predictions.classes[asked]}: {share}"))
