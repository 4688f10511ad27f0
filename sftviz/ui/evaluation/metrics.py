"""How good a checkpoint is in numbers, in all and class by class."""

import streamlit as st

from sftviz.analysis.scores import score
from sftviz.analysis.table import class_table
from sftviz.figures.classes import class_change_figure
from sftviz.results import Scores
from sftviz.ui.analyses import analysed
from sftviz.ui.evaluation.compared import Compared
from sftviz.ui.wording import percent, points


def show_metrics(compared: Compared) -> None:
    """The headline metrics with their change, then each class."""
    before, after = analysed(score, compared.before), analysed(score, compared.after)
    _show_scores(before, after)
    _show_classes(before, after)


def _show_scores(before: Scores, after: Scores) -> None:
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


def _show_classes(before: Scores, after: Scores) -> None:
    """Each class before and after, as a figure and as a table."""
    st.header("Class by class", divider="gray")
    st.plotly_chart(class_change_figure(before, after), config={"displayModeBar": False})
    with st.expander("The numbers", icon=":material/table:"):
        st.dataframe(class_table(before, after), hide_index=True)
