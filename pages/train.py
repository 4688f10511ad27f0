"""Is it learning, and when do I stop?"""

import streamlit as st

from sftviz.ui.cost_view import show_costs
from sftviz.ui.pickers import pick_run
from sftviz.ui.target_line import show_target
from sftviz.ui.training_view import show_controls, show_curves, show_log, show_numbers
from sftviz.ui.watched_strip import show_strip

st.title("Train")
run = pick_run(is_evaluated=False)
is_live = run.is_active


def follow() -> None:
    """Everything that changes while the run goes on."""
    if is_live and not run.is_active:
        # One full pass takes the timer away, before a button is drawn that would go with it.
        st.rerun()
    show_controls(run)
    if best := run.state.best:
        show_target(run, best.epoch)
    show_numbers(run)
    show_curves(run)
    show_strip(run)
    show_costs(run)
    show_log(run)


st.fragment(follow, run_every=1.0 if is_live else None)()
