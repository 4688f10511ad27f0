"""The joint map of some epochs: from the run's folder, or computed while the page goes on and PCA is shown."""

import streamlit as st

from sftviz.embeddings.kept import keep_projection, keep_quality, kept_projection, kept_quality
from sftviz.embeddings.project import Method
from sftviz.pulling import result_of
from sftviz.results import MapQuality, Projection
from sftviz.runs.run import Run
from sftviz.ui.work_view import follow_at_once


def shown_projection(run: Run, epochs: tuple[int, ...], method: Method) -> Projection:
    """The map by that method; meanwhile the principal components, under a bar and a way out.

    Raises:
        EmptyResultError: these embeddings have no map.
        RunError: one of the epochs has not been evaluated, or its file is damaged.
    """
    at_once = kept_projection(run, epochs, method) or kept_projection(run, epochs, "pca")
    if at_once is None:
        with st.spinner("Finding the principal components…"):
            at_once = result_of(keep_projection(run, epochs, "pca"))
    if method == "pca" or kept_projection(run, epochs, method) is not None:
        return at_once
    made = follow_at_once(
        "Arrange the points", f"{run.identity} {epochs} {method}", lambda: keep_projection(run, epochs, method)
    )
    return made or at_once


def shown_quality(run: Run, epochs: tuple[int, ...], method: Method) -> MapQuality | None:
    """What that map is worth; None, and a bar, while it is being measured."""
    kept = kept_quality(run, epochs, method)
    if kept is not None:
        return kept
    asked = f"{run.identity} {epochs} {method}"
    return follow_at_once("Measure the map", asked, lambda: keep_quality(run, epochs, method))
