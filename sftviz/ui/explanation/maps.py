"""Where the evidence lies for one class in one picture: before, after and the difference."""

import numpy as np
import pandas as pd
import streamlit as st

from sftviz.attribution.catalogue import DEFAULT_METHODS, METHODS
from sftviz.attribution.cells import in_cells
from sftviz.attribution.compare import drift
from sftviz.errors import SftvizError
from sftviz.figures.attribution import attribution_figure
from sftviz.results import AttributionMap, Predictions
from sftviz.runs.run import Run
from sftviz.ui.downloads import show_figure
from sftviz.ui.explanation.map_files import Overlay, offer_maps
from sftviz.ui.explanation.trust import show_trust
from sftviz.ui.messages import say_error
from sftviz.ui.pickers import pick
from sftviz.ui.pictures import picture_path
from sftviz.ui.wording import percent, plain

_CELL = 7  # pixels: single ones are noise to the eye
_SCORE_HELP = "The class's logit minus the mean of all logits: higher means more evidence for it than for the others."
_PATTERN_HELP = "1 minus the rank correlation of the two maps: 0 is the same pattern, 1 an unrelated one."
_OVERLAP_HELP = (
    "Of the fifth of the picture with most evidence before and the one after: how much they share. Chance: 11 %."
)
_ERROR_HELP = "How far the pixels are from adding up to the change of the score, the worse of both. Below 5 % is good."


def show_maps(run: Run, before: Predictions, after: Predictions, index: int) -> None:
    """Where each checkpoint sees evidence for one class, and what changed."""
    st.header("Where the evidence lies", divider="gray")
    names = [str(label) for label in range(len(after.classes))]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        method = pick("Method", "method", list(METHODS), DEFAULT_METHODS[0], lambda name: METHODS[name].title)
        default = str(after.labels_N[index])
        target = int(
            pick("Evidence for the class", "class", names, default, lambda each: _class_words(after, index, each))
        )
        opacity = st.slider("Opacity, %", 10, 100, 65, 5, key="opacity") / 100
        is_signed = st.toggle("Also show evidence against", key="signed")
    picture = picture_path(run, after.examples[index])
    try:
        with st.spinner("Computing the maps…", show_time=True):
            from sftviz.attribution.of_run import map_of, view_of

            epochs = (before.source.epoch, after.source.epoch)
            old, new = (map_of(run, epoch, picture, after.examples[index], method, target) for epoch in epochs)
            pixels = view_of(run, picture)
    except SftvizError as error:
        say_error(error)
        return
    raw = (old, new)
    if METHODS[method].explains == "pixels":
        old, new = in_cells(old, _CELL), in_cells(new, _CELL)
    figure = attribution_figure(pixels, old, new, after.classes, opacity=opacity, is_signed=is_signed)
    words = f"evidence {old.example} {method} epochs {epochs[0]} and {epochs[1]}"
    show_figure(figure, lambda: evidence_table(old, new), name=words, key="evidence")
    offer_maps(run, *raw, Overlay(pixels, old, new, opacity, is_signed), after.classes, key="evidence")
    _say_what_it_is(run, method, old, new)
    show_trust(run, picture, old, new)


def evidence_table(before: AttributionMap, after: AttributionMap) -> pd.DataFrame:
    """One row a pixel."""
    rows, columns = np.indices(before.values_HW.shape)
    return pd.DataFrame(
        {
            "row": rows.ravel(),
            "column": columns.ravel(),
            "evidence before": before.values_HW.ravel(),
            "evidence after": after.values_HW.ravel(),
        }
    )


def _class_words(predictions: Predictions, index: int, label: str) -> str:
    name = " ".join(predictions.classes[int(label)].split())
    roles = []
    if int(label) == predictions.labels_N[index]:
        roles.append("true")
    if int(label) == predictions.predicted_N[index]:
        roles.append("predicted")
    return f"{name} ({', '.join(roles)})" if roles else name


def _say_what_it_is(run: Run, method: str, before: AttributionMap, after: AttributionMap) -> None:
    facts = METHODS[method]
    moved = drift(before, after)
    with st.container(horizontal=True):
        change = after.target_score - before.target_score
        score = f"{after.target_score:+.2f}"
        st.metric("Score of the class, after", score, f"{change:+.2f}", border=True, height="stretch", help=_SCORE_HELP)
        st.metric("Change of pattern", f"{moved.rank_change:.2f}", border=True, height="stretch", help=_PATTERN_HELP)
        st.metric(
            "Overlap of the strongest fifth",
            f"{100 * moved.top_overlap:.0f} %",
            border=True,
            height="stretch",
            help=_OVERLAP_HELP,
        )
        if after.completeness_error is not None and before.completeness_error is not None:
            worst = max(after.completeness_error, before.completeness_error)
            st.metric("Completeness error", percent(worst), border=True, height="stretch", help=_ERROR_HELP)
    if not np.any(after.values_HW - before.values_HW):
        st.info("The two maps are identical: nothing changed between these checkpoints.", icon=":material/info:")
    places = "the attention of all layers" if facts.explains == "attention" else f"layer {plain(after.layer)}"
    where = f"cells of {_CELL} × {_CELL} pixels" if facts.explains == "pixels" else places
    st.caption(
        f"**What am I looking at?** {facts.what} Shown for {where}, for the same class in both checkpoints, on one "
        f"scale. {plain(run.name)}, epochs {before.source.epoch} and {after.source.epoch}. {facts.source}."
    )
