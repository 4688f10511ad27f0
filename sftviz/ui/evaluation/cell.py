"""The cell of a confusion matrix that is chosen, and its pictures."""

import re
from dataclasses import dataclass

import numpy as np
import streamlit as st

from sftviz.analysis.confusion import cell_change, examples_in_cell
from sftviz.ui import selection
from sftviz.ui.analyses import analysed
from sftviz.ui.evaluation.compared import Compared
from sftviz.ui.evaluation.pictures import show_pictures
from sftviz.ui.wording import plain

_CELL = re.compile(r"(before|after|change):(\d+),(\d+)", re.ASCII)


@dataclass(frozen=True)
class Cell:
    """One cell of the matrix "before", "after" or of their "change", as labels."""

    side: str
    true: int
    predicted: int

    def __str__(self) -> str:
        return f"{self.side}:{self.true},{self.predicted}"


def chosen_cell(num_classes: int) -> Cell | None:
    """The cell that the selection names, if these classes have it."""
    found = _CELL.fullmatch(selection.chosen("cell") or "")
    if not found:
        return None
    cell = Cell(found[1], int(found[2]), int(found[3]))
    return cell if max(cell.true, cell.predicted) < num_classes else None


def show_cell(compared: Compared, cell: Cell) -> None:
    """The pictures of the cell, or those that came into it and left it."""
    if cell.side == "change":
        _show_change(compared, cell)
        return
    predictions = compared.before if cell.side == "before" else compared.after
    indices = analysed(examples_in_cell, predictions, true=cell.true, predicted=cell.predicted)
    said, truth = (plain(predictions.classes[label]) for label in (cell.predicted, cell.true))
    st.markdown(f"**{len(indices):,} pictures of {truth}, predicted as {said}** in epoch {predictions.source.epoch}")
    show_pictures(compared.run, predictions, indices, key="cell pictures", label=f"{truth} predicted as {said}")


def _show_change(compared: Compared, cell: Cell) -> None:
    before, after = compared.before, compared.after
    change = analysed(cell_change, before, after, true=cell.true, predicted=cell.predicted)
    said, truth = (plain(after.classes[label]) for label in (cell.predicted, cell.true))
    st.markdown(
        f"**Pictures of {truth}, predicted as {said}**: {len(change.came):,} came, {len(change.left):,} went, "
        f"{len(change.stayed):,} stayed."
    )
    moved = np.concatenate([change.came, change.left])
    label = f"{truth} that came into or left the cell {said}"
    show_pictures(compared.run, after, moved, key="cell pictures", label=label, before=before)
