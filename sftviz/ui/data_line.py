"""What a run learns from, and what of it is left out: one line."""

import streamlit as st

from sftviz.data.lost import skipped_words
from sftviz.runs.run import Run
from sftviz.ui.version_words import version_words
from sftviz.ui.wording import plain


def show_data(run: Run, verb: str = "Learned") -> None:
    """The data set of a run, and how many of its pictures it goes without."""
    left_out = f" {skipped_words(run.state.skipped)}" if run.state.skipped else ""
    st.caption(plain(f"{verb} from {version_words(run.config.data.dataset)}.{left_out}"))
