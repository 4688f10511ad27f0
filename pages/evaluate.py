"""Is it good enough, and where does it fail?"""

import streamlit as st

from sftviz.errors import EmptyResultError
from sftviz.ui.evaluation.calibration import show_calibration
from sftviz.ui.evaluation.compared import Compared
from sftviz.ui.evaluation.confusion import show_confusions
from sftviz.ui.evaluation.flips import show_flips
from sftviz.ui.evaluation.metrics import show_metrics
from sftviz.ui.evaluation.thresholds import show_thresholds
from sftviz.ui.pickers import pick_epochs, pick_run, pick_view
from sftviz.ui.wording import plain

_VIEWS = {
    "metrics": show_metrics,
    "confusion": show_confusions,
    "flips": show_flips,
    "calibration": show_calibration,
    "thresholds": show_thresholds,
}
_TITLES = {
    "metrics": "Metrics",
    "confusion": "Confusion",
    "flips": "Flips",
    "calibration": "Calibration",
    "thresholds": "Thresholds",
}

st.title("Evaluate")
left, right = st.columns([2, 3], vertical_alignment="bottom")
with left:
    run = pick_run(is_evaluated=True)
with right:
    before_epoch, after_epoch = pick_epochs(run, [epoch.epoch for epoch in run.state.epochs])
view = pick_view(_TITLES)
try:
    _VIEWS[view](Compared(run, run.predictions(before_epoch), run.predictions(after_epoch)))
except EmptyResultError as error:
    st.info(plain(str(error)), icon=":material/info:")
