"""The pictures that a command names, and what is said of how they got their labels."""

import argparse
import shlex
import sys
from pathlib import Path

from sftviz.audit.findings import counted
from sftviz.data.by_folders import ByFolders
from sftviz.data.by_names import ByNames
from sftviz.data.by_table import ByTable
from sftviz.data.columns import likely_columns
from sftviz.data.folders import unwrapped
from sftviz.data.labels import Labels
from sftviz.data.listing import Listing
from sftviz.data.names import shown
from sftviz.data.store import DataStore
from sftviz.data.stored import StoredData
from sftviz.data.table import Table, column_titles, read_table
from sftviz.errors import DataError, EmptyClassError

_MOST_SHOWN = 10


def listing_of(asked: argparse.Namespace) -> Listing:
    """Add the pictures to the store, and say what was left out.

    Raises:
        DataError: they cannot be used as they are.
    """
    try:
        stored = _added(asked, DataStore(asked.home))
    except EmptyClassError as error:
        options = " ".join(f"--without {shlex.quote(name)}" for name in (*asked.without, *error.classes))
        raise DataError(f"{error} Mend that, or go on without: {options}") from error
    if not isinstance(stored.labels, ByFolders):
        counts = [f"{shown(name)} {of_class.total():,}" for name, of_class in stored.whole.counts().items()]
        more = ", …" if len(counts) > _MOST_SHOWN else ""
        _say(f"{len(counts):,} classes: {', '.join(counts[:_MOST_SHOWN])}{more}.")
    if left_out := stored.whole.rejections:
        _say(f"{len(left_out):,} files are left out; the first is {shown(left_out[0].path)}. {left_out[0].reason}")
    if stored.changes:
        number = counted(len(stored.changes), "change", "changes")
        _say(f"The data set {shown(stored.name)} is used with the {number} that a person made in the dashboard.")
    return stored.listing


def _added(asked: argparse.Namespace, store: DataStore) -> StoredData:
    if not asked.path.is_file():
        labels = _labels(asked, asked.path)
        return store.add_folder(asked.path, labels=labels, validation=asked.val, without=asked.without)
    if asked.val:
        raise DataError("--val is for folders; put train/ and val/ into the zip instead.")
    staging = store.unpack(asked.path)
    try:
        return store.add_staged(staging, asked.path.stem, labels=_labels(asked, staging), without=asked.without)
    finally:
        store.discard(staging)


def _labels(asked: argparse.Namespace, root: Path) -> Labels:
    if asked.columns and not asked.table:
        raise DataError("--columns is for a table; name it with --table.")
    if asked.names:
        return ByNames(asked.names)
    return ByFolders() if asked.table is None else _by_table(asked, root)


def _by_table(asked: argparse.Namespace, root: Path) -> ByTable:
    # As typed in a shell where that is there, else as it lies in the folder or zip.
    file = asked.table.resolve() if asked.table.exists() else asked.table
    inner = unwrapped(root).resolve()
    labels = likely_columns(root, str(file.relative_to(inner) if file.is_relative_to(inner) else file))
    table = read_table(unwrapped(root) / labels.file)
    if asked.columns:
        labels = _with_columns(labels, asked.columns, table)
    titles = column_titles(table, has_header=labels.has_header)
    used = {"file": labels.picture, "class": labels.label, "side": labels.side}
    columns = ", ".join(f"{kind} {shown(titles[at])}" for kind, at in used.items() if at is not None)
    _say(f"Columns taken of {shown(labels.file)}: {columns}.")
    return labels


def _with_columns(labels: ByTable, columns: str, table: Table) -> ByTable:
    """The same table with the columns that were asked for, by title or number."""
    wanted = [each.strip() for each in columns.split(",")]
    if len(wanted) not in (2, 3):
        raise DataError(f"--columns takes FILE,CLASS or FILE,CLASS,SIDE, not {columns!r}.")
    has_header = labels.has_header or not all(map(str.isdecimal, wanted))
    titles = column_titles(table, has_header=has_header)
    picture, label, *side = (_place(each, titles) for each in wanted)
    return ByTable(labels.file, picture, label, side[0] if side else None, has_header)


def _place(wanted: str, titles: list[str]) -> int:
    if wanted.isdecimal() and 1 <= int(wanted) <= len(titles):
        return int(wanted) - 1
    if wanted in titles:
        return titles.index(wanted)
    raise DataError(f"The table has no column {wanted!r}; it has {', '.join(map(repr, titles))}.")


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)
