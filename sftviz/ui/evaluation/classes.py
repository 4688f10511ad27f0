"""Which of very many classes a matrix shows."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from sftviz.analysis.confusion import most_confused
from sftviz.results import ConfusionMatrix, IntArray
from sftviz.ui import selection

_USUAL, _MOST = 30, 60
_WIDGET = "pick classes"


def pick_classes(matrices: Sequence[ConfusionMatrix]) -> IntArray:
    """Labels of the classes to show: all, or of more than 30 those with most mistakes, unless others are chosen."""
    classes = matrices[0].classes
    usual = most_confused(matrices, _USUAL)
    if len(usual) == len(classes):
        return usual
    labels = [int(text) for text in (selection.chosen("classes") or "").split(",") if text.isdecimal()]
    chosen = sorted({label for label in labels if label < len(classes)})[:_MOST] or usual.tolist()
    st.session_state[_WIDGET] = chosen
    with st.popover(f"{len(chosen)} of {len(classes):,} classes", icon=":material/filter_list:"):
        st.multiselect(
            "Classes shown",
            range(len(classes)),
            key=_WIDGET,
            format_func=lambda label: " ".join(classes[label].split()),
            max_selections=_MOST,
            help=f"At most {_MOST}. Without a choice: the {_USUAL} with most mistakes in both matrices.",
            on_change=lambda: selection.move_on({"classes": ",".join(map(str, st.session_state[_WIDGET]))}),
        )
    return np.array(chosen, dtype=np.int64)
