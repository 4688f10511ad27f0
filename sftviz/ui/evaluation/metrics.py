"""How good a checkpoint is in numbers, in all and class by class."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from sftviz.analysis.intervals import LEAST_FLIPS, least_difference
from sftviz.analysis.measures import (
    ClassMetric,
    Measure,
    class_changes,
    class_metrics,
    metric_changes,
    metrics_with_intervals,
)
from sftviz.analysis.table import class_table
from sftviz.figures.classes import class_change_figure
from sftviz.ui.analyses import analysed
from sftviz.ui.downloads import show_figure
from sftviz.ui.evaluation.compared import Compared
from sftviz.ui.evaluation.sameness import say_if_nothing_changed
from sftviz.ui.measure_table import show_measures
from sftviz.ui.measure_words import METRIC_HELP, METRIC_TITLES, change_words, value_words, verdict
from sftviz.ui.pickers import pick_one

_CARDS = ("accuracy", "f1", "loss", "calibration_error")
_CLASS_METRICS: dict[str, ClassMetric] = {"F1": "f1", "Precision": "precision", "Recall": "recall"}


def show_metrics(compared: Compared) -> None:
    """The headline metrics with their change, then each class."""
    before = analysed(metrics_with_intervals, compared.before)
    after = analysed(metrics_with_intervals, compared.after)
    changes = analysed(metric_changes, compared.before, compared.after)
    say_if_nothing_changed(compared)
    _show_cards(after, changes)
    show_measures(before, after, changes)
    _say_how_sure(compared)
    _show_classes(compared)


def _show_cards(after: Sequence[Measure], changes: Sequence[Measure]) -> None:
    with st.container(horizontal=True):
        for measure, change in zip(after, changes, strict=True):
            if measure.name in _CARDS:
                st.metric(
                    METRIC_TITLES[measure.name],
                    value_words(measure),
                    change_words(change),
                    delta_color=_color(change),
                    delta_arrow="auto" if change.value else "off",
                    border=True,
                    height="stretch",
                    help=METRIC_HELP[measure.name],
                )


def _color(change: Measure) -> Literal["normal", "inverse", "off"]:
    """Grey for what could be luck, else green for the better and red for the worse."""
    if verdict(change) not in ("better", "worse"):
        return "off"
    return "normal" if change.more_is_better else "inverse"


def _say_how_sure(compared: Compared) -> None:
    num_examples = len(compared.after.examples)
    least = 100 * least_difference(num_examples)
    if num_examples < LEAST_FLIPS:
        st.caption(f"With {num_examples} validation pictures no difference can be told from luck. 95 % intervals.")
        return
    st.caption(
        f"{num_examples:,} validation pictures; epochs {compared.before.source.epoch} → "
        f"{compared.after.source.epoch}. In brackets: the 95 % interval, of changes by comparing picture with picture. "
        f"With {num_examples:,} validation pictures you cannot resolve differences in accuracy below "
        f"{least:.1f} points: to rule out luck, at least 6 pictures must change, all for the better or all for the "
        "worse (exact McNemar test)."
    )


def _show_classes(compared: Compared) -> None:
    """One metric of each class before and after, as a figure and as a table."""
    st.header("Class by class", divider="gray")
    title = pick_one("Metric", "metric", {name: name for name in _CLASS_METRICS})
    metric = _CLASS_METRICS[title]
    before = analysed(class_metrics, compared.before, metric=metric)
    after = analysed(class_metrics, compared.after, metric=metric)
    sources = (compared.before.source, compared.after.source)
    changes = analysed(class_changes, compared.before, compared.after, metric=metric)
    table = class_table(before, after, changes)
    figure = class_change_figure(title, before, after, sources)
    show_figure(figure, table, name=f"{metric} by class {compared.words}", key="classes")
    with st.expander("The numbers", icon=":material/table:"):
        st.dataframe(table, hide_index=True)
