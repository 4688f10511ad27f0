"""How good is it whichever pictures are held out, and would more pictures help?"""

import streamlit as st

from sftviz.ui.cross_validation.form import choose_folds
from sftviz.ui.cross_validation.head import show_head
from sftviz.ui.cross_validation.runs import show_runs
from sftviz.ui.pickers import pick_data, pick_view

_VIEWS = {"head": show_head, "runs": show_runs}
_TITLES = {"head": "The head, in seconds", "runs": "Full fine-tuning"}

st.title("Cross-validate")
stored = pick_data()
if stored is None:
    st.stop()
config = choose_folds(stored)
st.caption(
    "All pictures of the data set, those kept for validation included, are divided into folds; each fold is judged by "
    "what learned from the others. Every fold has its share of each class, and near-duplicates stay together."
)
_VIEWS[pick_view(_TITLES)](config, stored)
