"""A table of text, as spreadsheets save it: cells with a comma, a semicolon or a tab between them."""

import csv
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO
from itertools import islice
from pathlib import Path

from sftviz.data.folders import files_below
from sftviz.data.limits import MIB
from sftviz.data.names import shown
from sftviz.errors import DataError

ENDINGS = (".csv", ".tsv")
MAX_TABLE_BYTES = 32 * MIB  # a row for each of half a million pictures

_DELIMITERS = ("\t", ";", ",")  # of two that fit alike, the rarer one is meant
_ROWS_TRIED = 100


@dataclass(frozen=True)
class Table:
    """Rows of cells without the spaces around them; a row may have fewer cells than others.

    Attributes:
        rows: all that the file has, the first at index 0, so that a row's number is the one in a spreadsheet.
        width: cells in the longest row.
    """

    rows: tuple[tuple[str, ...], ...]
    width: int


def tables_in(root: Path) -> list[str]:
    """Names of the tables below a folder, relative to it, the topmost first.

    Raises:
        DataError: a folder cannot be read.
    """
    found = [file for file in files_below(root, root) if file.casefold().endswith(ENDINGS)]
    return sorted(found, key=lambda file: (file.count("/"), file))


def read_table(file: Path) -> Table:
    """Read a table; the delimiter is the one by which most of the first rows have the same number of cells.

    Raises:
        DataError: there is no such file, it is too large, no UTF-8 text, or has fewer than two columns.
    """
    try:
        status = file.stat()
        if status.st_size > MAX_TABLE_BYTES:
            most = MAX_TABLE_BYTES // MIB
            raise DataError(
                f"The table {shown(file.name)} has {status.st_size / MIB:,.0f} MiB; up to {most} MiB are read."
            )
        return _read(file, status.st_mtime_ns)
    except OSError as error:
        raise DataError(f"The table {shown(file.name)} cannot be opened: {error.strerror}.") from error


def column_titles(table: Table, *, has_header: bool) -> list[str]:
    """What to call each column: its title, else its number from 1; no two alike."""
    row = table.rows[0] if has_header else ()
    titles = [*row, *[""] * (table.width - len(row))]
    return [
        title if title and titles.count(title) == 1 else str(number) for number, title in enumerate(titles, start=1)
    ]


@lru_cache(maxsize=2)  # a page asks at every click
def _read(file: Path, _modified_ns: int) -> Table:
    text = _text(file)
    try:
        delimiter = max(_DELIMITERS, key=lambda each: _rows_alike(text, each))
        rows = tuple(tuple(cell.strip() for cell in row) for row in csv.reader(StringIO(text, ""), delimiter=delimiter))
    except csv.Error as error:
        raise DataError(f"The table {shown(file.name)} cannot be read as CSV ({error}); save it anew.") from error
    width = max(map(len, rows), default=0)
    if width < 2:
        raise DataError(
            f"The table {shown(file.name)} has fewer than two columns; expected are a file and a label in each row, "
            "with a comma, a semicolon or a tab between them."
        )
    return Table(rows, width)


def _text(file: Path) -> str:
    data = file.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"The table {shown(file.name)} is not UTF-8 text (row {row:,}); save it as “CSV UTF-8” and try again."
        ) from error


def _rows_alike(text: str, delimiter: str) -> int:
    """How many of the first rows have the most frequent number of cells above one."""
    rows = islice(csv.reader(StringIO(text, ""), delimiter=delimiter), _ROWS_TRIED)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    return max(widths.values(), default=0)
