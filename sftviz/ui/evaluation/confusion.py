"""Which classes are taken for which, before and after, down to the pictures."""

import streamlit as st

from sftviz.analysis.confusion import confusion, examples_in_cell, most_confused
from sftviz.results import Predictions
from sftviz.runs.run import Run
from sftviz.ui.analyses import analysed
from sftviz.ui.components import confusion_table
from sftviz.ui.evaluation.compared import Compared
from sftviz.ui.evaluation.pictures import show_pictures
from sftviz.ui.wording import plain

_MOST_PICTURES = 48
_MOST_CLASSES = 30


def show_confusions(compared: Compared) -> None:
    """Both confusion matrices; a click on a cell shows its pictures."""
    run, before, after = compared.run, compared.before, compared.after
    slot = f"cell {run.identity}"
    side, cell = st.session_state.get(slot, (None, None))
    matrices = (analysed(confusion, before), analysed(confusion, after))
    shown = most_confused(matrices, _MOST_CLASSES)
    if len(shown) < len(after.classes):
        st.caption(f"The {len(shown)} classes with most mistakes, of {len(after.classes)}.")
    sides = zip(st.columns(2), ("before", "after"), (before, after), matrices, strict=True)
    for column, name, predictions, matrix in sides:
        with column:
            st.markdown(f"**{name.capitalize()}**, epoch {predictions.source.epoch}")
            label = f"Confusion matrix {name} fine-tuning, epoch {predictions.source.epoch}"
            picked = cell if side == name else None
            clicked = confusion_table(matrix, shown, key=f"matrix {name}", label=label, picked=picked)
            if clicked:
                st.session_state[slot] = (name, clicked)
                st.rerun()
    st.caption(
        "Rows are true classes, columns what was predicted; the tint is the share of the row. "
        "Click a cell to see its pictures."
    )
    if cell is not None:
        _show_cell(run, before if side == "before" else after, cell)


def _show_cell(run: Run, predictions: Predictions, cell: tuple[int, int]) -> None:
    true, predicted = cell
    if max(cell) >= len(predictions.classes):
        return
    indices = examples_in_cell(predictions, true, predicted)
    said, truth = plain(predictions.classes[predicted]), plain(predictions.classes[true])
    st.markdown(f"**{len(indices)} pictures of {truth}, predicted as {said}** in epoch {predictions.source.epoch}")
    shown = indices[:_MOST_PICTURES].tolist()
    show_pictures(run, predictions, shown, key="cell pictures", label=f"{truth} predicted as {said}")
