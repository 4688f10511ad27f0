"""Why did it predict that?"""

import streamlit as st

from sftviz.results import Predictions
from sftviz.runs.run import Run
from sftviz.ui.explanation.across import show_across
from sftviz.ui.explanation.choice import said_of_choice, show_choice_of_picture
from sftviz.ui.explanation.maps import show_maps
from sftviz.ui.explanation.new_picture import show_new_picture
from sftviz.ui.explanation.prediction import show_picture
from sftviz.ui.pickers import pick_epochs, pick_one, pick_run
from sftviz.ui.target_line import show_target


def _show_one(run: Run, before: Predictions, after: Predictions) -> None:
    before, after = said_of_choice(run, before, after)
    index = show_choice_of_picture(run, after)
    show_picture(run, before, after, index)
    show_maps(run, before, after, index)


# One picture of the validation set, or others: which one is part of the selection.
_SCOPES = {
    "one": ("One picture", _show_one),
    "across": ("Across the data set", show_across),
    "new": ("A new picture", show_new_picture),
}

st.title("Explain")
left, right = st.columns([2, 3], vertical_alignment="bottom")
with left:
    run = pick_run(is_evaluated=True)
with right:
    # Maps need weights, which are kept of epoch 0, the best and the last epoch only.
    before_epoch, after_epoch = pick_epochs(run, run.checkpoint_epochs() or (0,))
show_target(run, after_epoch)
scope = pick_one("Pictures", "scope", {key: title for key, (title, _) in _SCOPES.items()})
_, show = _SCOPES[scope]
show(run, run.predictions(before_epoch), run.predictions(after_epoch))
