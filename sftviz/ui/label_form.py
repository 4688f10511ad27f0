"""How pictures get their labels: the choice, its details, and what would come of it before anything is added."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pandas as pd
import streamlit as st

from sftviz.data.by_folders import ByFolders
from sftviz.data.by_names import RULE_EXAMPLES, RULE_TITLES, ByNames
from sftviz.data.by_table import ByTable
from sftviz.data.columns import likely_columns
from sftviz.data.folders import unwrapped
from sftviz.data.labels import Labels
from sftviz.data.layout import Found, Layout
from sftviz.data.listing import Side
from sftviz.data.names import safe_path
from sftviz.data.table import ENDINGS, Table, column_titles, read_table, tables_in
from sftviz.roots import require_allowed
from sftviz.ui.arrival import Arrival
from sftviz.ui.downloads import offer_csv
from sftviz.ui.wording import plain

Kind = Literal["folders", "table", "names"]

_KINDS: dict[Kind, tuple[str, str]] = {
    "folders": ("In the name of its folder", "cat/1.jpg"),
    "table": ("In a table (CSV)", "1.jpg, cat"),
    "names": ("In its own file name", "cat_1.jpg"),
}
_SIDES: dict[Side | None, str] = {"train": "training", "validation": "validation", "test": "test"}
_NO_COLUMN = -1
_MOST_EXAMPLES = 3
_ROWS_SHOWN = 4
_MOST_SHOWN = 1000
_TABLE_PX = 210


def pick_kind() -> Kind:
    """Where labels stand, as chosen."""
    return st.radio(
        "Where is the class of each picture written?",
        list(_KINDS),
        format_func=lambda kind: _KINDS[kind][0],
        captions=[example for _, example in _KINDS.values()],
        horizontal=True,
        key="where labels stand",
    )


def ask_labels(kind: Kind, arrival: Arrival) -> Labels | None:
    """The details; None while something is missing.

    Raises:
        DataError: the table cannot be used.
    """
    match kind:
        case "folders":
            return ByFolders()
        case "table":
            file = _pick_table(arrival)
            return _pick_columns(arrival.root, file) if file else None
        case "names":
            rule = st.radio(
                "Which part of the file name is the class?",
                list(RULE_TITLES),
                format_func=RULE_TITLES.__getitem__,
                captions=list(RULE_EXAMPLES.values()),
                key="name rule",
            )
            return ByNames(rule)


def show_preview(layout: Layout) -> None:
    """Which classes there would be, with counts and examples, and what would be left out."""
    files: list[list[Found]] = [[] for _ in layout.classes]
    for file in layout.files:
        files[file.label].append(file)
    rows = [_summary(name, of_class, layout) for name, of_class in zip(layout.classes, files, strict=True)]
    st.markdown(f"This gives **{len(layout.files):,} files** in **{len(layout.classes):,} classes**:")
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="classes to be")
    if alone := sum(len(of_class) == 1 for of_class in files):
        st.caption(f"Of the classes, {alone:,} would have only one file.")
    if layout.left_out:
        with st.expander(f"Left out: {len(layout.left_out):,}", icon=":material/warning:", expanded=True):
            table = pd.DataFrame([{"file": each.path, "reason": each.reason} for each in layout.left_out])
            height: Literal["auto"] | int = _TABLE_PX if len(table) > _ROWS_SHOWN else "auto"
            st.dataframe(table[:_MOST_SHOWN], hide_index=True, height=height, key="files to leave out")
            offer_csv(table, name="files to leave out", key="files to leave out csv", label="All of them (CSV)")


def _summary(name: str, of_class: list[Found], layout: Layout) -> dict[str, str | int]:
    counts = {"files": len(of_class)}
    if layout.has_own_split:
        sides = Counter(file.side for file in of_class)
        counts = {title: sides[side] for side, title in _SIDES.items() if side in layout.sides}
    examples = ", ".join(file.path for file in of_class[:_MOST_EXAMPLES])
    return {"class": name, **counts, "for example": examples}


def words_of(labels: Labels) -> str:
    """How labels came about, to follow on what is said of a data set; nothing where folders say it."""
    match labels:
        case ByTable():
            return f", classes by the table {plain(labels.file)}"
        case ByNames():
            return f", classes by file names ({RULE_TITLES[labels.rule].lower()})"
        case _:
            return ""


def _pick_table(arrival: Arrival) -> str | None:
    """Path of the table, relative to the folder or absolute."""
    root = unwrapped(arrival.root)
    tables = tables_in(root)
    found = st.selectbox("Table", tables, key="table in folder") if tables else None
    with st.expander("A table from elsewhere", expanded=not tables, icon=":material/table:"):
        return _table_from_elsewhere(arrival, root) or found


def _table_from_elsewhere(arrival: Arrival, root: Path) -> str | None:
    """One that was not in the folder; what is uploaded is kept with the pictures that it belongs to."""
    if not arrival.is_copy:
        path = st.text_input("Path of the table on this machine", placeholder="/home/me/labels.csv", key="table path")
        return str(require_allowed(Path(path.strip()).expanduser().absolute())) if path.strip() else None
    added = st.file_uploader("A .csv or .tsv file", type=[end[1:] for end in ENDINGS], key="table")
    if added is None:
        return None
    file = root / safe_path(added.name).name
    if not file.exists() or file.read_bytes() != added.getvalue():
        file.write_bytes(added.getvalue())
    return file.name


def _pick_columns(root: Path, file: str) -> ByTable:
    """Columns, the likely ones first."""
    likely, table = likely_columns(root, file), read_table(unwrapped(root) / file)
    has_header = st.checkbox("The first row holds titles", likely.has_header, key=f"has titles {file}")
    titles = column_titles(table, has_header=has_header)
    _show_rows(table, titles, has_header=has_header)

    def pick(title: str, options: Sequence[int], likely: int) -> int:
        chosen: int = st.selectbox(
            title,
            options,
            index=options.index(likely),
            format_func=lambda each: "no column: drawn by lot" if each == _NO_COLUMN else titles[each],
            key=f"column {title} {file}",
        )
        return chosen

    st.caption("These columns seem to be meant; correct them where they are not.")
    places = range(table.width)
    for_picture, for_label, for_side = st.columns(3)
    with for_picture:
        picture = pick("File", places, likely.picture)
    with for_label:
        label = pick("Class", places, likely.label)
    with for_side:
        side = pick(
            "Training, validation or test", [_NO_COLUMN, *places], _NO_COLUMN if likely.side is None else likely.side
        )
    return ByTable(file, picture, label, None if side == _NO_COLUMN else side, has_header)


def _show_rows(table: Table, titles: list[str], *, has_header: bool) -> None:
    rows = table.rows[has_header : has_header + _ROWS_SHOWN]
    cells = [[*row, *[""] * (table.width - len(row))] for row in rows]
    st.dataframe(pd.DataFrame(cells, columns=titles), hide_index=True, key="rows of table")
