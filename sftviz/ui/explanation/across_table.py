"""The explained pictures as a table with a column for each method, and the mean maps as one."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from sftviz.attribution.across import EvidenceAcross
from sftviz.attribution.across_table import (
    BORDER_AFTER,
    BORDER_BEFORE,
    CHANGE,
    CONFIDENCE,
    OUTSIDE,
    PATTERN,
    across_table,
    column_name,
)
from sftviz.attribution.box import Box
from sftviz.attribution.catalogue import METHODS
from sftviz.figures.across import ClassMaps
from sftviz.results import IntArray
from sftviz.runs.run import Run
from sftviz.ui.downloads import offer_csv
from sftviz.ui.explanation.across_pictures import open_picture
from sftviz.ui.explanation.small_maps import small_maps
from sftviz.ui.pickers import pick_part
from sftviz.ui.pictures import picture_path, thumbnail_uri

_ROWS = 50
_HEIGHT = 72  # of a row, in pixels
_BEFORE_MAPS = 3  # columns: picture, truth and prediction
_SHARES = {BORDER_BEFORE: "border before", BORDER_AFTER: "border after", OUTSIDE: "outside"}
_percent = partial(st.column_config.NumberColumn, format="%.1f %%")


def show_table(
    run: Run, every: Sequence[EvidenceAcross], lead: EvidenceAcross, places: IntArray, box: Box | None
) -> None:
    """One row a picture; choosing one opens it among its maps.

    Args:
        run: whose pictures they are.
        every: what each method found.
        lead: that of the method by which they are chosen and sorted.
        places: in [0, M) of the pictures that it has explained, in order.
        box: what lies outside it is told as well.
    """
    if not len(places):
        st.caption("No picture.")
        return
    indices = lead.indices_M[places]
    shown = indices[pick_part(len(indices), _ROWS)]
    table, columns = _with_maps(run, every, shown, box)
    picked = st.dataframe(
        table,
        key="across table",
        hide_index=True,
        row_height=_HEIGHT,
        height=min(620, _HEIGHT * len(shown) + 60),
        on_select="rerun",
        selection_mode="single-row",
        column_config=columns,
    )
    offer_csv(
        lambda: across_table(every, indices, box),
        name=f"evidence across {run.identity} epochs {lead.before.source.epoch} and {lead.after.source.epoch}",
        key="across csv",
        label="Data (CSV)",
    )
    if picked.selection.rows:
        open_picture(lead.after.examples[shown[picked.selection.rows[0]]], lead.method)
    st.caption(
        "Maps: before beside after, on one scale for the two, in 14 × 14 cells of what the network sees. A column's "
        "head sorts this page of the table; *Sorted by* sorts all pictures."
    )


def _with_maps(
    run: Run, every: Sequence[EvidenceAcross], indices: IntArray, box: Box | None
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The table for the eye, and how its columns are shown."""
    table = across_table(every, indices, box)
    columns: dict[str, Any] = {
        "picture": st.column_config.ImageColumn(width="small"),
        CONFIDENCE: _percent(),
        CHANGE: st.column_config.NumberColumn("change of truth", help=CHANGE, format="%+.1f points"),
    }
    table["picture"] = [thumbnail_uri(picture_path(run, name), 98) for name in table["picture"]]
    table[[CONFIDENCE, CHANGE]] *= 100
    for number, across in enumerate(every):
        method = METHODS[across.method]
        pattern = column_name(across.method, PATTERN)
        table.insert(_BEFORE_MAPS + number, method.title, small_maps(run, across, indices.tolist()))
        columns[method.title] = st.column_config.ImageColumn(help=method.what, width=160)
        columns[pattern] = st.column_config.NumberColumn(f"pattern, {method.title}", help=pattern, format="%.2f")
        for name, words in _SHARES.items():
            full = column_name(across.method, name)
            if full in table:
                table[full] *= 100
                columns[full] = _percent(f"{words}, {method.title}", help=full)
    return table, columns


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
