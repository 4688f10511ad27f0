"""The pictures of a cell of the pooled confusion matrix, page by page, and one of them large."""

from collections.abc import Mapping

import streamlit as st

from sftviz.analysis.confusion import examples_in_cell
from sftviz.data.stored import StoredData
from sftviz.results import Predictions
from sftviz.ui import selection
from sftviz.ui.analyses import analysed
from sftviz.ui.components import Tile, gallery
from sftviz.ui.matrix_cell import Cell
from sftviz.ui.navigation import go_to
from sftviz.ui.pickers import pick_part
from sftviz.ui.pictures import thumbnail_uri
from sftviz.ui.wording import percent, plain

_PER_PAGE = 48
_MOST_CLASSES = 3


def show_cell(pooled: Predictions, stored: StoredData, cell: Cell, runs: Mapping[str, str]) -> None:
    """What was said of the held-out pictures of one class that were taken for one class.

    Args:
        pooled: of all folds.
        stored: the data set.
        cell: of their matrix.
        runs: the run that judged each picture, where it was one.
    """
    indices = analysed(examples_in_cell, pooled, true=cell.true, predicted=cell.predicted)
    truth, said = pooled.classes[cell.true], pooled.classes[cell.predicted]
    st.markdown(f"**{len(indices):,} pictures of {plain(truth)}, predicted as {plain(said)}**")
    if not len(indices):
        return
    part = pick_part(len(indices), _PER_PAGE)
    tiles = [
        Tile(
            key=pooled.examples[index],
            source=thumbnail_uri(stored.listing.root / pooled.examples[index]),
            caption=f"{said} {percent(float(pooled.probabilities_NK[index, cell.predicted]))}",
            tone="right" if cell.true == cell.predicted else "wrong",
            label=pooled.examples[index],
        )
        for index in indices[part].tolist()
    ]
    picture = selection.chosen("picture")
    if picture and picture in {pooled.examples[index] for index in indices.tolist()}:
        _show_large(pooled, stored, pooled.examples.index(picture), runs.get(picture))
    clicked = gallery(tiles, key="fold cell pictures", label=f"{truth} predicted as {said}", picked=picture)
    if clicked:
        selection.move_on({"picture": clicked})
        st.rerun()


def _show_large(pooled: Predictions, stored: StoredData, index: int, run: str | None) -> None:
    """One picture with the most probable classes."""
    name, said_K = pooled.examples[index], pooled.probabilities_NK[index]
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.image(thumbnail_uri(stored.listing.root / name, 320), width=240, alt=name)
        with st.container():
            st.markdown(f"**{plain(name)}** is {plain(pooled.classes[pooled.labels_N[index]])}")
            first = (-said_K).argsort()[:_MOST_CLASSES].tolist()
            words = ", ".join(f"{plain(pooled.classes[label])} {percent(float(said_K[label]))}" for label in first)
            st.markdown(f"What never saw it says: {words}.")
            if run and st.button("Explain this picture", icon=":material/visibility:", key="explain held out"):
                go_to("explain", run=run, picture=name)
