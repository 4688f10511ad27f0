"""Where the evidence lies for one class in one picture: before, after and the difference."""

import numpy as np
import pandas as pd
import streamlit as st

from sftviz.attribution.catalogue import METHODS, Method
from sftviz.attribution.cells import READABLE
from sftviz.attribution.compare import drift
from sftviz.errors import AttributionError, SftvizError
from sftviz.figures.attribution import attribution_figure
from sftviz.results import AttributionMap, Predictions
from sftviz.runs.run import Run
from sftviz.ui.downloads import show_figure
from sftviz.ui.explanation.controls import Display, as_measured, ask_layer, named_layer, pick_display, pick_method
from sftviz.ui.explanation.map_files import Overlay, offer_maps
from sftviz.ui.explanation.trust import show_trust
from sftviz.ui.messages import say_error
from sftviz.ui.pickers import pick
from sftviz.ui.pictures import picture_path
from sftviz.ui.wording import percent, plain

_SCORE_HELP = (
    "The class's logit minus the mean of all logits, or minus that of the class it is held against: higher means more "
    "evidence for it than for the others."
)
_PATTERN_HELP = "1 minus the rank correlation of the two maps: 0 is the same pattern, 1 an unrelated one."
_OVERLAP_HELP = (
    "Of the fifth of the picture with most evidence before and the one after: how much they share. Chance: 11 %."
)
_ERROR_HELP = "How far the pixels are from adding up to the change of the score, the worse of both. Below 5 % is good."


def show_maps(run: Run, before: Predictions, after: Predictions, index: int) -> None:
    """Where each checkpoint sees evidence for one class, and what changed."""
    st.header("Where the evidence lies", divider="gray")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        method = pick_method(run)
        target, against = _pick_classes(after, index) if method.is_of_class else (int(after.labels_N[index]), None)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        display = pick_display(method)
    picture, layer = picture_path(run, after.examples[index]), named_layer(method)
    if layer:
        ask_layer()
    epochs = (before.source.epoch, after.source.epoch)
    try:
        with st.spinner("Computing the maps…", show_time=True):
            from sftviz.attribution.of_run import map_of

            old, new = (
                map_of(run, epoch, picture, after.examples[index], method.name, target, against=against, layer=layer)
                for epoch in epochs
            )
        _show_pair(run, old, new, display, after)
    except SftvizError as error:
        say_error(error)
        if isinstance(error, AttributionError) and method.explains == "layer" and not layer:
            ask_layer()
        return
    if layer:
        st.caption("Maps of a layer that is named by hand are not tested.")
    else:
        show_trust(run, picture, as_measured(old), as_measured(new))


def _pick_classes(after: Predictions, index: int) -> tuple[int, int | None]:
    """The class that is explained, and the one that it is held against, if any."""
    names = [str(label) for label in range(len(after.classes))]
    true = str(after.labels_N[index])
    target = pick("Evidence for the class", "class", names, true, lambda each: _class_words(after, index, each))
    others = ["", *(name for name in names if name != target)]
    against = pick(
        "And against",
        "against",
        others,
        "",
        lambda each: _class_words(after, index, each) if each else "all other classes",
    )
    return int(target), int(against) if against else None


def _show_pair(
    run: Run, before: AttributionMap, after: AttributionMap, display: Display, predictions: Predictions
) -> None:
    from sftviz.attribution.of_run import view_of

    pixels = view_of(run, picture_path(run, after.example))
    classes, (old, new) = predictions.classes, (display.shown(before), display.shown(after))
    figure = attribution_figure(pixels, old, new, classes, opacity=display.opacity, is_signed=display.is_signed)
    words = f"evidence {old.example} {old.method} epochs {old.source.epoch} and {new.source.epoch}"
    show_figure(figure, lambda: evidence_table(old, new), name=words, key="evidence")
    overlay = Overlay(pixels, old, new, display.opacity, display.is_signed)
    offer_maps(run, before, after, overlay, classes, key="evidence")
    _say_what_it_is(run, METHODS[after.method], as_measured(before), as_measured(after))


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


def _say_what_it_is(run: Run, method: Method, before: AttributionMap, after: AttributionMap) -> None:
    _show_numbers(method, before, after)
    if not np.any(after.values_HW - before.values_HW):
        st.info("The two maps are identical: nothing changed between these checkpoints.", icon=":material/info:")
    subject = "for the same class in both checkpoints" if method.is_of_class else "whatever the class"
    st.caption(
        f"**What am I looking at?** {method.what} Shown for {_place(after)}, {subject}, on one scale. "
        f"{plain(run.name)}, epochs {before.source.epoch} and {after.source.epoch}. {method.source}."
    )


def _place(attribution: AttributionMap) -> str:
    places = {"input": f"cells of {READABLE} × {READABLE} pixels", "attention": "the attention of all layers"}
    return places.get(attribution.layer, f"layer {plain(attribution.layer)}")


def _show_numbers(method: Method, before: AttributionMap, after: AttributionMap) -> None:
    moved = drift(before, after)
    facts: list[tuple[str, str, str | None, str]] = [
        ("Change of pattern", f"{moved.rank_change:.2f}", None, _PATTERN_HELP),
        ("Overlap of the strongest fifth", f"{100 * moved.top_overlap:.0f} %", None, _OVERLAP_HELP),
    ]
    if method.is_of_class:
        change = f"{after.target_score - before.target_score:+.2f}"
        facts.insert(0, ("Score of the class, after", f"{after.target_score:+.2f}", change, _SCORE_HELP))
    if after.completeness_error is not None and before.completeness_error is not None:
        worst = max(after.completeness_error, before.completeness_error)
        facts.append(("Completeness error", percent(worst), None, _ERROR_HELP))
    with st.container(horizontal=True):
        for label, value, delta, explanation in facts:
            st.metric(label, value, delta, border=True, height="stretch", help=explanation)
