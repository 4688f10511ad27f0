"""What a person has chosen: it follows them from page to page and stands in the URL, for reloads and pasted links."""

import streamlit as st

KEYS = (
    "data",
    "run",
    "group",
    "before",
    "after",
    "view",
    "picture",
    "class",
    "method",
    "projection",
    "runs",
    "x",
    "recipe",
)


def restore() -> None:
    """Take over what the URL says, and put back into it what only the session knows."""
    for key in KEYS:
        if key in st.query_params:
            st.session_state[_slot(key)] = st.query_params[key]
        elif _slot(key) in st.session_state:
            st.query_params[key] = st.session_state[_slot(key)]


def chosen(key: str) -> str | None:
    """The current choice, as text from the URL: not checked against anything."""
    value: str | None = st.session_state.get(_slot(key))
    return value


def remember(key: str, value: str) -> None:
    """Choose."""
    st.session_state[_slot(key)] = value
    st.query_params[key] = value


def forget(key: str) -> None:
    """Choose nothing."""
    st.session_state.pop(_slot(key), None)
    st.query_params.pop(key, None)


def move_on(choices: dict[str, str]) -> None:
    """Choose several things at once, and forget what belongs to another picture or another run."""
    if choices.get("run", chosen("run")) != chosen("run"):
        for key in ("before", "after", "view", "picture", "class"):
            forget(key)
    if "picture" in choices:
        forget("class")
    for key, value in choices.items():
        remember(key, value)


def current() -> dict[str, str]:
    """All choices, as query parameters."""
    return {key: st.session_state[_slot(key)] for key in KEYS if _slot(key) in st.session_state}


def _slot(key: str) -> str:
    return f"chosen {key}"
