import csv
import io

import numpy as np
import pandas as pd
import pytest

from sftviz.analysis.csv_export import csv_bytes

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]


def _read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_begins_a_formula_is_only_a_text(text):
    assert _read(csv_bytes(pd.DataFrame({text: [text, "bird"]}))) == [[f"'{text}"], [f"'{text}"], ["bird"]]


def test_numbers_stay_numbers():
    table = pd.DataFrame(
        {
            "change": np.array([-0.1, 0.2, np.nan], np.float32),
            "count": [-1, 0, 12],
            "mixed": [-3.5, "-3.5", None],
            "is right": [True, False, True],
        }
    )
    rows = _read(csv_bytes(table))
    assert rows[1:] == [["-0.1", "-1", "-3.5", "True"], ["0.2", "0", "'-3.5", "False"], ["", "12", "", "True"]]


def test_what_is_read_back_is_what_was_written():
    names = ["Vögel/ü.png", 'a "b", c', "two\nlines", "lone\rreturn", "'quoted", "a=b", "10 %", "鳥"]
    table = pd.DataFrame({"name": names, "share": np.linspace(-1, 1, len(names)), "label": range(len(names))})
    pd.testing.assert_frame_equal(pd.read_csv(io.BytesIO(csv_bytes(table))), table, check_dtype=False)
    assert [row[0] for row in _read(csv_bytes(table))[1:]] == names


def test_category_columns_and_equal_headings_are_kept():
    table = pd.DataFrame([["=a", 1], ["b", 2]], columns=["class", "class"])
    table.isetitem(0, table.iloc[:, 0].astype("category"))
    assert _read(csv_bytes(table)) == [["class", "class"], ["'=a", "1"], ["b", "2"]]


def test_a_table_without_rows_has_its_headings():
    assert _read(csv_bytes(pd.DataFrame(columns=["file", "-given"]))) == [["file", "'-given"]]
    assert _read(csv_bytes(pd.DataFrame({"n": np.empty(0)}))) == [["n"]]


def test_the_table_itself_is_left_alone():
    table = pd.DataFrame({"name": ["=1"]})
    csv_bytes(table)
    assert table["name"].tolist() == ["=1"]
