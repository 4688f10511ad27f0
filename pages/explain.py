"""Why did it predict that?"""

import streamlit as st

from sftviz.ui.explanation_view import show_choice_of_picture, show_maps, show_picture
from sftviz.ui.pickers import pick_epochs, pick_run
from sftviz.ui.target_line import show_target

st.title("Explain")
left, right = st.columns([2, 3], vertical_alignment="bottom")
with left:
    run = pick_run(is_evaluated=True)
with right:
    # Maps need weights, which are kept of epoch 0, the best and the last epoch only.
    before_epoch, after_epoch = pick_epochs(run, run.checkpoint_epochs() or (0,))
show_target(run, after_epoch)
before, after = run.predictions(before_epoch), run.predictions(after_epoch)

index = show_choice_of_picture(run, after)
show_picture(run, before, after, index)
show_maps(run, before, after, index)
