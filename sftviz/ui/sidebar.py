"""What every page shows at its side: the run that is being trained now."""

import streamlit as st

from sftviz.errors import RunError
from sftviz.runs.run import Run
from sftviz.ui.navigation import go_to
from sftviz.ui.stores import run_store
from sftviz.ui.wording import plain


def show_sidebar() -> None:
    """Name and progress of the current run, with a way to it."""
    active = [run for run in run_store().list() if _is_active(run)]
    if not active:
        return
    with st.sidebar:
        _show(active[-1], num_waiting=len(active) - 1)


@st.fragment(run_every=2.0)
def _show(run: Run, *, num_waiting: int) -> None:
    state, total = run.state, max(1, run.config.recipe.num_epochs)
    with st.container(border=True):
        st.markdown(f"**{plain(run.config.name)}**")
        done = len(state.epochs) - 1 + (state.steps[-1].step / state.steps[-1].num_steps if state.steps else 0)
        done = min(total, max(0.0, done if not _epoch_just_ended(run) else len(state.epochs) - 1))
        st.progress(done / total, text=f"Epoch {len(state.epochs)} of {total}" if state.epochs else "Preparing")
        if num_waiting:
            st.caption(f"{num_waiting} more waiting")
        if st.button("Watch", icon=":material/monitoring:", width="stretch"):
            go_to("train", run=run.identity)


def _epoch_just_ended(run: Run) -> bool:
    state = run.state
    return bool(state.steps) and state.steps[-1].epoch <= len(state.epochs) - 1


def _is_active(run: Run) -> bool:
    try:
        return run.is_active
    except RunError:
        return False
