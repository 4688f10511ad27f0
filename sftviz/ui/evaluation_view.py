"""How good a checkpoint is, before and after, down to the pictures behind each number."""

import streamlit as st

from sftviz.analysis.confusion import confusion, examples_in_cell, most_confused
from sftviz.analysis.mistakes import flips, worst_mistakes
from sftviz.analysis.table import class_table
from sftviz.figures.classes import class_change_figure
from sftviz.results import Predictions, Scores
from sftviz.runs.run import Run
from sftviz.ui.components import confusion_table, gallery
from sftviz.ui.navigation import go_to
from sftviz.ui.pictures import prediction_tiles
from sftviz.ui.wording import percent, plain, points

_MOST = 48
_MOST_CLASSES = 30


def show_scores(before: Scores, after: Scores) -> None:
    """The headline metrics, with the change from before."""
    low, high = after.accuracy_interval
    with st.container(horizontal=True):
        for name, old, new in (
            ("Accuracy", before.accuracy, after.accuracy),
            ("Precision, mean of classes", before.precision, after.precision),
            ("Recall, mean of classes", before.recall, after.recall),
            ("F1, mean of classes", before.f1, after.f1),
        ):
            st.metric(name, percent(new), points(new - old), border=True, height="stretch")
        change = f"{after.loss - before.loss:+.3f}"
        st.metric("Loss", f"{after.loss:.3f} nats", change, delta_color="inverse", border=True, height="stretch")
    st.caption(
        f"{after.num_examples:,} validation pictures; epochs {before.source.epoch} → {after.source.epoch}. With so "
        f"many pictures the accuracy of {percent(after.accuracy)} means: between {percent(low)} and {percent(high)} "
        "(95 % interval, Wilson)."
    )


def show_confusions(run: Run, before: Predictions, after: Predictions) -> None:
    """Both confusion matrices; a click on a cell shows its pictures."""
    st.header("What is taken for what", divider="gray")
    slot = f"cell {run.identity}"
    side, cell = st.session_state.get(slot, (None, None))
    matrices = (confusion(before), confusion(after))
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
    _gallery(run, predictions, indices[:_MOST].tolist(), "cell pictures", f"{truth} predicted as {said}")


def show_classes(before: Scores, after: Scores) -> None:
    """Each class before and after, as a figure and as a table."""
    st.header("Class by class", divider="gray")
    st.plotly_chart(class_change_figure(before, after), config={"displayModeBar": False})
    with st.expander("The numbers", icon=":material/table:"):
        st.dataframe(class_table(before, after), hide_index=True)


def show_mistakes(run: Run, before: Predictions, after: Predictions) -> None:
    """The pictures it gets most wrong, and those that fine-tuning fixed or broke."""
    st.header("The pictures behind it", divider="gray")
    changed = flips(before, after)
    worst = worst_mistakes(after, _MOST)
    groups = {
        f"Worst mistakes ({len(worst)})": worst,
        f"Fixed ({len(changed.fixed)})": changed.fixed,
        f"Broken ({len(changed.broken)})": changed.broken,
    }
    for tab, (name, indices) in zip(st.tabs(list(groups)), groups.items(), strict=True):
        with tab:
            if len(indices):
                _gallery(run, after, indices[:_MOST].tolist(), f"gallery {name.split(' (')[0]}", name)
            else:
                st.caption("No picture.")
    st.caption(
        f"Fixed minus broken is the change in accuracy: {len(changed.fixed)} − {len(changed.broken)} of "
        f"{len(after.examples):,}. By luck alone a difference like this or larger comes with p = {changed.p_value:.2g} "
        "(exact McNemar test)."
    )


def _gallery(run: Run, predictions: Predictions, indices: list[int], key: str, label: str) -> None:
    clicked = gallery(prediction_tiles(run, predictions, indices), key=key, label=label)
    if clicked:
        go_to("explain", run=run.identity, picture=clicked)
