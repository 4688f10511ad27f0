"""The same few validation pictures, epoch after epoch: what is said of them, and what speaks for their true class."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from sftviz.analysis.probes import probe_examples
from sftviz.data.thumbnails import data_uri, small_jpeg
from sftviz.data.views import picture_view
from sftviz.errors import SftvizError
from sftviz.figures.overlay import color_limit, overlay
from sftviz.models.catalogue import preprocessing_for
from sftviz.results import FloatArray, WatchedMaps
from sftviz.runs.run import Run
from sftviz.ui import selection
from sftviz.ui.components import Tile, gallery
from sftviz.ui.messages import say_error
from sftviz.ui.navigation import go_to
from sftviz.ui.pickers import pick_one
from sftviz.ui.pictures import picture_path, prediction_tiles
from sftviz.ui.wording import epoch_name, plain

Ended = tuple[tuple[int, float], ...]  # epochs, and when each was evaluated, which tells one that was repeated

_KINDS = {"evidence": "Evidence", "pictures": "Pictures"}
_NUM_PICTURES = 8
_TILE_PX = 112
_OPACITY = 0.65


def show_strip(run: Run) -> None:
    """The hardest and the easiest pictures of epoch 0, as any epoch sees them; the newest one unless one is chosen."""
    ended: Ended = tuple((each.epoch, each.at) for each in run.state.epochs)
    if not ended:
        return
    st.markdown("**The same few validation pictures at every epoch**")
    try:
        maps = _all_maps(run, ended)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            kind = pick_one("Shown", "strip", _KINDS) if maps else "pictures"
            epoch = _pick_epoch(run, [each for each, _ in ended])
        is_mapped = kind == "evidence" and epoch in maps
        tiles = _tiles(run, ended, epoch, is_mapped=is_mapped)
    except SftvizError as error:
        say_error(error)
        return
    label = f"Validation pictures with their predictions at epoch {epoch}"
    clicked = gallery(tiles, key="strip", label=label, width=92)
    st.caption(f"{plain(run.name)}, epoch {epoch}. {_explanation(is_mapped=is_mapped, has_maps=bool(maps))}")
    if clicked:
        kept = {"after": str(epoch)} if epoch in run.checkpoint_epochs() else {}
        go_to("explain", run=run.identity, picture=clicked, **kept)


def _explanation(*, is_mapped: bool, has_maps: bool) -> str:
    chosen = "Four that were hardest before fine-tuning, and four spread over the rest. Click one to see why."
    if is_mapped:
        return (
            "The brighter, the more a place speaks for the picture's *true* class (HiResCAM); the colours of a picture "
            f"mean the same at every epoch. {chosen}"
        )
    missing = "" if has_maps else " Where the network looked was not kept with this run."
    return chosen + missing


def _pick_epoch(run: Run, epochs: list[int]) -> int:
    """Any epoch on a slider; the newest one is followed as long as no other is chosen."""
    if len(epochs) == 1:
        return epochs[0]
    names, widget = [str(epoch) for epoch in epochs], "slide epoch"
    chosen = selection.chosen("epoch")
    shown = chosen if chosen in names else names[-1]
    # Told only what is new: a person may be moving it while the page is drawn again.
    if st.session_state.get(widget) != shown:
        st.session_state[widget] = shown

    def choose() -> None:
        slid = st.session_state[widget]
        selection.forget("epoch") if slid == names[-1] else selection.remember("epoch", slid)

    slid: str = st.select_slider(
        "Epoch", names, key=widget, format_func=lambda name: epoch_name(run, int(name)), on_change=choose
    )
    return int(slid)


@lru_cache(maxsize=16)
def _tiles(run: Run, ended: Ended, epoch: int, *, is_mapped: bool) -> list[Tile]:
    """Made once for each epoch that is looked at, not once a second."""
    before, said = run.predictions(0), run.predictions(epoch)
    indices = probe_examples(before, _NUM_PICTURES).tolist()
    tiles = prediction_tiles(run, said, indices, before=before if epoch else None)
    if not is_mapped:
        return tiles
    maps = _all_maps(run, ended)
    limits = _limits(maps)
    of_index = _by_index(maps[epoch])
    return [
        _overlaid(run, tile, of_index[index], limits[index]) if index in of_index else tile
        for tile, index in zip(tiles, indices, strict=True)
    ]


def _all_maps(run: Run, ended: Ended) -> dict[int, WatchedMaps]:
    return {epoch: maps for epoch, at in ended if (maps := _watched(run, epoch, at)) is not None}


@lru_cache(maxsize=4096)
def _watched(run: Run, epoch: int, _evaluated_at: float) -> WatchedMaps | None:
    return run.watched(epoch)


def _by_index(maps: WatchedMaps) -> dict[int, FloatArray]:
    """What speaks for the class; what speaks against it is left out."""
    return dict(zip(maps.indices_P.tolist(), maps.maps_Phw.clip(min=0), strict=True))


def _limits(maps: dict[int, WatchedMaps]) -> dict[int, float]:
    """For each picture the end of its scale, over all epochs."""
    every = [_by_index(each) for each in maps.values()]
    shown = {index for each in every for index in each}
    return {index: color_limit(np.concatenate([each[index].ravel() for each in every])) for index in shown}


def _overlaid(run: Run, tile: Tile, map_hw: FloatArray, limit: float) -> Tile:
    try:
        view_HW3 = _view(run, tile.key)
    except SftvizError:
        return tile  # the picture is gone, and the tile says so
    mixed_HW3 = overlay(view_HW3, map_hw, limit=limit, opacity=_OPACITY, is_smooth=True)
    return replace(tile, source=data_uri(small_jpeg(mixed_HW3, _TILE_PX)))


@lru_cache(maxsize=64)
def _view(run: Run, name: str) -> NDArray[np.uint8]:
    return picture_view(picture_path(run, name), preprocessing_for(run.config))
