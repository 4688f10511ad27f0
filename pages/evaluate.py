"""Is it good enough, and where does it fail?"""

import streamlit as st

from sftviz.errors import EmptyResultError
from sftviz.ui.evaluation.compared import Compared
from sftviz.ui.evaluation.confusion import show_confusions
from sftviz.ui.evaluation.flips import show_flips
from sftviz.ui.evaluation.galleries import show_galleries
from sftviz.ui.evaluation.metrics import show_metrics
from sftviz.ui.pickers import pick_epoch, pick_run, pick_view, slide_epoch
from sftviz.ui.wording import plain

_VIEWS = {"metrics": show_metrics, "confusion": show_confusions, "flips": show_flips, "pictures": show_galleries}
_TITLES = {"metrics": "Metrics", "confusion": "Confusion", "flips": "Flips", "pictures": "Pictures"}

st.title("Evaluate")
left, middle, right = st.columns([2, 1.8, 2.2], gap="medium")
with left:
    run = pick_run(is_evaluated=True)
epochs = [epoch.epoch for epoch in run.state.epochs]
with middle:
    before_epoch = pick_epoch("Before", "before", run, epochs, epochs[0])
with right:
    after_epoch = slide_epoch(run, epochs)
view = pick_view(_TITLES)
try:
    _VIEWS[view](Compared(run, run.predictions(before_epoch), run.predictions(after_epoch)))
except EmptyResultError as error:
    st.info(plain(str(error)), icon=":material/info:")
