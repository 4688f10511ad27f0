"""A button that makes a run from another one, and the way to it once it is made."""

from collections.abc import Callable

import streamlit as st

from sftviz.config import Origin
from sftviz.errors import RunError
from sftviz.jobs.background import BackgroundWork
from sftviz.runs.run import Run
from sftviz.ui.navigation import go_to
from sftviz.ui.stores import run_store
from sftviz.ui.wording import plain
from sftviz.ui.work_view import follow_work

_HELP = "Makes a run of its own, with the same epoch 0, to be evaluated, explained and compared like any."


def offer_derived(label: str, origin: Origin, begin: Callable[[], BackgroundWork[str]]) -> None:
    """Make the run that `origin` describes, or open it where it has been made."""
    made = _made(origin)
    if made is None:
        work = follow_work(label, _HELP, origin.model_dump_json(), begin)
        if work is None or work.result is None:
            return
        made = run_store().get(work.result)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Kept as **{plain(made.name)}**.")
        if st.button("Evaluate it", icon=":material/fact_check:"):
            go_to("evaluate", run=made.identity)


def _made(origin: Origin) -> Run | None:
    for run in run_store().list():
        try:
            if run.config.origin == origin and run.state.epochs:
                return run
        except RunError:
            continue
    return None
