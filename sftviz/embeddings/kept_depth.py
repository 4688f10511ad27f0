"""Depth strips in a run's folder, so that each is measured once; read without torch."""

import hashlib
import json
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from sftviz.embeddings.depth import Depth
from sftviz.runs.run import Run
from sftviz.sealed import read_sealed, write_sealed

_FORMAT = 1  # of what is measured and how: a change makes every older file a miss
_DEPTH = TypeAdapter(Depth)


def kept_depth(run: Run, before_epoch: int, after_epoch: int) -> Depth | None:
    """What was measured before of just these weights; None where nothing was, or its file is damaged.

    Raises:
        CheckpointError: the weights of an epoch are not kept.
    """
    payload = read_sealed(_path(run, before_epoch, after_epoch))
    if payload is None:
        return None
    try:
        return _DEPTH.validate_json(payload)
    except ValidationError:
        return None


def keep_depth(run: Run, depth: Depth) -> None:
    """Keep what was measured.

    Raises:
        CheckpointError: the weights of an epoch are not kept.
        OSError: the disk is full or not to be written; nothing is kept then.
    """
    write_sealed(_path(run, depth.before.epoch, depth.after.epoch), _DEPTH.dump_json(depth))


def _path(run: Run, before_epoch: int, after_epoch: int) -> Path:
    epochs = (before_epoch, after_epoch)
    facts = [_FORMAT, epochs, [run.weights_sha256(epoch) for epoch in epochs]]
    return run.folder / "depth" / f"{hashlib.sha256(json.dumps(facts).encode()).hexdigest()}.json"
