"""Tables as files that a spreadsheet opens without obeying what is in them."""

import pandas as pd
from pandas.api.types import is_numeric_dtype

# What a spreadsheet takes for the beginning of a formula, also in full width, and behind a tab or the end of a line.
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", *"\uff1d\uff0b\uff0d\uff20")


def csv_bytes(table: pd.DataFrame) -> bytes:
    """A table without its index as CSV (RFC 4180) in UTF-8 with a byte order mark, which spreadsheets read names by.

    A text that a spreadsheet would take for a formula gets an apostrophe in front, in cells and headings; numbers stay
    as they are.

    Source: OWASP, "CSV Injection".
    """
    safe = table.apply(_escaped_column).rename(columns=_escaped)
    # With any other ending a lone carriage return inside a text would not be quoted.
    return safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _escaped_column(column: pd.Series) -> pd.Series:
    return column if is_numeric_dtype(column) else column.map(_escaped)


def _escaped(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_BEGINS_FORMULA) else value
