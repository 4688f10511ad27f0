"""What the files of a run's epochs say of its examples."""

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sftviz.results import Embedded, IntArray, Predictions, Source


@lru_cache(maxsize=128)
def kept_predictions(
    path: Path, _changed_ns: int, _size: int, *, side: str = "validation", name: str = "probabilities_NK"
) -> Predictions:
    """The same as `read_predictions`, always the same object while time and size of the file stay as they are."""
    return read_predictions(path, side=side, name=name)


def read_predictions(path: Path, *, side: str = "validation", name: str = "probabilities_NK") -> Predictions:
    """What one file says of the examples of one side.

    Args:
        path: `<run>/<folder>/<epoch>.npz`.
        side: of `examples.json`.
        name: of the array with the probabilities.

    Raises:
        OSError, ValueError, KeyError, BadZipFile: as what is damaged or missing makes its reader do.
    """
    folder = path.parents[1]
    classes, names, labels_N = examples_of(folder, side)
    # Opened here: of a damaged file, NumPy would leave its own open.
    with path.open("rb") as file, np.load(file) as arrays:
        probabilities_NK = arrays[name].astype(np.float32)
    return Predictions(Source(folder.name, int(path.stem)), classes, names, labels_N, probabilities_NK)


def with_embeddings(said: Predictions, embeddings_ND: NDArray[np.float16]) -> Embedded:
    """Predictions with the embeddings that they were made from, widened to float32."""
    return Embedded(**vars(said), embeddings_ND=embeddings_ND.astype(np.float32))


@lru_cache(maxsize=32)
def examples_of(folder: Path, side: str) -> tuple[tuple[str, ...], tuple[str, ...], IntArray]:
    """Classes, and names and labels of the examples of one side, which a run never changes; errors as above."""
    examples = json.loads((folder / "examples.json").read_bytes())
    labels_N = np.asarray(examples[side]["labels"], dtype=np.int64)
    return tuple(examples["classes"]), tuple(examples[side]["names"]), labels_N
