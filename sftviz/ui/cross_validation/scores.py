"""What the folds that are there say: their mean with its error, each fold, and the pooled confusion matrix."""

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from sftviz.analysis.confusion import confusion, most_confused
from sftviz.analysis.figure_tables import counts_table
from sftviz.analysis.folds import FoldMean, FoldScores, pool, score_folds
from sftviz.data.stored import StoredData
from sftviz.figures.confusion import confusion_figure
from sftviz.results import Predictions
from sftviz.ui.analyses import analysed
from sftviz.ui.components import confusion_table
from sftviz.ui.cross_validation.cell import show_cell
from sftviz.ui.downloads import show_figure, show_table
from sftviz.ui.matrix_cell import choose_cell, chosen_cell, place_in
from sftviz.ui.pickers import pick_switch
from sftviz.ui.wording import percent

_MOST_CLASSES = 30
_MATRIX = "pooled"


def show_scores(folds: tuple[Predictions, ...], *, num_folds: int, names: Sequence[str], name: str) -> None:
    """The means, what they rest on, and a table with one row a fold.

    Args:
        folds: those that are there.
        num_folds: how many there are to be.
        names: of those that are there.
        name: what was cross-validated.
    """
    scores = analysed(score_folds, folds, num_folds=num_folds)
    with st.container(horizontal=True):
        for title, measure in (("Accuracy, mean of folds", scores.accuracy), ("F1, mean of classes", scores.f1)):
            st.metric(
                title, _with_error(measure), _interval(measure), delta_color="off", delta_arrow="off", border=True
            )
    st.caption(_explanation(scores, num_folds))
    table = pd.DataFrame(
        {
            "fold": names,
            "pictures held out": scores.sizes,
            "accuracy, %": [100 * value for value in scores.accuracy.values],
            "F1, %": [100 * value for value in scores.f1.values],
        }
    )
    show_table(table, name=f"folds {name}", key=f"folds {name}", formats={"accuracy, %": "%.1f", "F1, %": "%.1f"})


def show_pooled(folds: tuple[Predictions, ...], stored: StoredData, *, name: str, are_runs: bool = False) -> None:
    """Every held-out picture in one confusion matrix; a click on a cell shows its pictures.

    Args:
        folds: with no picture in two of them.
        stored: the data set.
        name: what was cross-validated.
        are_runs: each fold was judged by a run, which can explain its pictures.
    """
    pooled = analysed(pool, folds, name=name)
    matrix = analysed(confusion, pooled)
    shown = most_confused([matrix], _MOST_CLASSES)
    st.header("Which classes are taken for which", divider="gray")
    if len(shown) < len(pooled.classes):
        st.caption(f"The {len(shown)} classes with most mistakes, of {len(pooled.classes):,}.")
    cell = chosen_cell("fold_cell", {_MATRIX: len(pooled.classes)})
    label, place = "Confusion matrix of all held-out pictures", place_in(_MATRIX, cell)
    clicked = confusion_table(matrix, shown, key=f"matrix {name}", label=label, picked=place)
    choose_cell("fold_cell", _MATRIX, clicked)
    st.caption(
        f"{len(pooled.examples):,} pictures, each judged once, by a network that never saw it. Rows are true classes, "
        "columns what was predicted; the tint is the share of the row. Click a cell to see its pictures."
    )
    if cell:
        runs = {example: fold.source.run for fold in folds for example in fold.examples} if are_runs else {}
        show_cell(pooled, stored, cell, runs)
    if pick_switch("As a figure to save", "fold_figure"):
        figure = confusion_figure(matrix, shown, title=f"{name}, held-out pictures")
        show_figure(figure, partial(counts_table, matrix), name=f"confusion {name}", key="fold confusion figure")


def _with_error(measure: FoldMean) -> str:
    if measure.standard_error is None:
        return percent(measure.mean)
    return f"{100 * measure.mean:.1f} ± {percent(measure.standard_error)}"


def _interval(measure: FoldMean) -> str | None:
    if measure.interval is None:
        return None
    low, high = measure.interval
    return f"{100 * low:.1f} to {percent(high)}"


def _explanation(scores: FoldScores, num_folds: int) -> str:
    done = len(scores.sizes)
    counted = f"{sum(scores.sizes):,} pictures in {done} of {num_folds} folds"
    if done < 2:
        return f"{counted}. One fold alone does not say how sure the mean is."
    if scores.accuracy.standard_error is None:
        return f"{counted}. All folds have the same accuracy, so they do not say how sure the mean is."
    return (
        f"{counted}. Behind ± is the standard error, corrected for the pictures that the folds' training sets share "
        "(Nadeau & Bengio); below it the 95 % interval of Student's t for so few folds."
    )
