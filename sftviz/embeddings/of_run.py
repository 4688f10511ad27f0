"""What a run's epochs make of its training examples: computed where it is asked for, then read from its folder.

Validation examples are embedded in every epoch as it ends (`Run.embedded`), training examples in epoch 0 alone.
"""

from collections.abc import Generator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from sftviz.durable import replacing
from sftviz.errors import CheckpointError
from sftviz.events import Event
from sftviz.results import Embedded, FloatArray, Source
from sftviz.runs.run import Run

_KEPT = 4


def training_embedded(run: Run, epoch: int) -> Embedded | None:
    """What is kept of an epoch's training examples; None where nothing is, or not of the weights as they are now.

    While the file stays as it is, this is the same object at every call. At epoch 0 the probabilities are those of
    heads that never saw the example, at any other epoch those of the network that learned from it.

    Raises:
        RunError: epoch 0 has not been evaluated, or its file is damaged.
    """
    if epoch == 0 and (found := _of_epoch_zero(run, run.fingerprint(0))) is not None:
        return found
    try:
        path = _path(run, epoch)
        changed_ns = path.stat().st_mtime_ns
    except (CheckpointError, OSError):
        return None
    return _read(run, epoch, path, changed_ns)


def embed_training(run: Run, epoch: int) -> Generator[Event, None, Embedded]:
    """The same, computed and kept where it is not yet.

    Raises:
        CheckpointError: the weights of this epoch are not kept.
        DataError: the pictures are neither cached nor where they were.
        RunError: epoch 0 has not been evaluated, or its file is damaged.
    """
    kept = training_embedded(run, epoch)
    if kept is not None:
        return kept
    computed = yield from compute(run, epoch)
    # Where the disk is full, what was computed is shown all the same.
    with suppress(OSError):
        _save(_path(run, epoch), computed)
    return computed


def compute(run: Run, epoch: int) -> Generator[Event, None, Embedded]:
    """The same from the weights alone: one forward pass, as training does it; nothing is kept.

    Raises:
        CheckpointError: the weights of this epoch are not kept.
        DataError: the pictures are neither cached nor where they were.
        RunError: epoch 0 has not been evaluated, or its file is damaged.
    """
    from sftviz.training.evaluate import embed, probabilities
    from sftviz.training.reopening import reopen

    opened = yield from reopen(run, epoch)
    network, said = opened.network, run.out_of_fold()
    embeddings_ND = yield from embed(network.backbone, opened.arithmetic, network, opened.task.train)
    probabilities_NK = said.probabilities_NK if epoch == 0 else probabilities(network, embeddings_ND)
    return _embedded(run, epoch, probabilities_NK, embeddings_ND.half().float().numpy())


def _embedded(run: Run, epoch: int, probabilities_NK: FloatArray, embeddings_ND: FloatArray) -> Embedded:
    said = run.out_of_fold()
    source = Source(run.identity, epoch)
    return Embedded(source, said.classes, said.examples, said.labels_N, probabilities_NK, embeddings_ND)


def _path(run: Run, epoch: int) -> Path:
    return run.folder / "embeddings" / f"{epoch:04d}-{run.weights_sha256(epoch)[:16]}.npz"


def _save(path: Path, said: Embedded) -> None:
    path.parent.mkdir(exist_ok=True)
    with replacing(path) as file:
        np.savez(file, probabilities_NK=said.probabilities_NK, embeddings_ND=said.embeddings_ND.astype(np.float16))


@lru_cache(maxsize=_KEPT)
def _read(run: Run, epoch: int, path: Path, _changed_ns: int) -> Embedded | None:
    # A damaged file is a miss.
    with suppress(OSError, ValueError, KeyError, BadZipFile), path.open("rb") as file, np.load(file) as arrays:
        return _embedded(run, epoch, arrays["probabilities_NK"], arrays["embeddings_ND"].astype(np.float32))
    return None


@lru_cache(maxsize=_KEPT)
def _of_epoch_zero(run: Run, _fingerprint: int) -> Embedded | None:
    return run.embedded_training()
