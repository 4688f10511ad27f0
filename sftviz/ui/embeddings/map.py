"""One joint map of the embeddings before and after, and the pictures that moved most on it."""

from typing import Literal

import numpy as np
import streamlit as st

from sftviz.embeddings.neighbours import neighbour_overlap
from sftviz.embeddings.project import project
from sftviz.embeddings.table import projection_table
from sftviz.figures.projection import projection_figure
from sftviz.results import Embedded, Projection
from sftviz.runs.run import Run
from sftviz.ui.components import gallery, pictures_on_hover
from sftviz.ui.downloads import show_figure
from sftviz.ui.navigation import go_to
from sftviz.ui.pickers import pick
from sftviz.ui.pictures import picture_path, prediction_tiles, thumbnail_uri
from sftviz.ui.wording import percent, plain

_METHODS = {"pca": "PCA", "tsne": "t-SNE"}
_NEAREST = 10
_MOVERS = 12
_NEIGHBOURS_HELP = "Of each picture's nearest pictures in the full space, the share that is still among the nearest."
_MOVEMENT_HELP = "Distance from before to after; the radius is the root mean square distance from the map's centre."
_TRUST_HELP = "Whether neighbours on the map are neighbours in the full space: 1 is perfect, about 0.5 is chance."


@st.cache_data(max_entries=32, show_spinner="Projecting…", hash_funcs={Embedded: lambda each: each.source})
def _projected(before: Embedded, after: Embedded, method: Literal["pca", "tsne"]) -> Projection:
    # An epoch of a run is computed once: its source says all that there is to know.
    return project(before, after, method)


def show_map(run: Run, before_epoch: int, after_epoch: int) -> None:
    """Both epochs on one map, what it is worth, and the pictures that moved most."""
    with st.container(width=240):
        method = pick("Map", "projection", list(_METHODS), "pca", _METHODS.__getitem__)
    before, after = run.embedded(before_epoch), run.embedded(after_epoch)
    projection = _show_points(run, before, after, "tsne" if method == "tsne" else "pca")
    _show_numbers(projection, before, after)
    _show_movers(run, projection, after)


def _show_points(run: Run, before: Embedded, after: Embedded, method: Literal["pca", "tsne"]) -> Projection:
    epochs = (before.source.epoch, after.source.epoch)
    projection = _projected(before, after, method)
    figure = projection_figure(projection, before, after)
    with st.container(key="joint-map"):
        key = f"map {run.identity} {epochs} {method}"
        picked = show_figure(
            figure,
            lambda: projection_table(projection, before, after),
            name=f"embeddings {run.identity} epochs {epochs[0]} and {epochs[1]} {method}",
            key=key,
            is_clickable=True,
        )
    pictures_on_hover(key="hover", container="joint-map", address=f"/thumbnail/{run.identity}/")
    if picked is not None:
        _show_point(run, before, after, picked)
    else:
        st.caption(
            "Hover over a point to see what it is; click it to see the picture. A cross marks a wrong prediction."
        )
    return projection


def _show_point(run: Run, before: Embedded, after: Embedded, index: int) -> None:
    name = after.examples[index]
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.image(thumbnail_uri(picture_path(run, name), 160), width=130, alt=name)
        with st.container():
            st.markdown(f"**{plain(name)}** is {plain(after.classes[after.labels_N[index]])}")
            for title, predictions in (("Before", before), ("After", after)):
                predicted = predictions.predicted_N[index]
                share = percent(float(predictions.probabilities_NK[index, predicted]))
                st.markdown(f"{title}: {plain(predictions.classes[predicted])} {share}")
            if st.button("Explain this picture", icon=":material/visibility:", key="explain point"):
                go_to("explain", run=run.identity, picture=name)


def _show_numbers(projection: Projection, before: Embedded, after: Embedded) -> None:
    overlap = neighbour_overlap(before, after, _NEAREST)
    with st.container(horizontal=True):
        st.metric(
            f"Neighbours kept, of {overlap.num_neighbours}",
            percent(float(overlap.overlap_N.mean())),
            border=True,
            height="stretch",
            help=_NEIGHBOURS_HELP,
        )
        st.metric("By chance it would be", percent(overlap.chance), border=True, height="stretch")
        median = float(np.median(projection.displacement_N))
        st.metric(
            "Median movement on the map", f"{median:.2f} map radii", border=True, height="stretch", help=_MOVEMENT_HELP
        )
        if projection.trustworthiness is not None:
            trust = f"{projection.trustworthiness:.2f}"
            st.metric("Trustworthiness of the map", trust, border=True, height="stretch", help=_TRUST_HELP)
        if projection.explained_share is not None:
            st.metric("Variance on the map", percent(projection.explained_share), border=True, height="stretch")
    if not projection.displacement_N.any():
        st.info("Nothing moved: the backbone's embeddings are the same in both epochs.", icon=":material/info:")
    st.caption(
        "**What am I looking at?** Each point is a validation picture, placed by what the backbone makes of it. Before "
        "and after are fitted together, so a point that stays did not change. Distances between clusters and "
        "their sizes mean little; neighbours mean more."
    )


def _show_movers(run: Run, projection: Projection, after: Embedded) -> None:
    if not projection.displacement_N.any():
        return
    st.header("What moved most", divider="gray")
    movers = np.argsort(-projection.displacement_N, kind="stable")[:_MOVERS].tolist()
    clicked = gallery(prediction_tiles(run, after, movers), key="movers", label="Pictures that moved most")
    if clicked:
        go_to("explain", run=run.identity, picture=clicked)
