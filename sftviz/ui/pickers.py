"""Select boxes that stay in step with the selection."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from sftviz.errors import RunError
from sftviz.runs.run import Run
from sftviz.ui import selection
from sftviz.ui.messages import say_error
from sftviz.ui.navigation import go_to
from sftviz.ui.stores import run_store
from sftviz.ui.wording import epoch_name, run_title


def pick(label: str, key: str, options: Sequence[str], default: str, words: Callable[[str], str] = str) -> str:
    """A select box for one part of the selection; an unknown choice, from an old link say, becomes the default."""
    chosen = selection.chosen(key)
    widget = f"pick {key}"
    st.session_state[widget] = chosen if chosen in options else default
    return st.selectbox(
        label,
        options,
        key=widget,
        format_func=words,
        on_change=lambda: selection.move_on({key: st.session_state[widget]}),
    )


def pick_run(*, is_evaluated: bool) -> Run:
    """The run that a page is about; a page without one says how to get it, and ends there."""
    listed = evaluated_runs() if is_evaluated else run_store().list()
    runs = {run.identity: run for run in listed}
    if not runs:
        _say_that_there_is_none(is_evaluated=is_evaluated)
    default = next(iter(runs))
    run = runs[pick("Run", "run", list(runs), default, lambda identity: run_title(runs[identity]))]
    # The link to this page must name what it shows, also where nobody chose.
    selection.remember("run", run.identity)
    try:
        _ = run.state
    except RunError as error:
        say_error(error)
        st.stop()
    return run


def evaluated_runs() -> tuple[Run, ...]:
    """The runs that have finished epoch 0 at least, newest first."""
    return tuple(run for run in run_store().list() if _has_epochs(run))


def pick_epochs(run: Run, epochs: Sequence[int]) -> tuple[int, int]:
    """Two checkpoints to compare: epoch 0 and the best one, unless others are chosen."""
    best = run.state.best
    names = [str(epoch) for epoch in epochs]
    last = str(best.epoch) if best and best.epoch in epochs else names[-1]
    with st.container(horizontal=True):
        before = pick("Before", "before", names, names[0], lambda name: epoch_name(run, int(name)))
        after = pick("After", "after", names, last, lambda name: epoch_name(run, int(name)))
    return int(before), int(after)


def pick_view(titles: Mapping[str, str]) -> str:
    """Which part of a page is shown: the key of one of the titles."""
    return pick_segment("view", titles, "View")


def pick_segment(key: str, titles: Mapping[str, str], label: str, default: str | None = None) -> str:
    """One of a few segments for one part of the selection: the key of its title; the first one by default."""
    chosen, widget = selection.chosen(key), f"pick {key}"
    default = default or next(iter(titles))
    st.session_state[widget] = chosen if chosen in titles else default
    picked: str | None = st.segmented_control(
        label,
        list(titles),
        key=widget,
        format_func=titles.__getitem__,
        label_visibility="collapsed",
        required=True,
        on_change=lambda: selection.remember(key, st.session_state[widget]),
    )
    return picked or default


def _has_epochs(run: Run) -> bool:
    try:
        return bool(run.state.epochs)
    except RunError:
        return False


def _say_that_there_is_none(*, is_evaluated: bool) -> None:
    what = "No run has finished its first evaluation yet." if is_evaluated else "There is no run yet."
    st.info(f"{what} Start one on the sample pictures or on your own.", icon=":material/info:")
    if st.button("Go to Home", type="primary", icon=":material/home:"):
        go_to("home")
    st.stop()
