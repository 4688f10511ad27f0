"""What is good enough, and whether a checkpoint is: one line on every page about a run."""

from typing import get_args

import streamlit as st

from sftviz.analysis.measures import Measure
from sftviz.analysis.targets import estimate
from sftviz.config import Metric, Target
from sftviz.errors import SftvizError
from sftviz.results import Predictions
from sftviz.runs.labels import write_labels
from sftviz.runs.run import Run
from sftviz.ui.analyses import analysed
from sftviz.ui.measure_words import interval_words
from sftviz.ui.messages import say_error
from sftviz.ui.wording import TARGET_TITLES, percent

_LEAST = 0.1


def show_target(run: Run, epoch: int) -> None:
    """The target against one epoch of a run; where none was stated, a way to state one."""
    target = run.target
    with st.container(horizontal=True, vertical_alignment="center"):
        if target:
            try:
                st.markdown(target_text(target, run.predictions(epoch)))
            except SftvizError as error:
                say_error(error)
        with st.popover("Change" if target else "State a target", icon=":material/flag:"):
            _ask(run, target)


def target_text(target: Target, predictions: Predictions) -> str:
    """The target, what a checkpoint has, and whether that is enough."""
    found = analysed(estimate, predictions, metric=target.metric)
    surely = ", surely" if target.sure else ""
    color, verdict = _verdict(target, found)
    return (
        f"Target: {TARGET_TITLES[target.metric]} ≥ {percent(target.value)}{surely} — epoch "
        f"{predictions.source.epoch} has {percent(found.value)} (95 % interval {interval_words(found)}): "
        f":{color}[**{verdict}**]"
    )


def _verdict(target: Target, found: Measure) -> tuple[str, str]:
    if found.interval[0] >= target.value:
        return "green", "reached, and by more than luck"
    if found.value < target.value:
        return "orange", "not yet"
    return ("orange", "not yet for sure") if target.sure else ("green", "reached, though it may be luck")


def _ask(run: Run, target: Target | None) -> None:
    shown = target or Target(value=0.9)
    metrics = get_args(Metric)
    with st.form(f"target {run.identity}", border=False):
        st.markdown("When is it good enough? On the validation pictures:")
        metric = st.selectbox(
            "Measure",
            metrics,
            metrics.index(shown.metric),
            format_func=TARGET_TITLES.__getitem__,
            key=f"target metric {run.identity}",
        )
        value = st.number_input(
            "At least, %",
            _LEAST,
            100.0,
            max(_LEAST, 100 * shown.value),
            step=1.0,
            format="%.1f",
            key=f"target value {run.identity}",
        )
        sure = st.toggle(
            "Only when it is sure",
            shown.sure,
            key=f"target sure {run.identity}",
            help="The lower end of the 95 % interval must reach the target, and not only the measure itself.",
        )
        st.caption("This ends no training; a target in the recipe does.")
        if st.form_submit_button("Keep", type="primary"):
            _keep(run, Target(metric=metric, value=round(value / 100, 6), sure=sure))
    if run.labels.target and st.button("Take it back", key=f"target none {run.identity}"):
        _keep(run, None)


def _keep(run: Run, target: Target | None) -> None:
    try:
        write_labels(run.folder, target=target)
    except SftvizError as error:
        say_error(error)
    else:
        st.rerun()
