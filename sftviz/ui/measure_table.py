"""Metrics of two sides, with their intervals and what these allow to say."""

from collections.abc import Mapping, Sequence

import streamlit as st

from sftviz.analysis.measures import Measure
from sftviz.ui.measure_words import (
    METRIC_TITLES,
    change_interval_words,
    change_words,
    interval_words,
    value_words,
    verdict,
)


def show_measures(
    before: Sequence[Measure],
    after: Sequence[Measure],
    changes: Sequence[Measure],
    *,
    titles: tuple[str, str] = ("Before", "After"),
) -> None:
    """One row a metric.

    Args:
        before: of one side.
        after: of the other, the same metrics in the same order.
        changes: likewise, from the one to the other.
        titles: of both sides.
    """
    rows = [
        (
            METRIC_TITLES[new.name],
            f"{value_words(old)} ({interval_words(old)})",
            f"{value_words(new)} ({interval_words(new)})",
            f"{change_words(change)} ({change_interval_words(change)})",
            verdict(change),
        )
        for old, new, change in zip(before, after, changes, strict=True)
    ]
    columns = ("Metric", *titles, "Change", "Verdict")
    st.table({name: [row[place] for row in rows] for place, name in enumerate(columns)}, hide_index=True)


def show_side_by_side(measures: Mapping[str, Sequence[Measure]]) -> None:
    """One row a metric and one column a title, for sides of different pictures: nothing is said of changes."""
    titles = [METRIC_TITLES[measure.name] for measure in next(iter(measures.values()))]
    columns = {
        title: [f"{value_words(each)} ({interval_words(each)})" for each in side] for title, side in measures.items()
    }
    st.table({"Metric": titles, **columns}, hide_index=True)
