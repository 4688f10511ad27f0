"""A map as a file that other programs read."""

import io
from dataclasses import asdict
from typing import Any

import numpy as np

from sftviz import __version__
from sftviz.results import AttributionMap


def npz_bytes(attribution: AttributionMap, classes: tuple[str, ...], weights_sha256: str) -> bytes:
    """The raw values of a map and all that they depend on, as NumPy's NPZ, which opens without pickle.

    `values_HW` is the map; each further array is one fact: `run`, `epoch` and `weights_sha256` of the checkpoint,
    `example`, `method`, `layer`, `target` and its `target_class`, the other facts of `AttributionMap`, and the
    `sftviz_version` that computed it. What is not defined is NaN.

    Args:
        attribution: the map.
        classes: names of all classes.
        weights_sha256: hash of the checkpoint's weights.
    """
    facts: dict[str, Any] = asdict(attribution)
    source = facts.pop("source")
    facts |= source | {
        "target_class": classes[attribution.target],
        "weights_sha256": weights_sha256,
        "sftviz_version": __version__,
    }
    arrays: dict[str, Any] = {name: np.asarray(np.nan if fact is None else fact) for name, fact in facts.items()}
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()
