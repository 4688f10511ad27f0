"""What a network is going to see of the pictures, on some of them, before anything is trained."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from PIL import Image

from sftviz.config import Fit, RunConfig
from sftviz.data.augment import training_view
from sftviz.data.decode import decode
from sftviz.data.listing import Listing, Picture
from sftviz.data.pixels import center_crop
from sftviz.data.split import split
from sftviz.data.stored import StoredData
from sftviz.data.thumbnails import data_uri, jpeg
from sftviz.data.views import fitted
from sftviz.errors import SftvizError
from sftviz.models.catalogue import preprocessing_for
from sftviz.seeding import draw
from sftviz.ui.components import Tile, gallery
from sftviz.ui.wording import plain

_FITS: dict[Fit, str] = {"crop": "Crop", "pad": "Pad", "squash": "Squash"}
_WHEN: dict[Fit, str] = {
    "crop": "The middle of each picture, as the backbone was pretrained; what lies at the ends is never seen.",
    "pad": "The whole picture with a border: for things that fill it or lie at its edge, as drawings often do.",
    "squash": "The whole picture, out of proportion: for textures, or where all pictures have one shape.",
}
_SHOWN = 6
_FIRST_VIEW = 1


def choose_fit() -> Fit:
    """How a picture becomes a square."""
    fit: Fit = st.segmented_control(
        "How a picture becomes a square",
        list(_FITS),
        default="crop",
        required=True,
        format_func=_FITS.__getitem__,
        key="fit",
    )
    st.caption(_WHEN[fit])
    return fit


def show_views(config: RunConfig, stored: StoredData) -> None:
    """Some training pictures as they are evaluated and, where training varies them, as it sees them first."""
    try:
        divided = split(
            stored.listing,
            validation_share=config.data.validation_share,
            test_share=config.data.test_share,
            seed=config.seed,
        )
        plain_tiles, varied_tiles = _tiles(config, divided)
    except SftvizError as error:
        st.info(f"{plain(str(error))} So there is nothing to show here.", icon=":material/info:")
        return
    side = preprocessing_for(config).crop
    st.markdown(f"**When it is evaluated**, {side} × {side} pixels")
    gallery(plain_tiles, key="plain views", label="Pictures as they are evaluated", is_clickable=False)
    if config.data.augment and config.recipe.stages:
        st.markdown(f"**When it learns**: the first of its random views, of seed {config.seed}")
        gallery(varied_tiles, key="varied views", label="Pictures as they are learned from", is_clickable=False)


_IDENTITIES: dict[str | type[Any], Callable[[Any], Any]] = {
    Listing: lambda listing: listing.identity,
    RunConfig: lambda config: config.model_dump_json(),
}


@st.cache_data(max_entries=16, show_spinner=False, hash_funcs=_IDENTITIES)
def _tiles(config: RunConfig, divided: Listing) -> tuple[list[Tile], list[Tile]]:
    preprocessing = preprocessing_for(config)
    plain_tiles: list[Tile] = []
    varied_tiles: list[Tile] = []
    for place, picture in _some(divided):
        pixels = fitted(Image.fromarray(decode(divided.root / picture.path)), preprocessing)
        # The very draw that training makes for this picture.
        key = draw(config.seed, "augment", _FIRST_VIEW, place)
        for tiles, view in (
            (plain_tiles, center_crop(pixels, preprocessing.crop)),
            (varied_tiles, training_view(pixels, preprocessing.crop, key)),
        ):
            caption = divided.classes[picture.label]
            tiles.append(Tile(picture.path, data_uri(jpeg(Image.fromarray(view))), caption, label=picture.path))
    return plain_tiles, varied_tiles


def _some(divided: Listing) -> list[tuple[int, Picture]]:
    """A few training pictures with their places, of as many classes as can be; the least square ones of each."""
    by_class: dict[int, list[tuple[int, Picture]]] = {}
    for place, picture in enumerate(divided.side("train")):
        by_class.setdefault(picture.label, []).append((place, picture))
    for pictures in by_class.values():
        pictures.sort(key=lambda each: -_aspect(each[1]))
    turns = [(turn, label, each) for label, pictures in by_class.items() for turn, each in enumerate(pictures[:_SHOWN])]
    return [each for _, _, each in sorted(turns, key=lambda each: each[:2])[:_SHOWN]]


def _aspect(picture: Picture) -> float:
    return max(picture.width, picture.height) / min(picture.width, picture.height)
