"""Where the evidence lies for one class in one validation picture, and whether the maps may be trusted."""

import streamlit as st

from sftviz.attribution.cells import as_measured
from sftviz.errors import AttributionError, SftvizError
from sftviz.results import Predictions
from sftviz.runs.run import Run
from sftviz.ui.explanation.controls import ask_layer, named_layer, pick_classes, pick_display, pick_method
from sftviz.ui.explanation.pair import show_pair
from sftviz.ui.explanation.trust import show_trust
from sftviz.ui.messages import say_error
from sftviz.ui.pictures import picture_path


def show_maps(run: Run, before: Predictions, after: Predictions, index: int) -> None:
    """Where each checkpoint sees evidence for one class, and what changed."""
    st.header("Where the evidence lies", divider="gray")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        method = pick_method(run)
        true = int(after.labels_N[index])
        target, against = pick_classes(after, index, true) if method.is_of_class else (true, None)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        display = pick_display(method)
    picture, layer = picture_path(run, after.examples[index]), named_layer(method)
    if layer:
        ask_layer()
    epochs = (before.source.epoch, after.source.epoch)
    try:
        with st.spinner("Computing the maps…", show_time=True):
            from sftviz.attribution.of_run import map_of, view_of

            old, new = (
                map_of(run, epoch, picture, after.examples[index], method.name, target, against=against, layer=layer)
                for epoch in epochs
            )
        show_pair(run, view_of(run, picture), old, new, display, after.classes)
    except SftvizError as error:
        say_error(error)
        if isinstance(error, AttributionError) and method.explains == "layer" and not layer:
            ask_layer()
        return
    if layer:
        st.caption("Maps of a layer that is named by hand are not tested.")
    else:
        show_trust(run, picture, as_measured(old), as_measured(new))
