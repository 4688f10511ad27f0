"""Runs that were deleted: back to the others, or gone for good."""

from collections.abc import Callable

import streamlit as st

from sftviz.errors import RunError
from sftviz.runs.run import Run
from sftviz.ui.messages import say_error
from sftviz.ui.stores import run_store
from sftviz.ui.wording import plain, run_title


def show_trash() -> None:
    """One line for each deleted run; nothing where there is none."""
    runs = run_store().trash()
    if not runs:
        return
    with st.expander(f"Trash ({len(runs)})", icon=":material/delete:"):
        st.caption(
            "Deleted runs keep their weights and predictions, and their room on the disk, until they go for good."
        )
        for run in runs:
            _show(run)


def _show(run: Run) -> None:
    name, actions = st.columns([3, 2], vertical_alignment="center")
    name.markdown(plain(run_title(run)))
    with actions.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Restore", key=f"restore {run.identity}", icon=":material/restore_from_trash:"):
            _do(run_store().restore, run)
        with st.popover("Delete for good"):
            st.markdown(
                f"**{plain(run.name)}** with its weights and predictions cannot be had back. The pictures stay."
            )
            if st.button("Delete for good", key=f"erase {run.identity}", type="primary"):
                _do(run_store().erase, run)


def _do(action: Callable[[str], object], run: Run) -> None:
    try:
        action(run.identity)
    except RunError as error:
        say_error(error)
    else:
        st.rerun()
