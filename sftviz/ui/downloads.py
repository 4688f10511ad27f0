"""Figures and tables that can be taken away: a picture of what is seen, and the numbers behind it."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from sftviz.analysis.csv_export import csv_bytes

Table = pd.DataFrame | Callable[[], pd.DataFrame]


def show_figure(figure: go.Figure, table: Table, *, name: str, key: str, is_clickable: bool = False) -> int | None:
    """Show a figure whose camera button saves it as PNG, made by the browser, and offer its numbers as CSV.

    Args:
        figure: what to show.
        table: its numbers in the units of its axes, or what makes them once somebody asks.
        name: of the files, without an ending; say which figure of which run and epochs.
        key: identity of the figure on its page.
        is_clickable: whether a click on a point means something.

    Returns:
        The `customdata` of the point that is picked, else None.
    """
    config = _prepared(figure, name)
    with st.container(gap="xsmall"):
        picked = None
        if is_clickable:
            event = st.plotly_chart(figure, key=key, on_select="rerun", selection_mode="points", config=config)
            picked = next((int(point["customdata"]) for point in event.selection.points), None)
        else:
            st.plotly_chart(figure, key=key, config=config)
        offer_csv(table, name=name, key=f"{key} csv", label="Data (CSV)")
    return picked


def _prepared(figure: go.Figure, name: str) -> dict[str, Any]:
    # The page's own font is missing in the saved picture: letters of another width would be cut off at its edges.
    figure.update_layout(font_family="sans-serif")
    picture = {"format": "png", "filename": file_name(name), "scale": 2}
    return {"modeBarButtons": [["toImage"]], "displaylogo": False, "toImageButtonOptions": picture}


def show_table(table: pd.DataFrame, *, name: str, key: str, formats: Mapping[str, str] | None = None) -> None:
    """Show a table that can be sorted, and offer it as CSV.

    Args:
        table: what to show; its columns' names say the units.
        name: of the file, without an ending.
        key: identity of the table on its page.
        formats: of columns of numbers, for the eye only; the file has all digits.
    """
    rounded = {title: st.column_config.NumberColumn(format=form) for title, form in (formats or {}).items()}
    with st.container(gap="xsmall"):
        st.dataframe(table, hide_index=True, column_config=rounded)
        offer_csv(table, name=name, key=f"{key} csv", label="Table (CSV)")


def offer_csv(table: Table, *, name: str, key: str, label: str) -> None:
    """A small button that saves a table; nothing is written before it is clicked."""
    offer_file(
        lambda: csv_bytes(table() if callable(table) else table),
        file_name=f"{file_name(name)}.csv",
        mime="text/csv",
        key=key,
        label=label,
    )


def offer_file(make: Callable[[], bytes], *, file_name: str, mime: str, key: str, label: str) -> None:
    """A small button that saves a file, which is made when it is clicked."""
    st.download_button(
        label,
        make,
        file_name=file_name,
        mime=mime,
        key=key,
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )


def file_name(words: str) -> str:
    """Words, some from outside, as the name of a file without its ending: letters, digits, dots and hyphens."""
    return re.sub(r"[^\w.]+", "-", words)[:120].strip("-.") or "figure"
