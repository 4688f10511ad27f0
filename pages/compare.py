"""Which run is better, and by more than luck?"""

import streamlit as st

from sftviz.ui.comparison.chosen import pick_runs
from sftviz.ui.comparison.curves import show_cost, show_curves
from sftviz.ui.comparison.matrices import show_matrices
from sftviz.ui.comparison.numbers import show_metrics, show_targets, show_verdict
from sftviz.ui.comparison.pairs import show_pairs
from sftviz.ui.comparison.settings import show_differences

st.title("Compare")
chosen = pick_runs()
show_verdict(chosen)
show_targets(chosen)
show_curves(chosen)
show_differences(chosen)
show_metrics(chosen)
show_pairs(chosen)
show_matrices(chosen)
show_cost(chosen)
