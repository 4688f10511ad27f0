"""Errors as a person reads them: whole sentences, with nothing in them taken for Markdown."""

import streamlit as st

from sftviz.errors import SftvizError
from sftviz.ui.wording import plain


def say_error(error: SftvizError) -> None:
    """Show what went wrong."""
    st.error(plain(str(error)), icon=":material/error:")
