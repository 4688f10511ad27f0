"""What the machine has to spare, in one line, and a way to get the room of the caches back."""

import streamlit as st

from sftviz.errors import SftvizError
from sftviz.home import default_home
from sftviz.resources import resources, size_text
from sftviz.ui.messages import say_error
from sftviz.ui.stores import caches
from sftviz.ui.wording import plain


def show_machine() -> None:
    """Device, cores, memory, disk and caches as they are now."""
    with st.container(horizontal=True, vertical_alignment="center"):
        line = st.empty()
        if st.button(
            "Clear caches",
            icon=":material/mop:",
            type="tertiary",
            help="Deletes decoded pictures and features. They are computed again when a run needs them; runs at work "
            "keep what they use.",
        ):
            st.toast(f"{size_text(caches().clear())} cleared; what is needed again is computed again.")
        try:
            line.caption(_line())
        except SftvizError as error:
            say_error(error)


def _line() -> str:
    found, cache = resources(default_home()), caches()
    memory = ""
    if found.memory_bytes and found.free_memory_bytes:
        memory = f"{size_text(found.free_memory_bytes)} of {size_text(found.memory_bytes)} memory free · "
    return (
        f"{plain(found.device)} · {found.num_cores} cores · {memory}{size_text(found.free_disk_bytes)} of disk free · "
        f"caches take {size_text(cache.usage().num_bytes)} of at most {size_text(cache.max_bytes)}"
    )
