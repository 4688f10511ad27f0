"""What a person changed in a data set: one list, to be looked through, saved and taken back."""

import pandas as pd
import streamlit as st

from sftviz.data.changes import Change, KeptTogether, Renamed
from sftviz.data.mended import kinds
from sftviz.data.stored import StoredData
from sftviz.ui.downloads import offer_csv
from sftviz.ui.mending import change_data
from sftviz.ui.pickers import pick_part
from sftviz.ui.pictures import thumbnail_uri
from sftviz.ui.stores import data_store
from sftviz.ui.wording import moment

_PER_PAGE = 50
_ROW_HEIGHT = 56  # pixels


def show_changes(stored: StoredData) -> None:
    """The list, newest first; those that are marked are taken back."""
    if not stored.changes:
        return
    box = st.expander("Changes", icon=":material/edit_note:", key="changes", on_change="rerun")
    if box.open:
        with box:
            _show_list(stored)


def _show_list(stored: StoredData) -> None:
    st.caption(
        "Made here since the pictures were added; they apply in order, the oldest first. No file is touched, and "
        "runs keep the version that they learned from. Mark changes on the left to take them back."
    )
    table = changes_table(stored)
    part = pick_part(len(table), _PER_PAGE, "changes_page")
    marked = _show_table(stored, table[part], part.start)
    with st.container(horizontal=True, vertical_alignment="center"):
        label = f"Take {len(marked):,} back" if marked else "Take back"
        takes = st.button(label, icon=":material/undo:", disabled=not marked, key="take back")
        takes_all = st.button("Take all back", icon=":material/settings_backup_restore:", type="tertiary")
        offer_csv(table, name=f"changes of {stored.name}", key="changes csv", label="List (CSV)")
    if takes or takes_all:
        change_data(stored, lambda: data_store().take_back(stored, stored.changes if takes_all else marked))


def changes_table(stored: StoredData) -> pd.DataFrame:
    """A line a change, newest first."""
    rows = [
        (kind, change.what, "" if change.at is None else moment(change.at), change.reason)
        for kind, change in zip(kinds(stored.whole, stored.changes), stored.changes, strict=True)
    ]
    return pd.DataFrame(rows[::-1], columns=["change", "what", "when", "reason"])


def _show_table(stored: StoredData, table: pd.DataFrame, start: int) -> list[Change]:
    """Returns the changes that are marked."""
    shown = stored.changes[::-1][start : start + len(table)]
    table = table.copy()
    table.insert(0, "picture", [_picture(stored, change) for change in shown])
    marked = st.dataframe(
        table,
        # Marks are places in this list: another list begins without any.
        key=f"changes {stored.listing.identity} {len(stored.changes)} {start}",
        hide_index=True,
        row_height=_ROW_HEIGHT,
        on_select="rerun",
        selection_mode="multi-row",
        column_config={"picture": st.column_config.ImageColumn(width="small")},
    )
    return [shown[row] for row in marked.selection.rows]


def _picture(stored: StoredData, change: Change) -> str:
    if isinstance(change, Renamed):
        return ""
    path = change.paths[0] if isinstance(change, KeptTogether) else change.path
    return thumbnail_uri(stored.whole.root / path, 98)
