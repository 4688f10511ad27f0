"""The doors by which pictures come in: a dropped folder, a zip, a folder on this machine, the sample."""

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sftviz.data.store import StoredData
from sftviz.errors import SftvizError
from sftviz.ui.components import folder_drop
from sftviz.ui.launching import add_sample
from sftviz.ui.messages import say_error
from sftviz.ui.navigation import go_to
from sftviz.ui.stores import data_store, uploads


def show_intake() -> None:
    """All doors, as tabs; after one was used the page shows the new data set."""
    folder, archive, here, sample = st.tabs(["A folder", "A zip file", "A folder on this machine", "The sample"])
    with folder:
        _folder_door()
    with archive:
        _zip_door()
    with here:
        _server_door()
    with sample:
        st.markdown("343 clip-art pictures in six classes, in the public domain; they come with sftviz.")
        if st.button("Use the sample pictures"):
            _show(add_sample())


def _folder_door() -> None:
    if "upload token" not in st.session_state:
        st.session_state["upload token"] = uploads().invite()
    token = st.session_state["upload token"]
    name = folder_drop(key="folder drop", url=f"/upload/{token}")
    staging = uploads().take(token)
    if staging is not None:
        st.session_state["upload token"] = uploads().invite()
        _add(lambda progress: data_store().add_staged(staging, name or "Uploaded folder", on_progress=progress))


def _zip_door() -> None:
    archive = st.file_uploader("A zip whose folders are the classes", type="zip", key="zip")
    if archive is not None and st.button("Read the zip", type="primary"):
        name = Path(archive.name).stem
        _add(lambda progress: data_store().add_archive(archive, name, on_progress=progress))


def _server_door() -> None:
    with st.form("server folder", border=False):
        path = st.text_input("Path of the folder", placeholder="/home/me/pictures")
        st.caption("The pictures are read where they lie; nothing is copied or changed.")
        is_sent = st.form_submit_button("Read the folder")
    if is_sent and path.strip():
        folder = Path(path.strip()).expanduser()
        _add(lambda progress: data_store().add_folder(folder, on_progress=progress))


def _add(add: Callable[[Callable[[int, int], None]], StoredData]) -> None:
    bar = st.progress(0.0, text="Reading the pictures…")
    try:
        stored = add(lambda done, total: _advance(bar, done, total))
    except SftvizError as error:
        bar.empty()
        say_error(error)
        return
    _show(stored)


def _advance(bar: DeltaGenerator, done: int, total: int) -> None:
    bar.progress(done / max(1, total), text=f"Read {done:,} of {total:,} pictures")


def _show(stored: StoredData) -> NoReturn:
    go_to("data", data=stored.identity)
