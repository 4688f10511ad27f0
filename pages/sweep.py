"""Which values work best, and what do they cost?"""

import streamlit as st

from sftviz.sweeps.groups import groups
from sftviz.ui import selection
from sftviz.ui.pickers import pick
from sftviz.ui.stores import run_store
from sftviz.ui.sweep_form import show_form
from sftviz.ui.sweep_view import show_controls, show_picture, show_table

st.title("Sweep")
found = groups(run for run in run_store().list() if run.config.data.fold is None)

with st.expander("New sweep", expanded=not found, icon=":material/add:"):
    show_form()

if not found:
    st.stop()
name = pick("Sweep", "group", list(found), next(iter(found)))
selection.remember("group", name)
runs = found[name]
is_live = any(run.is_active for run in runs)


def follow() -> None:
    """Everything that changes while its runs go on."""
    if is_live and not any(run.is_active for run in runs):
        # One full pass takes the timer away.
        st.rerun()
    show_controls(runs)
    show_picture(runs)
    show_table(runs)


st.fragment(follow, run_every=3.0 if is_live else None)()
