"""The confusion matrices of the runs side by side, down to the pictures of a cell."""

from functools import partial

import streamlit as st

from sftviz.analysis.confusion import confusion, examples_in_cell, most_confused
from sftviz.analysis.figure_tables import counts_table
from sftviz.figures.confusion import confusion_figure
from sftviz.results import ConfusionMatrix, IntArray
from sftviz.ui.analyses import analysed
from sftviz.ui.comparison.chosen import Chosen
from sftviz.ui.components import confusion_table
from sftviz.ui.downloads import show_figure
from sftviz.ui.evaluation.pictures import show_pictures
from sftviz.ui.matrix_cell import Cell, choose_cell, chosen_cell, place_in
from sftviz.ui.pickers import pick_switch
from sftviz.ui.wording import plain

_MOST_CLASSES = 12


def show_matrices(chosen: Chosen) -> None:
    """The confusion matrix of each run's best epoch; runs of the same classes show the same ones."""
    st.header("Confusion matrices", divider="gray")
    matrices = [analysed(confusion, predictions) for predictions in chosen.predictions]
    cell = chosen_cell("run_cell", {each.source.run: len(each.classes) for each in matrices})
    is_figure = pick_switch("As figures to save", "run_figure")
    per_row = 2 if len(matrices) in (2, 4) else 3
    for start in range(0, len(matrices), per_row):
        for column, index in zip(st.columns(per_row), range(start, len(matrices)), strict=False):
            matrix = matrices[index]
            alike = [each for each in matrices if each.classes == matrix.classes]
            shown = most_confused(alike, _MOST_CLASSES)
            with column:
                st.markdown(f"**{plain(chosen.names[index])}**, epoch {matrix.source.epoch}")
                if is_figure:
                    _show_figure(matrix, shown, chosen.names[index])
                else:
                    _show_table(matrix, shown, chosen.letters[index], cell)
                if len(shown) < len(matrix.classes):
                    st.caption(f"The {len(shown)} classes with most mistakes, of {len(matrix.classes)}.")
    st.caption(
        "Rows are true classes, columns what was predicted; the tint is the share of the row. Click a cell to see its "
        "pictures."
    )
    if cell:
        _show_cell(chosen, cell)


def _show_table(matrix: ConfusionMatrix, shown: IntArray, letter: str, cell: Cell | None) -> None:
    name = matrix.source.run
    label = f"Confusion matrix of run {letter}"
    clicked = confusion_table(matrix, shown, key=f"matrix {name}", label=label, picked=place_in(name, cell))
    choose_cell("run_cell", name, clicked)


def _show_figure(matrix: ConfusionMatrix, shown: IntArray, name: str) -> None:
    title = f"{name}, epoch {matrix.source.epoch}, pictures"
    key = f"confusion figure {matrix.source.run}"
    words = f"confusion {matrix.source.run} epoch {matrix.source.epoch}"
    show_figure(confusion_figure(matrix, shown, title=title), partial(counts_table, matrix), name=words, key=key)


def _show_cell(chosen: Chosen, cell: Cell) -> None:
    """The pictures of the cell as the best epoch of its run sees them; each opens in Explain with that run."""
    index = [run.identity for run in chosen.runs].index(cell.matrix)
    predictions = chosen.predictions[index]
    indices = analysed(examples_in_cell, predictions, true=cell.true, predicted=cell.predicted)
    truth, said = (predictions.classes[label] for label in (cell.true, cell.predicted))
    words = f"{len(indices):,} pictures of {plain(truth)}, predicted as {plain(said)}"
    st.markdown(f"**{words}** by {plain(chosen.names[index])}")
    label = f"{truth} predicted as {said}"
    show_pictures(chosen.runs[index], predictions, indices, key="run cell pictures", label=label)
