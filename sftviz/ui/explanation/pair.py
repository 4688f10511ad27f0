"""Two maps of one picture beside their difference: before, after, what changed, and how to take them away."""

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from sftviz.attribution.catalogue import METHODS, Method
from sftviz.attribution.cells import READABLE, as_measured
from sftviz.attribution.compare import drift
from sftviz.figures.attribution import attribution_figure
from sftviz.results import AttributionMap
from sftviz.runs.run import Run
from sftviz.ui.downloads import show_figure
from sftviz.ui.explanation.controls import Display
from sftviz.ui.explanation.map_files import Overlay, offer_maps
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


def show_pair(
    run: Run,
    pixels_HW3: NDArray[np.uint8],
    before: AttributionMap,
    after: AttributionMap,
    display: Display,
    classes: tuple[str, ...],
) -> None:
    """The figure, the files and the numbers of two maps, and what they are.

    Args:
        run: whose maps they are.
        pixels_HW3: what the network saw.
        before: with raw values.
        after: with raw values, of the same picture, class and method.
        display: how they are shown.
        classes: names of all classes.
    """
    old, new = display.shown(before), display.shown(after)
    figure = attribution_figure(pixels_HW3, old, new, classes, opacity=display.opacity, is_signed=display.is_signed)
    words = f"evidence {old.example} {old.method} epochs {old.source.epoch} and {new.source.epoch}"
    show_figure(figure, lambda: _evidence_table(old, new), name=words, key="evidence")
    overlay = Overlay(pixels_HW3, old, new, display.opacity, display.is_signed)
    offer_maps(run, before, after, overlay, classes, key="evidence")
    _say_what_it_is(run, METHODS[after.method], as_measured(before), as_measured(after))


def _evidence_table(before: AttributionMap, after: AttributionMap) -> pd.DataFrame:
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
