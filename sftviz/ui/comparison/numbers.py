"""Which run is best, whether that may be luck, and the numbers of each run's best epoch."""

import pandas as pd
import streamlit as st

from sftviz.analysis.figure_tables import best_epochs_table
from sftviz.analysis.measures import Measure, metrics_with_intervals
from sftviz.analysis.significance import RunComparison, compare_runs
from sftviz.figures.comparison import interval_figure
from sftviz.ui.analyses import analysed
from sftviz.ui.comparison.chosen import Chosen
from sftviz.ui.downloads import show_figure
from sftviz.ui.measure_words import METRIC_TITLES, interval_words, value_words
from sftviz.ui.target_line import target_text
from sftviz.ui.wording import percent, plain

_SURE = 0.05
_METRICS = ("accuracy", "balanced_accuracy", "f1", "loss")


def show_verdict(chosen: Chosen) -> None:
    """One sentence: the best run, and whether its lead over the next may be luck."""
    comparison = analysed(compare_runs, chosen.predictions)
    best, following = comparison.from_best[:2].tolist()
    accuracies = comparison.num_right_R / comparison.num_examples_R
    lead = 100 * float(accuracies[best] - accuracies[following])
    first, second = (f"**{plain(chosen.names[index])}**" for index in (best, following))
    if not comparison.is_comparable_RR[best, following]:
        st.info(
            f"{first} has the highest accuracy, {percent(accuracies[best])}; next comes {second} with "
            f"{percent(accuracies[following])}. They were measured on different pictures or classes, so nobody can say "
            "from these numbers which is better.",
            icon=":material/balance:",
        )
    elif lead == 0:
        st.info(f"{first} and {second} are equally accurate: {percent(accuracies[best])}.", icon=":material/balance:")
    else:
        _say_whether_it_is_luck(
            comparison, chosen, best, following, f"{first} is best, {lead:.1f} points ahead of {second}"
        )


def _say_whether_it_is_luck(comparison: RunComparison, chosen: Chosen, best: int, following: int, text: str) -> None:
    only = comparison.only_row_right_RR
    p_value = float(comparison.adjusted_RR[best, following])
    evidence = (
        f"Of {comparison.num_examples_R[best]:,} validation pictures, {only[best, following]} are right only in "
        f"{chosen.letters[best]} and {only[following, best]} only in {chosen.letters[following]}: by luck alone that "
        f"or more comes with p = {p_value:.2g} (exact McNemar test, Holm's correction)."
    )
    if p_value < _SURE:
        st.success(f"{text}, and that is **more than luck**. {evidence}", icon=":material/trophy:")
    else:
        st.info(f"{text}, but that **may be luck**. {evidence}", icon=":material/balance:")


def show_targets(chosen: Chosen) -> None:
    """Each run's target against its best epoch, where one was stated."""
    for run, name, predictions in zip(chosen.runs, chosen.names, chosen.predictions, strict=True):
        if run.target:
            st.markdown(f"{plain(name)} · {target_text(run.target, predictions)}")


def show_metrics(chosen: Chosen) -> None:
    """The measures of each run's best epoch, with intervals."""
    st.header("Metrics of the best epochs", divider="gray")
    measures = [
        {each.name: each for each in analysed(metrics_with_intervals, predictions) if each.name in _METRICS}
        for predictions in chosen.predictions
    ]
    accuracies = [each["accuracy"] for each in measures]
    table = pd.DataFrame([_line(chosen, index, each) for index, each in enumerate(measures)])
    show_figure(
        interval_figure(accuracies, chosen.names),
        lambda: best_epochs_table(chosen.names, chosen.predictions, measures, chosen.histories),
        name="metrics of the best epochs",
        key="intervals",
    )
    st.dataframe(table, hide_index=True)
    st.caption(
        "In brackets: 95 % intervals. The best epoch was chosen on the same validation pictures, so all of these "
        "numbers flatter the runs a little, those of more epochs a little more."
    )


def _line(chosen: Chosen, index: int, measures: dict[str, Measure]) -> dict[str, str]:
    run, history = chosen.runs[index], chosen.histories[index]
    gained = history.points_per_minute
    return {
        "run": chosen.names[index],
        "best epoch": f"{chosen.predictions[index].source.epoch} of {run.recipe.num_epochs}",
        "pictures": f"{len(chosen.predictions[index].examples):,}",
        **{METRIC_TITLES[name]: _with_interval(measures[name]) for name in _METRICS},
        "minutes": f"{history.seconds_E[-1] / 60:.2f}",
        "points gained per minute": "–" if gained is None else f"{gained:+.1f}",
    }


def _with_interval(measure: Measure) -> str:
    return f"{value_words(measure)} ({interval_words(measure)})"
