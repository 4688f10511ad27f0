"""Select boxes that stay in step with the selection."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar, cast

import streamlit as st

from sftviz.data.stored import StoredData
from sftviz.errors import RunError
from sftviz.runs.run import Run
from sftviz.ui import selection
from sftviz.ui.messages import say_error
from sftviz.ui.navigation import go_to
from sftviz.ui.stores import data_store, run_store
from sftviz.ui.version_words import changes_words
from sftviz.ui.wording import epoch_name, run_title

_ON = "on"
Choice = TypeVar("Choice", bound=str)


def pick(
    label: str, key: str, options: Sequence[Choice], default: Choice, words: Callable[[Choice], str] = str
) -> Choice:
    """A select box for one part of the selection; an unknown choice, from an old link say, becomes the default."""
    chosen = selection.chosen(key)
    widget = f"pick {key}"
    st.session_state[widget] = chosen if chosen in options else default
    titles = dict(zip(options, _distinct([words(option) for option in options]), strict=True))
    return st.selectbox(
        label,
        options,
        key=widget,
        format_func=titles.__getitem__,
        on_change=lambda: selection.move_on({key: st.session_state[widget]}),
    )


def _distinct(titles: Sequence[str]) -> list[str]:
    """The browser tells options apart by their words: those that come again get a number, from the last one on."""
    distinct: dict[str, None] = {}
    for title in reversed(titles):
        number, words = 1, title
        while words in distinct:
            number += 1
            words = f"{title} ({number})"
        distinct[words] = None
    return list(distinct)[::-1]


def pick_data() -> StoredData | None:
    """The data set that a page is about; without any, how to get one is said, and None comes back."""
    known = {stored.identity: stored for stored in data_store().list()}
    if not known:
        st.info("Add pictures first: your own, or the sample.", icon=":material/info:")
        if st.button("Go to Data", type="primary", icon=":material/photo_library:"):
            go_to("data")
        return None
    identity = pick(
        "Data set", "data", list(known), next(iter(known)), lambda each: known[each].name + changes_words(known[each])
    )
    selection.remember("data", identity)
    return known[identity]


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
    with st.container(horizontal=True):
        pair = pick_epoch("Before", "before", run, epochs, epochs[0]), pick_epoch("After", "after", run, epochs)
    for name, shown in zip(("before", "after"), pair, strict=True):
        wanted = selection.chosen(name) or ""
        if wanted.isdecimal() and int(wanted) in {each.epoch for each in run.state.epochs} - {shown}:
            st.caption(f"The weights of epoch {wanted} are not kept; *{name}* is epoch {shown} here.")
    return pair


def pick_epoch(label: str, key: str, run: Run, epochs: Sequence[int], default: int | None = None) -> int:
    """One checkpoint: the best one, unless the default or what is chosen is another."""
    names = [str(epoch) for epoch in epochs]
    first = str(_best_of(run, epochs) if default is None else default)
    return int(pick(label, key, names, first, lambda name: epoch_name(run, int(name))))


def _best_of(run: Run, epochs: Sequence[int]) -> int:
    """The best of some epochs of a run; the last one where the best is not among them."""
    best = run.state.best
    return best.epoch if best and best.epoch in epochs else epochs[-1]


def slide_epoch(run: Run, epochs: Sequence[int]) -> int:
    """One checkpoint on a slider: the best one, unless another is chosen; a select box where there is only one."""
    if len(epochs) == 1:
        return pick_epoch("After", "after", run, epochs)
    names = [str(epoch) for epoch in epochs]
    chosen = selection.chosen("after")
    st.session_state["slide after"] = chosen if chosen in names else str(_best_of(run, epochs))
    slid: str = st.select_slider(
        "After",
        names,
        key="slide after",
        format_func=lambda name: epoch_name(run, int(name)),
        on_change=lambda: selection.move_on({"after": st.session_state["slide after"]}),
    )
    return int(slid)


def pick_view(titles: Mapping[str, str]) -> str:
    """Which part of a page is shown: the key of one of the titles."""
    return pick_one("View", "view", titles)


def pick_one(label: str, key: str, titles: Mapping[str, str], default: str | None = None) -> str:
    """A row of buttons for one part of the selection; the key of the chosen title, the first one by default."""
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
        on_change=lambda: selection.move_on({key: st.session_state[widget]}),
    )
    return picked or default


def pick_number(label: str, key: str, least: int, most: int, default: int, *, explanation: str) -> int:
    """A whole number for one part of the selection; one that is out of reach becomes the nearest."""
    widget = f"pick {key}"
    st.session_state[widget] = _whole_number(key, least, most, default)
    return st.number_input(
        label, least, most, key=widget, help=explanation, on_change=lambda: _choose_number(key, widget)
    )


def slide(label: str, key: str, least: int, most: int, step: int, *, default: int) -> int:
    """The same on a slider."""
    widget = f"slide {key}"
    st.session_state[widget] = _whole_number(key, least, most, default)
    return st.slider(label, least, most, step=step, key=widget, on_change=lambda: _choose_number(key, widget))


def slide_range(label: str, key: str, least: int, most: int, *, unit: str) -> tuple[int, int]:
    """Two whole numbers for one part of the selection, the lower one first; the whole range unless it is chosen."""
    widget = f"slide {key}"
    parts = (selection.chosen(key) or "").split(",")
    ends = [int(part) for part in parts if part.isdecimal()]
    is_range = len(ends) == len(parts) == 2 and least <= ends[0] <= ends[1] <= most
    st.session_state[widget] = (ends[0], ends[1]) if is_range else (least, most)
    slid = st.slider(
        label,
        least,
        most,
        key=widget,
        format=f"%d{unit}",
        on_change=lambda: selection.move_on({key: ",".join(map(str, st.session_state[widget]))}),
    )
    # Told through the session that it has two ends, it gives back both.
    return cast("tuple[int, int]", slid)


def _whole_number(key: str, least: int, most: int, default: int) -> int:
    chosen = selection.chosen(key) or ""
    return min(max(int(chosen) if chosen.isdecimal() else default, least), most)


def _choose_number(key: str, widget: str) -> None:
    selection.move_on({key: str(st.session_state[widget])})


def pick_switch(label: str, key: str) -> bool:
    """Something that is shown only on demand, as one part of the selection."""
    widget = f"pick {key}"
    st.session_state[widget] = selection.chosen(key) == _ON
    return st.toggle(
        label,
        key=widget,
        on_change=lambda: selection.remember(key, _ON) if st.session_state[widget] else selection.forget(key),
    )


def pick_part(count: int, most: int, key: str = "page") -> slice:
    """Which part of a list of `count` is shown, page by page with at most so many on each; all where one page does."""
    num_pages = -(-count // most)
    if num_pages < 2:
        return slice(0, count)
    chosen = selection.chosen(key) or ""
    page = min(int(chosen), num_pages) if chosen.isdecimal() and int(chosen) else 1
    # A widget for each page: Streamlit warns of one that has a default and is also told its value.
    widget = f"{key} {page} of {num_pages}"
    st.pagination(
        num_pages,
        default=page,
        key=widget,
        on_change=lambda: selection.move_on({key: str(st.session_state[widget])}),
    )
    return slice(most * (page - 1), min(most * page, count))


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
