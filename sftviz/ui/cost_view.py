"""What a run is going to cost, before it starts; and what it did cost, beside that."""

import streamlit as st

from sftviz.config import RunConfig
from sftviz.data.stored import StoredData
from sftviz.events import CostForecast
from sftviz.jobs.measuring import forecast_costs
from sftviz.runs.run import Run
from sftviz.ui.run_status import ACTIVE, status_of
from sftviz.ui.stores import run_store
from sftviz.ui.wording import duration
from sftviz.ui.work_view import offer_work

_PHASES = {
    "prepare": "decoding the pictures",
    "features": "computing what is frozen",
    "train": "training",
    "evaluate": "evaluating",
}


def offer_forecast(config: RunConfig, stored: StoredData) -> None:
    """Let a person measure what just these choices are going to cost."""
    work = offer_work(
        "Estimate time, memory and disk",
        "Passes three batches of your pictures through every stage, without starting the run; what it finds out about "
        "this machine is used by the run.",
        config,
        stored,
        forecast_costs,
    )
    if work is None or work.result is None:
        return
    found = work.result
    with st.container(horizontal=True):
        st.metric("Time", duration(sum(found.seconds.values())), border=True, height="stretch")
        st.metric("Peak memory", _mib(found.peak_mib), border=True, height="stretch")
        st.metric("Disk", _mib(found.disk_mib), border=True, height="stretch")
    parts = ", ".join(f"{_PHASES[phase]} {duration(seconds)}" for phase, seconds in found.seconds.items())
    st.caption(
        f"From three batches measured on this machine: {parts}. What "
        "is decoded and frozen is computed once for all runs: less if it was before."
    )
    if found.most_at_once:
        st.warning(
            f"A whole batch does not fit into memory: it will pass in parts of {found.most_at_once} pictures, whose "
            "gradients are added up.",
            icon=":material/memory:",
        )
    if any(status_of(run) in ACTIVE for run in run_store().list()):
        st.caption("Another run is training now, so these figures are too high.")


def show_costs(run: Run) -> None:
    """Predicted and actual cost of a finished run side by side; nothing where nothing was predicted."""
    expected, found = run.state.forecast, run.state.finished
    if expected is None or found is None or run.state.resumed is not None:
        # What is actual is that of the process that finished it, and comparable where there was one only.
        return
    rows = [
        (_PHASES[phase].capitalize(), duration(seconds), duration(found.seconds.get(phase, 0.0)))
        for phase, seconds in expected.seconds.items()
    ]
    rows.append(("Peak memory", _mib(expected.peak_mib), _mib(found.peak_mib)))
    rows.append(("Disk", _mib(expected.disk_mib), _mib(found.disk_mib)))
    with st.expander("What it cost", icon=":material/payments:"):
        columns = ("", "predicted", "actual")
        st.table({name: [row[place] for row in rows] for place, name in enumerate(columns)}, hide_index=True)
        st.caption(_explanation(expected))


def _explanation(expected: CostForecast) -> str:
    memory = "Memory is that of the whole process (of the accelerator, where there is one)."
    halves = f" Batches passed in parts of {expected.most_at_once}." if expected.most_at_once else ""
    return (
        "Predicted from three batches before the first epoch; disk is the run's folder with its checkpoints and what "
        f"was cached for it and later runs. {memory}{halves}"
    )


def _mib(size: float) -> str:
    return f"{size / 1024:.1f} GiB" if size >= 1024 else f"{size:.0f} MiB"
