"""One joint map of the embeddings of a run's epochs, and what is chosen on it."""

from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st

from sftviz.embeddings.mapped import Mapped, embedded_epochs
from sftviz.embeddings.project import Method
from sftviz.embeddings.table import projection_table
from sftviz.errors import SftvizError
from sftviz.figures.point_colors import COLORINGS, PointColors, point_colors
from sftviz.figures.projection import Layout, point_map
from sftviz.figures.theme import empty_figure
from sftviz.results import IntArray, MapQuality, Predictions, Projection
from sftviz.runs.run import Run
from sftviz.ui.components import gallery
from sftviz.ui.downloads import offer_csv
from sftviz.ui.embeddings.choosing import choose_drawn, choose_one, chosen_now
from sftviz.ui.embeddings.point_map import show_point_map
from sftviz.ui.embeddings.projecting import shown_projection, shown_quality
from sftviz.ui.embeddings.quality import show_quality
from sftviz.ui.embeddings.selected import show_selected
from sftviz.ui.embeddings.sides import has_both_sides
from sftviz.ui.navigation import go_to
from sftviz.ui.pickers import pick
from sftviz.ui.pictures import prediction_tiles

_PICTURES = {"validation": "Validation", "all": "Validation and training"}
_METHODS: dict[Method, str] = {"tsne": "t-SNE", "pca": "PCA"}
_LAYOUTS: dict[Layout, str] = {"sides": "Before | after", "arrows": "Arrows", "epochs": "Through the epochs"}
_MOST_EPOCHS, _MOST_ROWS = 12, 60_000
_NUM_MOVERS = 12


def show_map(run: Run, before_epoch: int, after_epoch: int) -> None:
    """All of one map: how it is drawn, its points, what it is worth, and the pictures that are chosen or moved most."""
    layout, method, coloring, has_training = _choose(run, before_epoch, after_epoch)
    mapped = _mapped(run, before_epoch, after_epoch, has_training=has_training, has_steps=layout == "epochs")
    # The bar of what is still computed stands below the map, which would be pushed about by it.
    place_of_map, place_of_work = st.container(), st.container()
    try:
        with place_of_work:
            projection = shown_projection(mapped, method)
            checkpoints = mapped.said()
            # Of a map that is still being arranged nothing is measured yet.
            quality = shown_quality(mapped, projection.method) if method == projection.method else None
    except SftvizError:
        st.plotly_chart(empty_figure(f"There is no map of epochs {before_epoch} and {after_epoch}."), key="no map")
        raise
    kept_EN, is_training_N = quality.kept_EN if quality else None, mapped.is_training_N() if has_training else None
    colors = point_colors(coloring, checkpoints, kept_EN, is_training_N)
    with place_of_map:
        selected = _show_points(run, projection, checkpoints, colors, layout)
    _show_words(projection, quality, has_training=has_training)
    if selected is not None:
        show_selected(mapped, selected)
    else:
        _show_movers(run, projection, checkpoints)


def _choose(run: Run, before_epoch: int, after_epoch: int) -> tuple[Layout, Method, str, bool]:
    """Layout, method, colouring, and whether training pictures join; what these need stands below the choices."""
    with st.container(horizontal=True):
        layout = pick("Show", "layout", list(_LAYOUTS), "sides", _LAYOUTS.__getitem__)
        pictures = pick("Pictures", "mapped", list(_PICTURES), "validation", _PICTURES.__getitem__)
        place_of_coloring = st.container()
        method = pick("Map", "projection", list(_METHODS), "tsne", _METHODS.__getitem__)
    has_training = pictures == "all" and has_both_sides(run, before_epoch, after_epoch)
    with place_of_coloring:
        offered = [name for name in COLORINGS if has_training or name != "split"]
        default = "split" if has_training else "class"
        coloring = pick("Colour", "colored", offered, default, COLORINGS.__getitem__)
    return layout, method, coloring, has_training


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
    run: Run, projection: Projection, checkpoints: list[Predictions], colors: PointColors, layout: Layout
) -> IntArray | None:
    selected = chosen_now(projection)
    name = (
        f"embeddings {run.identity} epochs {projection.before.epoch} and {projection.after.epoch} {projection.method}"
    )
    with st.container(gap="xsmall"):
        show_point_map(
            point_map(projection, checkpoints, colors, layout),
            key="joint-map",
            name=f"{name} {layout}",
            address=f"/thumbnail/{run.identity}/",
            checkpoints=[checkpoints[0], checkpoints[-1]],
            chosen=selected,
            on_click=choose_one,
            on_drawn=partial(choose_drawn, projection),
        )
        offer_csv(
            lambda: projection_table(projection, checkpoints[0], checkpoints[-1]),
            name=name,
            key="map csv",
            label="Data (CSV)",
        )
    return selected


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
