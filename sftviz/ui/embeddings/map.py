"""One joint map of the embeddings of a run's epochs, and what is chosen on it."""

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from sftviz.embeddings.mapped import Mapped, embedded_epochs
from sftviz.embeddings.project import Method
from sftviz.embeddings.table import projection_table
from sftviz.errors import SftvizError
from sftviz.figures.point_colors import COLORINGS, PointColors, point_colors
from sftviz.figures.projection import epochs_figure, movement_figure, projection_figure
from sftviz.figures.theme import empty_figure
from sftviz.results import IntArray, MapQuality, Predictions, Projection
from sftviz.runs.run import Run
from sftviz.ui.components import gallery, pictures_on_hover
from sftviz.ui.downloads import show_points
from sftviz.ui.embeddings.choosing import choose_drawn, choose_one, chosen_now
from sftviz.ui.embeddings.projecting import shown_projection, shown_quality
from sftviz.ui.embeddings.quality import show_quality
from sftviz.ui.embeddings.selected import show_selected
from sftviz.ui.embeddings.sides import has_both_sides
from sftviz.ui.navigation import go_to
from sftviz.ui.pickers import pick
from sftviz.ui.pictures import prediction_tiles

_PICTURES = {"validation": "Validation", "all": "Validation and training"}
_METHODS: dict[str, Method] = {"tsne": "tsne", "pca": "pca"}
_METHOD_TITLES = {"tsne": "t-SNE", "pca": "PCA"}
_LAYOUTS = {"sides": "Before | after", "arrows": "Arrows", "epochs": "Through the epochs"}
_MOST_EPOCHS, _MOST_ROWS = 12, 60_000
_NUM_ARROWS, _NUM_MOVERS = 30, 12


def show_map(run: Run, before_epoch: int, after_epoch: int) -> None:
    """All of one map: how it is drawn, its points, what it is worth, and the pictures that are chosen or moved most."""
    with st.container(horizontal=True):
        layout = pick("Show", "layout", list(_LAYOUTS), "sides", _LAYOUTS.__getitem__)
        pictures = pick("Pictures", "mapped", list(_PICTURES), "validation", _PICTURES.__getitem__)
        place_of_coloring = st.container()
        method = _METHODS[pick("Map", "projection", list(_METHODS), "tsne", _METHOD_TITLES.__getitem__)]
    has_training = pictures == "all" and has_both_sides(run, before_epoch, after_epoch)
    with place_of_coloring:
        offered = [name for name in COLORINGS if has_training or name != "split"]
        default = "split" if has_training else "class"
        coloring = pick("Colour", "colored", offered, default, COLORINGS.__getitem__)
    mapped = _mapped(run, before_epoch, after_epoch, has_training=has_training, has_steps=layout == "epochs")
    try:
        projection = shown_projection(mapped, method)
        checkpoints = mapped.said()
        # Of a map that is still being arranged nothing is measured yet.
        quality = shown_quality(mapped, projection.method) if method == projection.method else None
    except SftvizError:
        st.plotly_chart(empty_figure(f"There is no map of epochs {before_epoch} and {after_epoch}."), key="no map")
        raise
    kept_EN, is_training_N = quality.kept_EN if quality else None, mapped.is_training_N() if has_training else None
    colors = point_colors(coloring, checkpoints, kept_EN, is_training_N)
    selected = _show_points(run, projection, checkpoints, colors, layout)
    _show_words(projection, quality, has_training=has_training)
    if selected is not None:
        show_selected(mapped, selected)
    else:
        _show_movers(run, projection, checkpoints)


def _mapped(run: Run, before_epoch: int, after_epoch: int, *, has_training: bool, has_steps: bool) -> Mapped:
    """Before and after alone, or the epochs between them too; evenly chosen ones of them where they are many."""
    ends = Mapped(run, (before_epoch, after_epoch), has_training)
    if not has_steps:
        return ends
    first, last = sorted(ends.epochs)
    between = tuple(each.epoch for each in run.state.epochs if first <= each.epoch <= last)
    between = embedded_epochs(run, between) if has_training else between
    most = max(2, min(_MOST_EPOCHS, _MOST_ROWS // max(1, len(ends.said()[0].examples))))
    places = np.linspace(0, len(between) - 1, min(most, len(between))).round().astype(int)
    return replace(ends, epochs=tuple(between[place] for place in places.tolist()))


def _show_points(
    run: Run, projection: Projection, checkpoints: list[Predictions], colors: PointColors, layout: str
) -> IntArray | None:
    selected = chosen_now(projection)
    name = (
        f"embeddings {run.identity} epochs {projection.before.epoch} and {projection.after.epoch} {projection.method}"
    )
    with st.container(key="joint-map"):
        show_points(
            _figure(projection, checkpoints, colors, layout, selected),
            lambda: projection_table(projection, checkpoints[0], checkpoints[-1]),
            name=name,
            key=f"map {name} {layout}",
            on_drawn=lambda drawn: choose_drawn(drawn, projection, has_two_panels=layout == "sides"),
        )
    address = f"/thumbnail/{run.identity}/"
    sides = [checkpoints[0], checkpoints[-1]]
    clicked = pictures_on_hover(key="hover", container="joint-map", address=address, checkpoints=sides)
    if clicked is not None:
        choose_one(clicked)
    return selected


def _figure(
    projection: Projection, checkpoints: list[Predictions], colors: PointColors, layout: str, selected: IntArray | None
) -> go.Figure:
    if layout == "epochs":
        return epochs_figure(projection, checkpoints, colors, selected)
    if layout == "arrows":
        movers = np.argsort(-projection.displacement_N, kind="stable")[:_NUM_ARROWS]
        movers = movers[projection.displacement_N[movers] > 0]
        return movement_figure(projection, checkpoints, colors, movers, selected)
    return projection_figure(projection, checkpoints, colors, selected)


def _show_words(projection: Projection, quality: MapQuality | None, *, has_training: bool) -> None:
    training = (
        " Hollow points are training pictures: of epoch 0 a head that never saw the picture speaks, of later epochs "
        "the network that has learned from it."
    )
    st.caption(
        "Hover over a point to see its picture; click it, or draw around several, to see all of them. A cross marks a "
        "wrong prediction. **What am I looking at?** Each point is a "
        f"{'' if has_training else 'validation '}picture, placed by what the backbone makes of it."
        f"{training if has_training else ''} All epochs are fitted together, so a point that stays did not change. "
        "Distances between clusters and their sizes mean little; neighbours mean more."
    )
    if quality is not None:
        show_quality(projection, quality)
    if not projection.displacement_N.any():
        st.info(
            "Nothing moved: the backbone's embeddings are the same in both epochs. Where the backbone is frozen, "
            "embeddings cannot move, and only predictions change: colour the points by flip to see which.",
            icon=":material/info:",
        )


def _show_movers(run: Run, projection: Projection, checkpoints: list[Predictions]) -> None:
    if not projection.displacement_N.any():
        return
    st.header("What moved most", divider="gray")
    movers = np.argsort(-projection.displacement_N, kind="stable")[:_NUM_MOVERS].tolist()
    tiles = prediction_tiles(run, checkpoints[-1], movers, before=checkpoints[0])
    clicked = gallery(tiles, key="movers", label="Pictures that moved most")
    if clicked:
        go_to("explain", run=run.identity, picture=clicked)
