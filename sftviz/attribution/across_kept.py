"""What was measured of many maps, in short, in one file of the run for each method and pair of checkpoints."""

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sftviz.attribution.across import Measured
from sftviz.sealed import read_sealed, write_sealed

_FORMAT = 1  # of the files, of the maps and of what is measured of them: a change makes every older file a miss
_NUMBERS = ("rank_change", "border_before", "border_after", "uniform_border")
_GRIDS = ("before_gg", "after_gg")


def kept_path(folder: Path, method: str, weights: tuple[str, str]) -> Path:
    """Where it is kept.

    Args:
        folder: for all such files of the run.
        method: a name from `METHODS`.
        weights: the hashes of both checkpoints.
    """
    parts = json.dumps([_FORMAT, method, *weights])
    return folder / f"{hashlib.sha256(parts.encode()).hexdigest()}.across"


def keep(path: Path, measured: Mapping[int, Measured]) -> None:
    """Keep what was measured of some examples, by their index, instead of what was kept before.

    Raises:
        OSError: the disk is full or not to be written; what was kept before stays.
    """
    rows = list(measured.values())
    arrays: dict[str, Any] = {"indices_M": np.array(list(measured), np.int64)}
    arrays |= {name: np.array([getattr(row, name) for row in rows], np.float64) for name in _NUMBERS}
    arrays |= {name: np.array([getattr(row, name) for row in rows], np.float32) for name in _GRIDS}
    content = io.BytesIO()
    np.savez(content, **arrays)
    write_sealed(path, content.getvalue())


def kept(path: Path) -> dict[int, Measured]:
    """What was kept; nothing where there is no file or it is damaged."""
    payload = read_sealed(path)
    if payload is None:
        return {}
    with np.load(io.BytesIO(payload), allow_pickle=False) as arrays:
        indices_M = arrays["indices_M"].tolist()
        numbers = [arrays[name].tolist() for name in _NUMBERS]
        grids = [arrays[name] for name in _GRIDS]
    return {index: Measured(*row) for index, *row in zip(indices_M, *numbers, *grids, strict=True)}
