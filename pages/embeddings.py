"""What did fine-tuning move?"""

import streamlit as st

from sftviz.errors import EmptyResultError, SftvizError
from sftviz.ui.embeddings.between import show_between
from sftviz.ui.embeddings.gain import show_gain
from sftviz.ui.embeddings.map import show_map
from sftviz.ui.messages import say_error
from sftviz.ui.pickers import pick_epochs, pick_one, pick_run
from sftviz.ui.target_line import show_target
from sftviz.ui.wording import plain

_VIEWS = {
    "map": ("Map", show_map),
    "gain": ("Gain", show_gain),
    "between": ("Between", show_between),
}

st.title("Embeddings")
left, right = st.columns([2, 3], vertical_alignment="bottom")
with left:
    run = pick_run(is_evaluated=True)
with right:
    before_epoch, after_epoch = pick_epochs(run, [epoch.epoch for epoch in run.state.epochs])
show_target(run, after_epoch)
view = pick_one("View", "moved", {key: title for key, (title, _) in _VIEWS.items()})
_, show = _VIEWS[view]
try:
    show(run, before_epoch, after_epoch)
except EmptyResultError as error:
    st.info(plain(str(error)), icon=":material/info:")
except SftvizError as error:
    say_error(error)
