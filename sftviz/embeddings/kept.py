"""Maps of a run's epochs and what they are worth, computed once and kept in the run's folder. A damaged file is a miss.

Shape legend: E checkpoints, N examples.
"""

import hashlib
import io
import json
from collections.abc import Generator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from sftviz.embeddings.mapped import Mapped
from sftviz.embeddings.project import Method, projecting
from sftviz.embeddings.quality import measure_quality
from sftviz.events import Event
from sftviz.results import MapQuality, Projection
from sftviz.sealed import read_sealed, write_sealed

_FORMAT = 1  # of the files and of what the methods compute: a change makes every older file a miss
_SEED = 0


def kept_projection(mapped: Mapped, method: Method) -> Projection | None:
    """The joint map of these epochs; None where it is not computed yet.

    Raises:
        RunError: one of them has not been evaluated, or its file is damaged.
    """
    found = _read(_path(mapped, method, "map"))
    if found is None:
        return None
    said = mapped.said()
    return Projection(sources=tuple(each.source for each in said), examples=said[0].examples, **found)


def keep_projection(mapped: Mapped, method: Method) -> Generator[Event, None, Projection]:
    """The same, computed where it is not there yet.

    Raises:
        EmptyResultError: these embeddings have no map (`projecting`).
        RunError: one of the epochs has not been evaluated, or its file is damaged.
    """
    kept = kept_projection(mapped, method)
    if kept is not None:
        return kept
    made = yield from projecting(mapped.embedded(), method, _SEED)
    facts = {"method": made.method, "explained_share": made.explained_share}
    _write(_path(mapped, method, "map"), facts, points_EN2=made.points_EN2)
    return made


def kept_quality(mapped: Mapped, method: Method) -> MapQuality | None:
    """What the joint map is worth; None where that is not measured yet.

    Raises:
        RunError: one of the epochs has not been evaluated, or its file is damaged.
    """
    found = _read(_path(mapped, method, "quality"))
    return None if found is None else MapQuality(**found)


def keep_quality(mapped: Mapped, method: Method) -> Generator[Event, None, MapQuality]:
    """The same, measured where it is not yet; errors as of `keep_projection`."""
    kept = kept_quality(mapped, method)
    if kept is not None:
        return kept
    projection = yield from keep_projection(mapped, method)
    quality = yield from measure_quality(projection, mapped.embedded(), seed=_SEED)
    facts = dict(vars(quality))
    kept_EN = facts.pop("kept_EN")
    _write(_path(mapped, method, "quality"), facts, kept_EN=kept_EN)
    return quality


def _path(mapped: Mapped, method: Method, kind: str) -> Path:
    facts = [_FORMAT, mapped.epochs, mapped.fingerprint(), method, _SEED]
    key = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
    return mapped.run.folder / "projections" / f"{key}.{kind}"


def _write(path: Path, facts: Mapping[str, object], **arrays: np.ndarray) -> None:
    content = io.BytesIO()
    np.savez(content, facts=np.array(json.dumps(facts)), **arrays)  # type: ignore[arg-type] # names of arrays only
    # Where the disk is full, what was computed is shown all the same.
    with suppress(OSError):
        write_sealed(path, content.getvalue())


def _read(path: Path) -> dict[str, Any] | None:
    payload = read_sealed(path)
    if payload is None:
        return None
    with np.load(io.BytesIO(payload), allow_pickle=False) as arrays:
        facts: dict[str, Any] = json.loads(str(arrays["facts"]))
        return facts | {name: arrays[name] for name in arrays if name != "facts"}
