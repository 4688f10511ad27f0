"""The finding that is open: its pictures, the figure behind it, and what can be done."""

import streamlit as st

from sftviz.audit.audit import Audit
from sftviz.audit.findings import Finding, Noticed
from sftviz.data.stored import StoredData
from sftviz.figures.shortcuts import property_figure
from sftviz.ui.audit.tables import property_table
from sftviz.ui.components import Tile
from sftviz.ui.downloads import show_figure
from sftviz.ui.mending import change_data, show_selectable
from sftviz.ui.pickers import pick_part
from sftviz.ui.pictures import thumbnail_uri
from sftviz.ui.stores import data_store
from sftviz.ui.wording import plain

_PER_PAGE = 48
_GROUPED = ("labels", "twins", "copies", "near", "alike")


def show_finding(finding: Finding, found: Audit, stored: StoredData) -> None:
    """Everything about one finding."""
    st.subheader(plain(finding.title))
    said = next((each for each in found.said if finding.key == f"shortcut-{each.key}"), None)
    if said:
        classes = stored.listing.classes
        figure, table = property_figure(said, classes), property_table(said, classes)
        show_figure(figure, table, name=f"{said.key} by class", key="property")
        st.caption("Below, some pictures of each class at the value that sets it apart.")
    _offer_cures(finding, stored)
    part = pick_part(len(finding.pictures), _PER_PAGE, "finding_page")
    tiles = [_tile(noticed, finding, stored) for noticed in finding.pictures[part]]
    key = f"finding {finding.key} {part.start}"
    show_selectable(tiles, stored, key=key, label=finding.title, reason=finding.title)


def _tile(noticed: Noticed, finding: Finding, stored: StoredData) -> Tile:
    picture = stored.listing.pictures[noticed.index]
    group = f"group {noticed.group + 1}" if finding.check in _GROUPED else ""
    goes = "would be left out" if noticed.index in finding.leave_out else ""
    all_go = len(finding.leave_out) == len(finding.pictures)
    return Tile(
        key=picture.path,
        source=thumbnail_uri(stored.listing.root / picture.path),
        caption=stored.listing.classes[picture.label],
        notes=tuple(filter(None, (group, noticed.note, "" if all_go else goes))),
        label=picture.path,
    )


def _offer_cures(finding: Finding, stored: StoredData) -> None:
    # Near-duplicates stay together anyway, and a split that the data bring is kept as it is.
    can_keep = finding.check == "alike" and not stored.listing.has_own_split
    if not finding.leave_out and not can_keep:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if finding.leave_out:
            _offer_to_leave_out(finding, stored)
        if can_keep:
            _offer_to_keep_together(finding, stored)
        st.caption("The files stay as they are, and you can take changes back. Runs that are there keep theirs.")


def _offer_to_leave_out(finding: Finding, stored: StoredData) -> None:
    number = len(finding.leave_out)
    label = f"Leave {number:,} out" if number < len(finding.pictures) else "Leave these out"
    if st.button(label, icon=":material/visibility_off:", key="leave out"):
        paths = [stored.listing.pictures[index].path for index in finding.leave_out]
        change_data(stored, lambda: data_store().leave_out(stored, paths, finding.title))


def _offer_to_keep_together(finding: Finding, stored: StoredData) -> None:
    if st.button(
        "Keep these together in the split",
        icon=":material/link:",
        key="keep together",
        help="Each group goes to one side as a whole, in folds too.",
    ):
        groups: dict[int, list[str]] = {}
        for noticed in finding.pictures:
            groups.setdefault(noticed.group, []).append(stored.listing.pictures[noticed.index].path)
        change_data(stored, lambda: data_store().keep_together(stored, list(groups.values()), "much alike"))
