"""The joint map of some epochs: from the run's folder, or computed while the page goes on and PCA is shown."""

import streamlit as st

from sftviz.embeddings.kept import keep_projection, keep_quality, kept_projection, kept_quality
from sftviz.embeddings.mapped import Mapped
from sftviz.embeddings.project import Method
from sftviz.pulling import result_of
from sftviz.results import MapQuality, Projection
from sftviz.ui.work_view import follow_at_once


def shown_projection(mapped: Mapped, method: Method) -> Projection:
    """The map by that method; meanwhile the principal components, under a bar and a way out.

    Raises:
        EmptyResultError: these embeddings have no map.
        RunError: one of the epochs has not been evaluated, or its file is damaged.
    """
    at_once = kept_projection(mapped, method) or kept_projection(mapped, "pca")
    if at_once is None:
        with st.spinner("Finding the principal components…"):
            at_once = result_of(keep_projection(mapped, "pca"))
    if method == "pca" or kept_projection(mapped, method) is not None:
        return at_once
    made = follow_at_once("Arrange the points", _asked(mapped, method), lambda: keep_projection(mapped, method))
    return made or at_once


def shown_quality(mapped: Mapped, method: Method) -> MapQuality | None:
    """What that map is worth; None, and a bar, while it is being measured."""
    kept = kept_quality(mapped, method)
    if kept is not None:
        return kept
    return follow_at_once("Measure the map", _asked(mapped, method), lambda: keep_quality(mapped, method))


def _asked(mapped: Mapped, method: Method) -> str:
    return f"{mapped.run.identity} {mapped.epochs} {mapped.has_training} {method}"
