"""The doors by which pictures come in: a dropped folder, a zip, a folder on this machine, the sample."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sftviz.data.by_folders import ByFolders
from sftviz.data.labels import Labels
from sftviz.data.stored import StoredData
from sftviz.errors import DataError, EmptyClassError, SftvizError
from sftviz.roots import require_allowed
from sftviz.ui.arrival import Arrival, Refusal, keep_waiting, layout_of, let_go, waiting
from sftviz.ui.components import folder_drop
from sftviz.ui.label_form import Kind, ask_labels, pick_kind, show_preview
from sftviz.ui.launching import add_sample
from sftviz.ui.messages import say_error
from sftviz.ui.navigation import go_to
from sftviz.ui.stores import data_store, uploads
from sftviz.ui.wording import plain

_DROP_HINTS: dict[Kind, str] = {
    "folders": "Its sub-folders are the classes: cats/…, dogs/…; or train/ and val/ with the classes inside.",
    "table": "With its table, in the folder or dropped together with it; you can also add the table afterwards.",
    "names": "All pictures in one folder, or in train/ and val/.",
}
_MOST_NAMED = 5
_MOST_STEPS = 500  # of a progress bar: each is a message to the browser


def show_intake() -> None:
    """All doors, as tabs; once pictures have arrived, how they get their labels; then the page shows the data set."""
    kind = pick_kind()
    if arrival := waiting():
        _confirm(arrival, kind)
        return
    folder, archive, here, sample = st.tabs(["A folder", "A zip file", "A folder on this machine", "The sample"])
    with folder:
        _folder_door(kind)
    with archive:
        _zip_door(kind)
    with here:
        _server_door(kind)
    with sample:
        st.markdown("343 clip-art pictures in six classes, in the public domain; they come with sftviz.")
        if st.button("Use the sample pictures"):
            _show(add_sample())


def _folder_door(kind: Kind) -> None:
    if "upload token" not in st.session_state:
        st.session_state["upload token"] = uploads().invite()
    token = st.session_state["upload token"]
    name = folder_drop(key="folder drop", url=f"/upload/{token}", hint=_DROP_HINTS[kind])
    staging = uploads().take(token)
    if staging is not None:
        st.session_state["upload token"] = uploads().invite()
        _receive(Arrival(staging, name or "Uploaded folder", is_copy=True), kind)


def _zip_door(kind: Kind) -> None:
    archive = st.file_uploader("A zip of the pictures", type="zip", key="zip")
    if archive is not None and st.button("Read the zip", type="primary"):
        try:
            with st.spinner("Unpacking…"):
                staging = data_store().unpack(archive)
        except SftvizError as error:
            say_error(error)
            return
        _receive(Arrival(staging, Path(archive.name).stem, is_copy=True), kind)


def _server_door(kind: Kind) -> None:
    with st.form("server folder", border=False):
        path = st.text_input("Path of the folder", placeholder="/home/me/pictures")
        validation = ""
        if kind != "table":
            validation = st.text_input(
                "Path of the validation folder, only if it is a separate one", placeholder="/home/me/validation"
            )
        st.caption("The pictures are read where they lie; nothing is copied or changed.")
        is_sent = st.form_submit_button("Read the folder")
    if is_sent and path.strip():
        folders = [Path(each.strip()).expanduser() for each in (path, validation) if each.strip()]
        try:
            root, *others = map(require_allowed, folders)
        except DataError as error:
            say_error(error)
            return
        _receive(
            Arrival(root, root.resolve().name or str(root), is_copy=False, validation=next(iter(others), None)), kind
        )


def _receive(arrival: Arrival, kind: Kind) -> None:
    """Add it where nothing is left to ask; an upload that turns out otherwise waits, and need not be sent again."""
    is_sure = kind == "folders" and (not arrival.is_copy or _fits(arrival, ByFolders()))
    if arrival.is_copy or not is_sure:
        keep_waiting(arrival)  # whoever leaves the page while it is read finds an upload waiting
    if is_sure:
        _add(arrival, ByFolders())
    else:
        st.rerun()


def _confirm(arrival: Arrival, kind: Kind) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(arrival.name)}** is here. Say how its pictures get their classes, then add them.")
        st.space("stretch")
        if st.button("Start over", icon=":material/undo:"):
            let_go()
            st.rerun()
    try:
        labels = ask_labels(kind, arrival)
        layout = layout_of(arrival, labels) if labels else None
    except DataError as error:
        say_error(error)
        return
    if labels and arrival.refusal and arrival.refusal.labels == labels:
        _show_refusal(arrival, arrival.refusal)
    elif labels and layout:
        show_preview(layout)
        if st.button("Add these pictures", type="primary", icon=":material/check:"):
            _add(arrival, labels)


def _show_refusal(arrival: Arrival, refusal: Refusal) -> None:
    """Why it was not added, and what could be left out; nothing that came is lost meanwhile."""
    st.error(plain(refusal.sentence), icon=":material/error:")
    if not refusal.classes:
        return
    st.caption("What came is kept until you decide. The other classes can be added; what is left out is then listed.")
    if st.button(_leave_out_words(refusal.classes), type="primary", icon=":material/check:", key="leave out classes"):
        _add(arrival, refusal.labels, without=refusal.classes)


def _leave_out_words(classes: Sequence[str]) -> str:
    if len(classes) > _MOST_NAMED:
        return f"Leave out these {len(classes):,} classes"
    return f"Leave out the {'class' if len(classes) == 1 else 'classes'} {', '.join(map(plain, classes))}"


def _fits(arrival: Arrival, labels: Labels) -> bool:
    try:
        return bool(layout_of(arrival, labels).files)
    except DataError:
        return False


def _add(arrival: Arrival, labels: Labels, without: Sequence[str] = ()) -> None:
    bar = st.progress(0.0, text="Reading the pictures…")

    def advance(done: int, total: int) -> None:
        _advance(bar, done, total)

    root, name = arrival.root, arrival.name
    try:
        if arrival.is_copy:
            stored = data_store().add_staged(root, name, labels=labels, without=without, on_progress=advance)
        else:
            stored = data_store().add_folder(
                root, name, labels=labels, validation=arrival.validation, without=without, on_progress=advance
            )
    except SftvizError as error:
        bar.empty()
        _refuse(arrival, labels, error)
        return
    _show(stored)


def _refuse(arrival: Arrival, labels: Labels, error: SftvizError) -> None:
    """Keep what came where something can be done about it; a folder that is not there any more is let go."""
    classes = error.classes if isinstance(error, EmptyClassError) else ()
    if arrival.root.is_dir() and (arrival.is_copy or classes):
        keep_waiting(replace(arrival, refusal=Refusal(labels, str(error), classes)))
        st.rerun()
    let_go()
    say_error(error)


def _advance(bar: DeltaGenerator, done: int, total: int) -> None:
    if done == total or done % max(1, total // _MOST_STEPS) == 0:
        bar.progress(done / total, text=f"Read {done:,} of {total:,} pictures")


def _show(stored: StoredData) -> NoReturn:
    let_go()
    go_to("data", data=stored.identity)
