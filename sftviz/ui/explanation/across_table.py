"""The explained pictures as a table, and the mean maps as one."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from sftviz.attribution.across import EvidenceAcross, across_table
from sftviz.figures.across import ClassMaps
from sftviz.results import IntArray
from sftviz.runs.run import Run
from sftviz.ui import selection
from sftviz.ui.downloads import offer_csv
from sftviz.ui.pickers import pick_page
from sftviz.ui.pictures import picture_path, thumbnail_uri

_ROWS = 100
_SHARES = {
    "confidence": "confidence",
    "on the border before": "border before",
    "on the border after": "border after",
}
_CHANGE = "change of the truth's probability"


def show_table(run: Run, across: EvidenceAcross, places: IntArray) -> None:
    """One row a picture; choosing one opens it among its maps."""
    if not len(places):
        st.caption("No picture.")
        return
    page = pick_page(-(-len(places) // _ROWS))
    shown = across_table(across, places[_ROWS * (page - 1) : _ROWS * page])
    names = shown.pop("picture").tolist()
    shown.insert(0, "picture", [thumbnail_uri(picture_path(run, name), 64) for name in names])
    shown[[*_SHARES, _CHANGE]] *= 100
    columns = {
        name: st.column_config.NumberColumn(label, help=name, format="%.1f %%") for name, label in _SHARES.items()
    }
    picked = st.dataframe(
        shown,
        key="across table",
        hide_index=True,
        row_height=52,
        height=min(600, 52 * (len(shown) + 1)),
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "picture": st.column_config.ImageColumn(width="small"),
            "change of pattern": st.column_config.NumberColumn(format="%.2f"),
            _CHANGE: st.column_config.NumberColumn("change of truth", help=_CHANGE, format="%+.1f points"),
            **columns,
        },
    )
    offer_csv(
        lambda: across_table(across, places),
        name=f"evidence across {run.identity} epochs {across.before.source.epoch} and {across.after.source.epoch}",
        key="across csv",
        label="Data (CSV)",
    )
    if picked.selection.rows:
        selection.move_on({"scope": "one", "picture": names[picked.selection.rows[0]], "method": across.method})
        st.rerun()


def class_mean_table(maps: Sequence[ClassMaps]) -> pd.DataFrame:
    """One row a class and cell; shares of the evidence in [0, 1]."""
    parts = []
    for name, before, after, count in maps:
        rows, columns = np.indices(before.shape)
        parts.append(
            pd.DataFrame(
                {
                    "class": name,
                    "pictures": count,
                    "row": rows.ravel(),
                    "column": columns.ravel(),
                    "share before": before.ravel(),
                    "share after": after.ravel(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
