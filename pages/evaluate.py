"""Is it good enough, and where does it fail?"""

import streamlit as st

from sftviz.errors import EmptyResultError, SftvizError
from sftviz.runs.test_set import num_held_out
from sftviz.ui.data_line import show_data
from sftviz.ui.evaluation.calibration import show_calibration
from sftviz.ui.evaluation.compared import Compared
from sftviz.ui.evaluation.confusion import show_confusions
from sftviz.ui.evaluation.flips import show_flips
from sftviz.ui.evaluation.galleries import show_galleries
from sftviz.ui.evaluation.learning import show_learning
from sftviz.ui.evaluation.metrics import show_metrics
from sftviz.ui.evaluation.next_steps import show_next
from sftviz.ui.evaluation.suspects import show_suspects
from sftviz.ui.evaluation.test_set import show_test_set
from sftviz.ui.evaluation.thresholds import show_thresholds
from sftviz.ui.messages import say_error
from sftviz.ui.pickers import pick_epoch, pick_run, pick_view, slide_epoch
from sftviz.ui.target_line import show_target
from sftviz.ui.wording import plain

_VIEWS = {
    "metrics": ("Metrics", show_metrics),
    "confusion": ("Confusion", show_confusions),
    "flips": ("Flips", show_flips),
    "pictures": ("Pictures", show_galleries),
    "calibration": ("Calibration", show_calibration),
    "thresholds": ("Thresholds", show_thresholds),
    "learning": ("Learning", show_learning),
    "suspects": ("Suspects", show_suspects),
    "next": ("Good enough?", show_next),
}
_TEST = {"test": ("Test set", show_test_set)}

st.title("Evaluate")
left, middle, right = st.columns([2, 1.8, 2.2], gap="medium")
with left:
    run = pick_run(is_evaluated=True)
epochs = [epoch.epoch for epoch in run.state.epochs]
with middle:
    before_epoch = pick_epoch("Before", "before", run, epochs, epochs[0])
with right:
    after_epoch = slide_epoch(run, epochs)
show_data(run)
show_target(run, after_epoch)
views = _VIEWS | (_TEST if num_held_out(run) else {})
_, show = views[pick_view({key: title for key, (title, _) in views.items()})]
try:
    show(Compared(run, run.predictions(before_epoch), run.predictions(after_epoch)))
except EmptyResultError as error:
    st.info(plain(str(error)), icon=":material/info:")
except SftvizError as error:
    say_error(error)
