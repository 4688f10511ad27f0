"""Pictures of a data set that can be selected, and what can be changed about those that are."""

from collections.abc import Callable, Sequence

import streamlit as st

from sftviz.audit.findings import counted
from sftviz.data.stored import StoredData
from sftviz.errors import SftvizError
from sftviz.ui import selection
from sftviz.ui.components import Tile, selectable_gallery
from sftviz.ui.messages import say_error
from sftviz.ui.stores import data_store
from sftviz.ui.wording import plain

_MOST_OF_REASON = 200  # letters


def show_selectable(tiles: Sequence[Tile], stored: StoredData, *, key: str, label: str, reason: str = "") -> None:
    """Pictures, and above them what can be done with those that are selected.

    Args:
        tiles: their keys are paths of the data set.
        stored: the data set.
        key: another one wherever other pictures are shown: a selection is of what one sees.
        label: what a screen reader says.
        reason: why, unless a person writes something else.
    """
    st.fragment(_select)(tiles, stored, f"{key} {stored.listing.identity}", label, reason)


def offer_changes(stored: StoredData, paths: Sequence[str], *, key: str, reason: str, to: str | None = None) -> None:
    """Move to another class, or leave out.

    Args:
        stored: the data set that the pictures are in.
        paths: of the pictures; none where nothing can be done yet.
        key: identity of the line on its page.
        reason: why, unless a person writes something else.
        to: the class that is chosen at first.
    """
    classes = stored.listing.classes
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.selectbox(
            "Move to class",
            classes,
            index=classes.index(to) if to in classes else None,
            placeholder="Choose a class",
            key=f"class {key}",
            disabled=not paths,
            width=220,
        )
        moves = st.button(
            "Move", icon=":material/drive_file_move:", key=f"move {key}", disabled=not paths or wanted is None
        )
        why = st.text_input(
            "Reason", reason, key=f"why {key}", max_chars=_MOST_OF_REASON, placeholder="may be empty", width=260
        )
        leaves_out = st.button(
            "Leave out", icon=":material/visibility_off:", key=f"leave out {key}", disabled=not paths
        )
    if moves and wanted is not None:
        change_data(stored, lambda: data_store().relabel(stored, paths, wanted, why.strip()))
    if leaves_out:
        change_data(stored, lambda: data_store().leave_out(stored, paths, why.strip()))


def offer_to_rename(stored: StoredData, name: str) -> None:
    """Another name for a class; that of another class merges the two."""
    others = [each for each in stored.listing.classes if each != name]
    key = f"{name} {stored.listing.identity}"
    with st.popover("Rename or merge", icon=":material/edit:"):
        wanted = st.selectbox(
            f"Call {plain(name)}",
            others,
            index=None,
            key=f"new name {key}",
            placeholder="Type a new name, or choose a class",
            accept_new_options=True,
        )
        why = st.text_input("Reason", key=f"why renamed {key}", max_chars=_MOST_OF_REASON, placeholder="may be empty")
        is_merge = wanted in others
        if is_merge:
            counts = stored.listing.counts()
            words = counted(counts[str(wanted)].total(), "picture", "pictures")
            st.caption(f"It becomes one class with {plain(str(wanted))}, which has {words}.")
        if st.button("Merge" if is_merge else "Rename", type="primary", key=f"rename {key}", disabled=not wanted):
            change_data(stored, lambda: data_store().rename_class(stored, name, str(wanted), why.strip()))


def change_data(stored: StoredData, change: Callable[[], StoredData]) -> None:
    """Make a change and show the page anew, or say why it cannot be made."""
    try:
        changed = change()
    except SftvizError as error:
        say_error(error)
        return
    if changed.changes == stored.changes:
        st.info("There is nothing to change: it is like that already.", icon=":material/info:")
        return
    _keep_class(stored.listing.classes, changed.listing.classes)
    st.rerun()


def _select(tiles: Sequence[Tile], stored: StoredData, key: str, label: str, reason: str) -> None:
    above = st.container()
    selected = selectable_gallery(tiles, key=key, label=label)
    with above:
        words = counted(len(selected), "picture is selected", "pictures are selected")
        st.markdown(f"**{words}.**" if selected else "Click pictures to select them.")
        offer_changes(stored, selected, key=key, reason=reason)


def _keep_class(before: Sequence[str], after: Sequence[str]) -> None:
    """Keep the class whose pictures are shown: the address has its place, which may be another now."""
    place = selection.chosen("data_class") or ""
    name = before[int(place)] if place.isdecimal() and int(place) < len(before) else None
    if name is None:
        return
    if name in after:
        selection.remember("data_class", str(after.index(name)))
    else:
        selection.forget("data_class")
