"""Whether confidence can be taken at its word, and what a temperature would mend."""

import streamlit as st

from sftviz.analysis.calibration import Reliability, reliability
from sftviz.analysis.figure_tables import reliability_table
from sftviz.analysis.measures import metric_changes, metrics_with_intervals
from sftviz.analysis.temperature import LEAST, MOST, cross_scaled, fit_temperature
from sftviz.errors import RunError
from sftviz.figures.calibration import reliability_figure
from sftviz.runs.calibration import keep_temperature
from sftviz.ui.analyses import analysed
from sftviz.ui.downloads import show_figure
from sftviz.ui.evaluation.compared import Compared
from sftviz.ui.evaluation.sameness import say_if_nothing_changed
from sftviz.ui.measure_table import show_measures
from sftviz.ui.measure_words import METRIC_HELP
from sftviz.ui.messages import say_error
from sftviz.ui.wording import percent, points

_METRICS = ("accuracy", "loss", "brier", "calibration_error")
_GAP_HELP = "The largest distance between confidence and the share that is right in any of the 15 bins."
_LUCK_HELP = "A perfectly calibrated model with as many pictures and these confidences lies here in 95 % of cases."


def show_calibration(compared: Compared) -> None:
    """The reliability diagram before and after, then what temperature scaling would change."""
    before, after = analysed(reliability, compared.before), analysed(reliability, compared.after)
    say_if_nothing_changed(compared)
    _show_errors(before, after)
    show_figure(
        reliability_figure(before, after),
        lambda: reliability_table(before, after),
        name=f"reliability {compared.words}",
        key="reliability",
    )
    st.caption(
        "**What am I looking at?** Pictures are put into 15 bins by how sure the model is of its answer. A point is "
        "the share of a bin's pictures that is right; on the dotted line confidence is earned, below it the model is "
        "too sure. The grey boxes are where the points of a perfectly calibrated model would fall by luck."
    )
    _show_scaling(compared)


def _show_errors(before: Reliability, after: Reliability) -> None:
    low, high = after.null_error
    with st.container(horizontal=True):
        _show_share("Calibration error", after.error, after.error - before.error, METRIC_HELP["calibration_error"])
        luck = f"{100 * low:.1f} – {percent(high)}"
        st.metric("Perfect calibration would show", luck, border=True, height="stretch", help=_LUCK_HELP)
        _show_share("Largest gap", after.largest_gap, after.largest_gap - before.largest_gap, _GAP_HELP)
    count = int(after.counts_M.sum())
    if after.error > high:
        st.markdown(f"With {count:,} pictures, **luck alone does not explain** a calibration error this large.")
    else:
        st.markdown(
            f"With {count:,} pictures, a **perfectly calibrated** model would show a calibration error like this too: "
            "luck adds to it, the more the fewer the pictures."
        )


def _show_share(name: str, value: float, change: float, explained: str) -> None:
    st.metric(
        name,
        percent(value),
        points(change),
        delta_color="inverse" if change else "off",
        delta_arrow="auto" if change else "off",
        border=True,
        height="stretch",
        help=explained,
    )


def _show_scaling(compared: Compared) -> None:
    """The fitted temperature, what it would change for pictures that it was not fitted on, and where it is kept."""
    st.header("Temperature scaling", divider="gray")
    after = compared.after
    temperature = analysed(fit_temperature, after)
    st.markdown(f"**T = {temperature:.2f}**: {_meaning(temperature)}")
    scaled = analysed(cross_scaled, after)
    measures = (
        analysed(metrics_with_intervals, after),
        analysed(metrics_with_intervals, scaled),
        analysed(metric_changes, after, scaled),
    )
    chosen = ([each for each in side if each.name in _METRICS] for side in measures)
    show_measures(*chosen, titles=(f"Epoch {after.source.epoch}", "With temperature"))
    st.caption(
        "Probabilities are raised to the power 1/T and made to sum to 1 again; which class is the most probable stays "
        "as it is. Judged fairly: each half of the pictures is scaled by the temperature fitted on the other half. The "
        "T above is fitted on all of them, and kept with the run for this epoch."
    )
    try:
        keep_temperature(compared.run, after.source.epoch, temperature)
    except RunError as error:
        say_error(error)


def _meaning(temperature: float) -> str:
    if temperature < 1.01 * LEAST:
        return "at the end of the range; every answer is right, so no temperature can be told from these pictures."
    if temperature > 0.99 * MOST:
        return "at the end of the range; the probabilities say next to nothing about these pictures."
    if temperature > 1.05:
        return "the model is too sure of itself; with T its confidence would match."
    if temperature < 0.95:
        return "the model is less sure than it could be; with T its confidence would match."
    return "confidence fits as it is; there is next to nothing to mend."
