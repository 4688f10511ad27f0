"""The pictures of runs and data sets as the pages show them."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Literal

import streamlit as st

from sftviz.data.listing import Listing
from sftviz.data.thumbnails import data_uri, thumbnail
from sftviz.errors import UnreadablePictureError
from sftviz.results import Predictions
from sftviz.runs.run import Run
from sftviz.ui.components import Tile
from sftviz.ui.wording import percent

_MISSING = (
    "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'>"
    "<text x='50' y='54' text-anchor='middle' font-size='13' font-family='sans-serif' fill='gray'>"
    "file is gone</text></svg>"
)


def listing_of(folder: Path) -> Listing:
    """The pictures that a run learns from; `folder` is the run's, which may leave some out as it begins.

    Raises:
        DataError: the list is damaged.
    """
    path = folder / "data.json"
    return _listing(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _listing(path: Path, _changed_ns: int) -> Listing:
    return Listing.from_json(path.read_text(encoding="utf-8"))


@st.cache_data(max_entries=20_000, show_spinner=False)
def thumbnail_uri(path: Path, size: int = 128) -> str:
    """A small JPEG, or a placeholder where the file is gone or broken."""
    try:
        return data_uri(thumbnail(path, size))
    except UnreadablePictureError:
        return _MISSING


def picture_path(run: Run, name: str) -> Path:
    """Where a picture of a run lies."""
    return listing_of(run.folder).root / name


def thumbnail_address(run: Run, index: int) -> str:
    """Where a browser gets the small picture of an example, so that no page waits for it.

    Validation examples are counted first, then training examples.
    """
    return f"/thumbnail/{run.identity}/{index}"


def prediction_tiles(
    run: Run, predictions: Predictions, indices: Iterable[int], *, before: Predictions | None = None
) -> list[Tile]:
    """A tile for each picture: what the checkpoint says of it, what it is, and what was said before."""
    predicted_N, of_truth_N = predictions.predicted_N, predictions.of_truth_N
    earlier_N = None if before is None else before.predicted_N
    tiles = []
    for index in indices:
        predicted, true = predicted_N[index], predictions.labels_N[index]
        confidence = percent(float(predictions.probabilities_NK[index, predicted]))
        tone: Literal["right", "wrong"] = "right" if predicted == true else "wrong"
        said, truth = predictions.classes[predicted], predictions.classes[true]
        name = predictions.examples[index]
        notes = [f"is {truth}, {percent(float(of_truth_N[index]))}"] if tone == "wrong" else []
        if before is not None and earlier_N is not None:
            earlier = earlier_N[index]
            notes.append(f"before: {before.classes[earlier]} {percent(float(before.probabilities_NK[index, earlier]))}")
        tiles.append(
            Tile(
                key=name,
                source=thumbnail_address(run, index),
                caption=f"{said} {confidence}",
                notes=tuple(notes),
                tone=tone,
                label=f"{name}: predicted {said} with {confidence}, is {truth}",
            )
        )
    return tiles
