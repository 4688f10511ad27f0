"""Each run against each: which pictures only one of two gets right."""

from itertools import combinations

import pandas as pd
import streamlit as st

from sftviz.analysis.figure_tables import only_right_table
from sftviz.analysis.significance import RunComparison, compare_runs
from sftviz.figures.comparison import only_right_figure
from sftviz.ui.analyses import analysed
from sftviz.ui.comparison.chosen import Chosen
from sftviz.ui.downloads import show_figure, show_table

_SURE = 0.05


def show_pairs(chosen: Chosen) -> None:
    """The flip matrix, and a test for each pair."""
    st.header("Picture by picture", divider="gray")
    comparison = analysed(compare_runs, chosen.predictions)
    pairs = list(combinations(range(len(chosen.runs)), 2))
    tests = pd.DataFrame([_line(comparison, chosen, *pair) for pair in pairs])
    if comparison.num_pairs:
        left, right = st.columns([1, 2])
        with left:
            figure, table = only_right_figure(comparison, chosen.letters), only_right_table(comparison, chosen.names)
            show_figure(figure, table, name="right in one run only", key="only right")
        with right:
            _show_tests(tests)
    else:
        _show_tests(tests)
    st.caption(
        "Pictures that only one of two gets right. "
        "p is how often luck alone would part the pictures so unevenly between two equally good runs (exact McNemar "
        "test). Where several pairs are tested, some look uneven by chance: the last p is corrected for the "
        "number of pairs (Holm). Pairs with other validation pictures or classes cannot be tested."
    )


def _show_tests(tests: pd.DataFrame) -> None:
    show_table(tests, name="pairs of runs", key="pairs", formats={"p": "%.3g", "p, corrected": "%.3g"})


def _line(comparison: RunComparison, chosen: Chosen, first: int, second: int) -> dict[str, str | int | float | None]:
    letters, only = chosen.letters, comparison.only_row_right_RR
    pair = f"{letters[first]} and {letters[second]}"
    if not comparison.is_comparable_RR[first, second]:
        unknown = dict.fromkeys(("only the first", "only the second", "p", "p, corrected"))
        return {"pair": pair, "verdict": _why_not(chosen, first, second), **unknown}
    p_value = float(comparison.adjusted_RR[first, second])
    better = letters[first] if only[first, second] > only[second, first] else letters[second]
    return {
        "pair": pair,
        "verdict": f"{better} is better" if p_value < _SURE else "may be luck",
        "only the first": int(only[first, second]),
        "only the second": int(only[second, first]),
        "p": float(comparison.p_values_RR[first, second]),
        "p, corrected": p_value,
    }


def _why_not(chosen: Chosen, first: int, second: int) -> str:
    one, other = chosen.predictions[first], chosen.predictions[second]
    return "other classes" if one.classes != other.classes else "other validation pictures"
