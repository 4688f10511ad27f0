"""The pages in the order of the work, and how to get from one to another with the selection kept."""

from functools import cache
from pathlib import Path
from typing import NoReturn

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from sftviz.ui import selection

_PAGES = Path(__file__).parents[2] / "pages"


def _page(name: str, title: str, icon: str, *, default: bool = False) -> StreamlitPage:
    # Absolute paths: the main script does not lie beside the pages.
    return st.Page(_PAGES / f"{name}.py", title=title, icon=f":material/{icon}:", url_path=name, default=default)


@cache
def _all() -> dict[str, StreamlitPage]:
    return {
        "home": _page("home", "Home", "home", default=True),
        "data": _page("data", "Data", "photo_library"),
        "model": _page("model", "Model", "deployed_code"),
        "train": _page("train", "Train", "monitoring"),
        "sweep": _page("sweep", "Sweep", "grid_view"),
        "folds": _page("folds", "Cross-validate", "splitscreen"),
        "evaluate": _page("evaluate", "Evaluate", "fact_check"),
        "compare": _page("compare", "Compare", "compare_arrows"),
        "explain": _page("explain", "Explain", "visibility"),
        "embeddings": _page("embeddings", "Embeddings", "scatter_plot"),
    }


def pages() -> dict[str, list[StreamlitPage]]:
    """Sections of the navigation."""
    every = _all()
    return {
        "": [every["home"]],
        "Prepare": [every["data"], every["model"]],
        "Fine-tune": [every["train"], every["sweep"], every["folds"]],
        "Understand": [every["evaluate"], every["compare"], every["explain"], every["embeddings"]],
    }


def go_to(name: str, **chosen: str) -> NoReturn:
    """Switch to a page, with these choices added to the selection."""
    selection.move_on(chosen)
    st.switch_page(_all()[name], query_params=selection.current())
    raise AssertionError("st.switch_page does not return")
