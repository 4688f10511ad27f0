"""Each run against each: which pictures only one of two gets right, and their confusion matrices."""

from itertools import combinations

import pandas as pd
import streamlit as st

from sftviz.analysis.confusion import confusion, most_confused
from sftviz.analysis.figure_tables import only_right_table
from sftviz.analysis.significance import RunComparison, compare_runs
from sftviz.figures.comparison import only_right_figure
from sftviz.ui.analyses import analysed
from sftviz.ui.comparison.chosen import Chosen
from sftviz.ui.components import confusion_table
from sftviz.ui.downloads import show_figure
from sftviz.ui.wording import plain

_MOST_CLASSES = 12
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
        right.dataframe(tests, hide_index=True)
    else:
        st.dataframe(tests, hide_index=True)
    st.caption(
        "Pictures that only one of two gets right. "
        "p is how often luck alone would part the pictures so unevenly between two equally good runs (exact McNemar "
        "test). Where several pairs are tested, some look uneven by chance: the last p is corrected for the "
        "number of pairs (Holm). Pairs with other validation pictures or classes cannot be tested."
    )


def _line(comparison: RunComparison, chosen: Chosen, first: int, second: int) -> dict[str, str]:
    letters, only = chosen.letters, comparison.only_row_right_RR
    pair = f"{letters[first]} and {letters[second]}"
    if not comparison.is_comparable_RR[first, second]:
        unknown = dict.fromkeys(("only the first", "only the second", "p", "p, corrected"), "–")
        return {"pair": pair, "verdict": _why_not(chosen, first, second), **unknown}
    p_value = float(comparison.adjusted_RR[first, second])
    better = letters[first] if only[first, second] > only[second, first] else letters[second]
    return {
        "pair": pair,
        "verdict": f"{better} is better" if p_value < _SURE else "may be luck",
        "only the first": str(only[first, second]),
        "only the second": str(only[second, first]),
        "p": f"{comparison.p_values_RR[first, second]:.2g}",
        "p, corrected": f"{p_value:.2g}",
    }


def _why_not(chosen: Chosen, first: int, second: int) -> str:
    one, other = chosen.predictions[first], chosen.predictions[second]
    return "other classes" if one.classes != other.classes else "other validation pictures"


def show_matrices(chosen: Chosen) -> None:
    """The confusion matrix of each run's best epoch; runs of the same classes show the same ones."""
    st.header("Confusion matrices", divider="gray")
    matrices = [analysed(confusion, predictions) for predictions in chosen.predictions]
    per_row = 2 if len(matrices) in (2, 4) else 3
    for start in range(0, len(matrices), per_row):
        for column, index in zip(st.columns(per_row), range(start, len(matrices)), strict=False):
            matrix = matrices[index]
            alike = [each for each in matrices if each.classes == matrix.classes]
            shown = most_confused(alike, _MOST_CLASSES)
            with column:
                st.markdown(f"**{plain(chosen.names[index])}**, epoch {matrix.source.epoch}")
                label = f"Confusion matrix of run {chosen.letters[index]}"
                confusion_table(matrix, shown, key=f"matrix {index}", label=label, picked=None)
                if len(shown) < len(matrix.classes):
                    st.caption(f"The {len(shown)} classes with most mistakes, of {len(matrix.classes)}.")
    st.caption("Rows are true classes, columns what was predicted; the tint is the share of the row.")
