"""Maps on disk, so that each is computed once. A damaged file is a miss."""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np

from sftviz.results import AttributionMap, Source
from sftviz.sealed import read_sealed, write_sealed

_FORMAT = 3  # of the files and of what the methods compute: a change makes every older file a miss
_ARRAYS = ("values_HW", "native_hw")


def cache_key(
    *,
    epoch: int,
    checkpoint: str,
    example: str,
    method: str,
    target: int,
    parameters: Mapping[str, int | float | str],
    against: int | None = None,
    layer: str | None = None,
) -> str:
    """SHA-256, in hexadecimal, of all that a map depends on.

    Args:
        epoch: of the checkpoint.
        checkpoint: the hash of its weights.
        example: the picture's identity.
        method: a name from `METHODS`.
        target: the explained class.
        parameters: of the method.
        against: the class that the explained one is held against.
        layer: that was named by hand.
    """
    parts = [_FORMAT, epoch, checkpoint, example, method, target, sorted(parameters.items()), against, layer]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def save(folder: Path, key: str, attribution: AttributionMap) -> None:
    """Keep a map; the folder is made where it is missing.

    Raises:
        OSError: the disk is full or not to be written; nothing is kept then.
    """
    facts = asdict(attribution)
    arrays = {name: values for name in _ARRAYS if (values := facts.pop(name)) is not None}
    content = io.BytesIO()
    np.savez(content, facts=np.array(json.dumps(facts)), **arrays)
    write_sealed(_path(folder, key), content.getvalue())


def load(folder: Path, key: str) -> AttributionMap | None:
    """The map kept under a key, or None where there is none or its file is damaged."""
    payload = read_sealed(_path(folder, key))
    if payload is None:
        return None
    with np.load(io.BytesIO(payload), allow_pickle=False) as arrays:
        facts = json.loads(str(arrays["facts"]))
        found = {name: arrays[name] for name in _ARRAYS if name in arrays}
        return AttributionMap(**facts | {"source": Source(**facts["source"])} | found)


def _path(folder: Path, key: str) -> Path:
    return folder / f"{key}.map"
