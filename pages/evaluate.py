"""Is it good enough, and where does it fail?"""

import streamlit as st

from sftviz.ui.evaluation.compared import Compared
from sftviz.ui.evaluation.confusion import show_confusions
from sftviz.ui.evaluation.flips import show_flips
from sftviz.ui.evaluation.metrics import show_metrics
from sftviz.ui.evaluation.next_steps import show_next
from sftviz.ui.pickers import pick_epochs, pick_run, pick_view
from sftviz.ui.target_line import show_target

_VIEWS = {"metrics": show_metrics, "confusion": show_confusions, "flips": show_flips, "next": show_next}
_TITLES = {"metrics": "Metrics", "confusion": "Confusion", "flips": "Flips", "next": "Good enough?"}

st.title("Evaluate")
left, right = st.columns([2, 3], vertical_alignment="bottom")
with left:
    run = pick_run(is_evaluated=True)
with right:
    before_epoch, after_epoch = pick_epochs(run, [epoch.epoch for epoch in run.state.epochs])
show_target(run, after_epoch)
view = pick_view(_TITLES)
_VIEWS[view](Compared(run, run.predictions(before_epoch), run.predictions(after_epoch)))
