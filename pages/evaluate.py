"""Is it good enough, and where does it fail?"""

import streamlit as st

from sftviz.analysis.scores import score
from sftviz.ui.evaluation_view import show_classes, show_confusions, show_mistakes, show_scores
from sftviz.ui.pickers import pick_epochs, pick_run

st.title("Evaluate")
left, right = st.columns([2, 3], vertical_alignment="bottom")
with left:
    run = pick_run(is_evaluated=True)
with right:
    before_epoch, after_epoch = pick_epochs(run, [epoch.epoch for epoch in run.state.epochs])
before, after = run.predictions(before_epoch), run.predictions(after_epoch)
scores_before, scores_after = score(before), score(after)

show_scores(scores_before, scores_after)
show_confusions(run, before, after)
show_classes(scores_before, scores_after)
show_mistakes(run, before, after)
