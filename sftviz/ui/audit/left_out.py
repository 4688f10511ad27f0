"""The pictures that a person left out of a data set, to be looked through and taken back."""

import pandas as pd
import streamlit as st

from sftviz.audit.findings import counted
from sftviz.data.store import StoredData
from sftviz.ui.components import Tile, gallery
from sftviz.ui.downloads import offer_csv
from sftviz.ui.pickers import pick_part
from sftviz.ui.pictures import thumbnail_uri
from sftviz.ui.stores import data_store

_PER_PAGE = 48


def show_left_out(stored: StoredData) -> None:
    """The list; a click takes a picture back."""
    if not stored.left_out:
        return
    title = counted(len(stored.left_out), "picture is left out", "pictures are left out")
    with st.expander(title, icon=":material/visibility_off:"):
        st.caption(
            "They are neither trained on nor counted. Their files are as they were. Click a picture to take it back."
        )
        part = pick_part(len(stored.left_out), _PER_PAGE, "left_out_page")
        labels = {picture.path: picture.label for picture in stored.whole.pictures}
        tiles = [
            Tile(
                key=each.path,
                source=thumbnail_uri(stored.whole.root / each.path),
                caption=stored.whole.classes[labels[each.path]],
                notes=(each.reason,),
                label=f"Take {each.path} back",
            )
            for each in stored.left_out[part]
        ]
        clicked = gallery(tiles, key="left out", label="Pictures that are left out")
        with st.container(horizontal=True, vertical_alignment="center"):
            takes_all = st.button("Take all back", icon=":material/undo:")
            rows = [(each.path, each.reason) for each in stored.left_out]
            table = pd.DataFrame(rows, columns=["file", "why"])
            offer_csv(table, name="left out", key="left out csv", label="List (CSV)")
    paths = {each.path for each in stored.left_out if takes_all or each.path == clicked}
    if paths:
        data_store().take_back(stored, paths)
        st.rerun()
