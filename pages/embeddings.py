"""What did fine-tuning move?"""

import streamlit as st

from sftviz.ui.embedding_view import show_map, show_movers, show_numbers
from sftviz.ui.pickers import pick, pick_epochs, pick_run
from sftviz.ui.target_line import show_target

_METHODS = {"pca": "PCA", "tsne": "t-SNE"}

st.title("Embeddings")
left, middle, right = st.columns([3, 4, 1.2], vertical_alignment="bottom")
with left:
    run = pick_run(is_evaluated=True)
with middle:
    before_epoch, after_epoch = pick_epochs(run, [epoch.epoch for epoch in run.state.epochs])
with right:
    method = pick("Map", "projection", list(_METHODS), "pca", _METHODS.__getitem__)
show_target(run, after_epoch)
before, after = run.embedded(before_epoch), run.embedded(after_epoch)

projection = show_map(run, before, after, "tsne" if method == "tsne" else "pca")
show_numbers(projection, before, after)
show_movers(run, projection, after)
