"""What every page shows at its side: the run that is being trained now."""

import streamlit as st

from sftviz.runs.forecast import share_done
from sftviz.runs.run import Run
from sftviz.ui.navigation import go_to
from sftviz.ui.run_status import ACTIVE, status_of
from sftviz.ui.stores import run_store
from sftviz.ui.wording import plain


def show_sidebar() -> None:
    """Name and progress of the current run, with a way to it."""
    active = [run for run in run_store().list() if status_of(run) in ACTIVE]
    if not active:
        return
    with st.sidebar:
        current = next((run for run in active if run.status == "running"), active[-1])
        _show(current, num_waiting=len(active) - 1)


@st.fragment(run_every=2.0)
def _show(run: Run, *, num_waiting: int) -> None:
    if not run.is_active:
        # The run is over: one full pass takes this box and its timer away.
        st.rerun()
    state, total = run.state, run.recipe.num_epochs
    with st.container(border=True):
        st.markdown(f"**{plain(run.name)}**")
        text = f"Epoch {min(len(state.epochs), total)} of {total}" if state.epochs else "Preparing"
        st.progress(share_done(state, total), text=text)
        if num_waiting:
            st.caption(f"{num_waiting} more waiting")
        if st.button("Watch", icon=":material/monitoring:", width="stretch"):
            go_to("train", run=run.identity)
