"""What can be done with a run wherever it is shown: go on with it, give it more epochs, move it in the queue."""

from typing import Literal, get_args

import streamlit as st

from sftviz.errors import SftvizError
from sftviz.jobs.queue import PRIORITIES, Move, Place
from sftviz.runs.extension import extend
from sftviz.runs.run import Run
from sftviz.ui.messages import say_error
from sftviz.ui.navigation import go_to
from sftviz.ui.stores import jobs

_MOST_EPOCHS = 1000
_MOVES: dict[Move, tuple[str, str]] = {
    "first": ("To the front", "vertical_align_top"),
    "up": ("Up", "arrow_upward"),
    "down": ("Down", "arrow_downward"),
}


def offer_to_go_on(run: Run, status: str, *, is_main: bool) -> None:
    """A way on for a run that nobody works on; `is_main` where it is what the page is for."""
    if status in ("stopped", "interrupted", "failed"):
        label = "Continue" if status == "stopped" else "Resume"
        kind: Literal["primary", "secondary"] = "primary" if is_main else "secondary"
        if st.button(label, key=f"continue {run.identity}", type=kind, icon=":material/play_arrow:"):
            jobs().submit(run)
            go_to("train", run=run.identity)
    elif status == "finished":
        _offer_more_epochs(run)


def _offer_more_epochs(run: Run) -> None:
    stages = run.recipe.stages
    why_not = None if stages else "This recipe solves for the head directly; there are no epochs to add to."
    with st.popover("Continue", icon=":material/play_arrow:", disabled=not stages, help=why_not):
        if not stages:
            return
        is_new = run.config.origin is not None and not run.state.extensions
        optimizer = "a new optimizer" if is_new else "the optimizer as it was"
        st.markdown(f"Train on from the last epoch, with {optimizer}; the learning rate starts anew.")
        epochs = st.number_input("More epochs", 1, _MOST_EPOCHS, stages[-1].epochs, key=f"more {run.identity}")
        if st.button("Go on", key=f"extend {run.identity}", type="primary"):
            try:
                extend(run, int(epochs))
                jobs().submit(run)
            except SftvizError as error:
                say_error(error)
            else:
                go_to("train", run=run.identity)


def place_text(place: Place) -> str:
    """Where a run waits, in words."""
    text = "next in the queue" if place.number == 1 else f"{place.number} of {place.of} in the queue"
    return text if place.priority == "normal" else f"{text} · {place.priority}"


def offer_to_move(run: Run, place: Place) -> None:
    """Other places in the queue, and another priority."""
    with st.popover(":material/low_priority:", help="Change its place in the queue"):
        with st.container(horizontal=True):
            for where in get_args(Move):
                label, icon = _MOVES[where]
                is_there = place.number == (place.of if where == "down" else 1)
                key = f"{where} {run.identity}"
                st.button(
                    label,
                    key=key,
                    icon=f":material/{icon}:",
                    disabled=is_there,
                    on_click=jobs().move,
                    args=(run, where),
                )
        key = f"priority {run.identity}"
        # Moving a run may have changed it.
        st.session_state[key] = place.priority
        st.segmented_control(
            "Priority",
            PRIORITIES,
            key=key,
            required=True,
            on_change=lambda: jobs().set_priority(run, st.session_state[key]),
        )
