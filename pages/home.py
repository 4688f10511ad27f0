"""Where do I start, and what is running?"""

import streamlit as st

from sftviz.ui.launching import start_sample
from sftviz.ui.machine_line import show_machine
from sftviz.ui.navigation import go_to
from sftviz.ui.runs_table import show_runs
from sftviz.ui.stores import run_store
from sftviz.ui.trash_view import show_trash

st.title("Supervised fine-tuning you can see")
st.markdown(
    "Drop in a folder of pictures, pick a pretrained model, press Start, and watch it learn. Then see, picture by "
    "picture, **what fine-tuning changed**."
)

with st.container(horizontal=True):
    if st.button("Try the sample", type="primary", icon=":material/play_arrow:"):
        go_to("train", run=start_sample().identity)
    if st.button("Use my own pictures", icon=":material/add_photo_alternate:"):
        go_to("data")
st.caption(
    "The sample: 343 clip-art pictures of birds, bugs, fruit, mammals, sweets and vehicles. It trains on this machine "
    "in a few minutes; nothing is downloaded or sent anywhere."
)

st.header("Runs", divider="gray")
runs = run_store().list()
if runs:
    show_runs(runs)
else:
    st.info("No runs yet. *Try the sample* starts the first one.", icon=":material/info:")
show_trash()

st.header("This machine", divider="gray")
show_machine()
