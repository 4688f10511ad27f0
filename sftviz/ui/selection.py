"""What a person has chosen: it follows them from page to page and stands in the URL, for reloads and pasted links."""

import streamlit as st

_OF_ALL_RUNS = (
    *("data", "run", "group", "view", "method", "moved", "projection", "runs", "x", "recipe"),
    *("opacity", "signed", "grid", "strip", "methods"),
    *("layout", "colored", "mapped"),
    *("tags", "backbone", "runs_page", "folds", "fold_figure", "run_cell", "run_figure"),
)
_OF_A_RUN = (
    *("before", "after", "picture", "class"),
    *("matrix", "unit", "order", "classes", "cell", "figure"),
    *("other", "other_epoch", "flip"),
    *("gallery", "sort", "true", "only", "page"),
    *("metric", "threshold", "taken"),
    *("scope", "against", "layer", "many", "found", "confidence", "box"),
    *("learned", "side", "epoch", "points"),
    *("measure", "share"),
)
_OF_A_DATA_SET = ("fold_cell", "data_class", "data_page", "candidates", "finding", "finding_page", "changes_page")
# Whichever of these is chosen, every list of pictures stays as it is.
_HOW_SHOWN = (
    "method",
    "against",
    "layer",
    "opacity",
    "signed",
    "grid",
    "unit",
    "strip",
    "epoch",
    "colored",
    "measure",
    "share",
)
KEYS = (*_OF_ALL_RUNS, *_OF_A_RUN, *_OF_A_DATA_SET)

_PAGE = "page shown"
_LONGEST = 1000  # no choice has so long a name, and numbers of thousands of digits are refused by Python


def restore(page: str) -> None:
    """Take over what the URL says, all of it: so the browser's Back leads to what was chosen then.

    Into an address without any choice, where the navigation leads to, goes what the session knows; not where Back has
    led to it on the same page, which would undo the step.

    Args:
        page: which page is about to be shown.
    """
    named = {key: st.query_params[key] for key in KEYS if len(st.query_params.get(key, "")) in range(1, _LONGEST)}
    if named:
        for key in KEYS:
            st.session_state.pop(_slot(key), None)
        for key, value in named.items():
            st.session_state[_slot(key)] = value
    elif st.session_state.get(_PAGE) != page:
        _write()
    st.session_state[_PAGE] = page


def chosen(key: str) -> str | None:
    """The current choice, as text from the URL: not checked against anything."""
    value: str | None = st.session_state.get(_slot(key))
    return value


def remember(key: str, value: str) -> None:
    """Choose."""
    if chosen(key) != value:
        st.session_state[_slot(key)] = value
        _write()


def forget(key: str) -> None:
    """Choose nothing."""
    if st.session_state.pop(_slot(key), None) is not None:
        _write()


def move_on(choices: dict[str, str]) -> None:
    """Choose several things at once, and forget what belongs to another picture, run or list of pictures."""
    forgotten: tuple[str, ...] = ()
    if choices.get("run", chosen("run")) != chosen("run"):
        forgotten = _OF_A_RUN
    elif choices.get("data", chosen("data")) != chosen("data"):
        forgotten = (*_OF_A_DATA_SET, "page")
    elif "picture" in choices:
        forgotten = ("class", "against", "scope")
    elif "scope" in choices:
        forgotten = ("class", "against", "page")
    elif not choices.keys() <= {"page", *_HOW_SHOWN}:
        forgotten = ("page",)
    for key in forgotten:
        st.session_state.pop(_slot(key), None)
    for key, value in choices.items():
        st.session_state[_slot(key)] = value
    _write()


def current() -> dict[str, str]:
    """All choices, as query parameters."""
    return {key: st.session_state[_slot(key)] for key in KEYS if _slot(key) in st.session_state}


def _write() -> None:
    # All at once: each change of the address is a step in the browser's history.
    st.query_params.from_dict(current())


def _slot(key: str) -> str:
    return f"chosen {key}"
