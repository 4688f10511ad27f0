"""What the folds that are there say: their mean with its error, each fold, and the pooled confusion matrix."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from sftviz.analysis.confusion import confusion, examples_in_cell, most_confused
from sftviz.analysis.folds import FoldMean, FoldScores, pool, score_folds
from sftviz.data.store import StoredData
from sftviz.results import Predictions
from sftviz.ui.analyses import analysed
from sftviz.ui.components import Tile, confusion_table, gallery
from sftviz.ui.pictures import thumbnail_uri
from sftviz.ui.wording import percent, plain

_MOST_CLASSES = 30
_MOST_PICTURES = 48


def show_scores(folds: tuple[Predictions, ...], *, num_folds: int, names: Sequence[str]) -> None:
    """The means, what they rest on, and a table with one row a fold."""
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
    one_digit = st.column_config.NumberColumn(format="%.1f")
    st.dataframe(table, hide_index=True, column_config={"accuracy, %": one_digit, "F1, %": one_digit})


def show_pooled(folds: tuple[Predictions, ...], stored: StoredData, *, name: str) -> None:
    """Every held-out picture in one confusion matrix; a click on a cell shows its pictures."""
    pooled = analysed(pool, folds, name=name)
    matrix = analysed(confusion, pooled)
    shown = most_confused([matrix], _MOST_CLASSES)
    st.header("Which classes are taken for which", divider="gray")
    if len(shown) < len(pooled.classes):
        st.caption(f"The {len(shown)} classes with most mistakes, of {len(pooled.classes):,}.")
    slot = f"fold cell {stored.identity} {name}"
    cell: tuple[int, int] | None = st.session_state.get(slot)
    label = "Confusion matrix of all held-out pictures"
    clicked = confusion_table(matrix, shown, key=f"matrix {name}", label=label, picked=cell)
    if clicked:
        st.session_state[slot] = clicked
        st.rerun()
    st.caption(
        f"{len(pooled.examples):,} pictures, each judged once, by a network that never saw it. Rows are true classes, "
        "columns what was predicted; the tint is the share of the row. Click a cell to see its pictures."
    )
    if cell is not None and max(cell) < len(pooled.classes):
        _show_cell(pooled, stored, cell)


def _show_cell(pooled: Predictions, stored: StoredData, cell: tuple[int, int]) -> None:
    true, predicted = cell
    indices = examples_in_cell(pooled, true, predicted)
    truth, said = (plain(pooled.classes[label]) for label in cell)
    st.markdown(f"**{len(indices)} pictures of {truth}, predicted as {said}**")
    tiles = [
        Tile(
            key=pooled.examples[index],
            source=thumbnail_uri(stored.listing.root / pooled.examples[index]),
            caption=f"{pooled.classes[predicted]} {percent(float(pooled.probabilities_NK[index, predicted]))}",
            tone="right" if true == predicted else "wrong",
            label=pooled.examples[index],
        )
        for index in indices[:_MOST_PICTURES].tolist()
    ]
    gallery(tiles, key="fold cell pictures", label="Pictures of the cell", is_clickable=False)


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
