"""Which classes are taken for which, before, after and the difference, down to the pictures."""

from functools import partial

import streamlit as st

from sftviz.analysis.confusion import by_similarity, confused_pairs, confusion
from sftviz.analysis.figure_tables import confusion_counts_table
from sftviz.figures.confusion import confusion_figure
from sftviz.results import ConfusionMatrix, IntArray
from sftviz.ui import selection
from sftviz.ui.analyses import analysed
from sftviz.ui.components import confusion_table
from sftviz.ui.downloads import show_figure
from sftviz.ui.evaluation.cell import show_cell
from sftviz.ui.evaluation.classes import pick_classes
from sftviz.ui.evaluation.compared import Compared
from sftviz.ui.matrix_cell import Cell, choose_cell, chosen_cell, place_in
from sftviz.ui.pickers import pick_one, pick_switch
from sftviz.ui.wording import plain

_MOST_PAIRS = 6
_MOST_SIDE_BY_SIDE = 10
_WHAT = {"sides": "Before and after", "change": "Difference"}
_UNITS = {"counts": "Pictures", "shares": "% of the row"}
_ORDERS = {"given": "Classes as given", "similarity": "Similar classes together"}


def show_confusions(compared: Compared) -> None:
    """The confusion matrices or their difference; a click on a cell shows its pictures."""
    before, after = analysed(confusion, compared.before), analysed(confusion, compared.after)
    _show_pairs(after)
    with st.container(horizontal=True):
        what = pick_one("Matrix", "matrix", _WHAT)
        is_share = pick_one("Cells", "unit", _UNITS) == "shares"
        order = pick_one("Order", "order", _ORDERS)
        shown = pick_classes((before, after))
    if order == "similarity":
        shown = by_similarity((before, after), shown)
    cell = chosen_cell("cell", dict.fromkeys(("before", "after", "change"), len(after.classes)))
    if what == "change":
        _show_change(before, after, shown, cell, is_share=is_share)
    else:
        _show_sides(before, after, shown, cell, is_share=is_share)
    tint = "red cells gained pictures, blue ones lost some" if what == "change" else "the tint is the share of the row"
    st.caption(
        f"Rows are true classes, columns what was predicted; {tint}. Click a cell to see its pictures; with the "
        "keyboard, arrow keys move and Enter opens."
    )
    if cell:
        show_cell(compared, cell)
    if pick_switch("As a figure to save", "figure"):
        figure = confusion_figure(after, shown, before=before if what == "change" else None)
        table = partial(confusion_counts_table, before, after)
        show_figure(figure, table, name=f"confusion {compared.words}", key="confusion figure")


def _show_pairs(after: ConfusionMatrix) -> None:
    """The most frequent confusions as buttons: of very many classes, nobody finds them in the matrix."""
    pairs = confused_pairs(after, _MOST_PAIRS)
    if not pairs:
        st.markdown(f"No class is taken for another in epoch {after.source.epoch}.")
        return
    st.markdown(f"**Most confused** in epoch {after.source.epoch}")
    with st.container(horizontal=True, gap="small"):
        for pair in pairs:
            cell = Cell("after", pair.true, pair.predicted)
            words = f"{plain(after.classes[pair.true])} → {plain(after.classes[pair.predicted])}: {pair.count:,}"
            key = f"pair {pair.true} {pair.predicted}"
            st.button(words, key=key, on_click=selection.move_on, args=({"cell": str(cell)},))


def _show_sides(
    before: ConfusionMatrix, after: ConfusionMatrix, shown: IntArray, cell: Cell | None, *, is_share: bool
) -> None:
    is_small = len(shown) <= _MOST_SIDE_BY_SIDE
    columns = st.columns(2) if is_small else (st.container(), st.container())
    for column, side, matrix in zip(columns, ("before", "after"), (before, after), strict=True):
        with column:
            st.markdown(f"**{side.capitalize()}**, epoch {matrix.source.epoch}")
            label = f"Confusion matrix {side} fine-tuning, epoch {matrix.source.epoch}"
            clicked = confusion_table(
                matrix, shown, key=f"matrix {side}", label=label, picked=place_in(side, cell), is_share=is_share
            )
            choose_cell("cell", side, clicked)


def _show_change(
    before: ConfusionMatrix, after: ConfusionMatrix, shown: IntArray, cell: Cell | None, *, is_share: bool
) -> None:
    epochs = f"epoch {before.source.epoch} → epoch {after.source.epoch}"
    st.markdown(f"**After − before**, {epochs}")
    if (before.counts_KK == after.counts_KK).all():
        st.info("Both matrices are the same: every difference is zero.", icon=":material/info:")
    label = f"Difference of the confusion matrices, {epochs}"
    picked = place_in("change", cell)
    clicked = confusion_table(
        after, shown, key="matrix change", label=label, picked=picked, before=before, is_share=is_share
    )
    choose_cell("cell", "change", clicked)
