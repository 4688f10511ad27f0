"""The pictures of the chosen cell of a confusion matrix."""

import numpy as np
import streamlit as st

from sftviz.analysis.confusion import cell_change, examples_in_cell
from sftviz.ui.analyses import analysed
from sftviz.ui.evaluation.compared import Compared
from sftviz.ui.evaluation.pictures import show_pictures
from sftviz.ui.matrix_cell import Cell
from sftviz.ui.wording import plain


def show_cell(compared: Compared, cell: Cell) -> None:
    """The pictures of the cell, or those that came into it and left it."""
    if cell.matrix == "change":
        _show_change(compared, cell)
        return
    predictions = compared.before if cell.matrix == "before" else compared.after
    indices = analysed(examples_in_cell, predictions, true=cell.true, predicted=cell.predicted)
    said, truth = (predictions.classes[label] for label in (cell.predicted, cell.true))
    words = f"{len(indices):,} pictures of {plain(truth)}, predicted as {plain(said)}"
    st.markdown(f"**{words}** in epoch {predictions.source.epoch}")
    show_pictures(compared.run, predictions, indices, key="cell pictures", label=f"{truth} predicted as {said}")


def _show_change(compared: Compared, cell: Cell) -> None:
    before, after = compared.before, compared.after
    change = analysed(cell_change, before, after, true=cell.true, predicted=cell.predicted)
    said, truth = (after.classes[label] for label in (cell.predicted, cell.true))
    counts = f"{len(change.came):,} came, {len(change.left):,} went, {len(change.stayed):,} stayed"
    st.markdown(f"**Pictures of {plain(truth)}, predicted as {plain(said)}**: {counts}.")
    moved = np.concatenate([change.came, change.left])
    label = f"{truth} that came into or left the cell {said}"
    show_pictures(compared.run, after, moved, key="cell pictures", label=label, before=before)
