"""From the nearest class mean to the trained model: what each rung says of a run's validation examples, and is kept.

Shape legend: M validation examples, K classes, D embedding width.
"""

from collections.abc import Generator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from sftviz.config import Origin
from sftviz.durable import replacing
from sftviz.embeddings.nearest_mean import nearest_mean
from sftviz.embeddings.of_run import embed_training
from sftviz.errors import EmptyResultError
from sftviz.events import Event
from sftviz.results import Embedded, FloatArray, Predictions
from sftviz.runs.run import Run

_KEPT = 8


@dataclass(frozen=True, eq=False)
class Rungs:
    """What is said of the same validation examples with more and more of fine-tuning.

    Attributes:
        nearest_mean: by the nearest class mean of the pretrained features.
        probe: by the head that was solved for on the pretrained features: epoch 0.
        refitted: by a head that was solved for on the fine-tuned features, of training examples alone.
        unaveraged: by the weights that learned, where their average is what is kept; None elsewhere.
        trained: by the epoch itself.
        weight_KD, bias_K: the refitted head.
        is_frozen: whether both epochs have the same features.
    """

    nearest_mean: Predictions
    probe: Predictions
    refitted: Predictions
    unaveraged: Predictions | None
    trained: Predictions
    weight_KD: FloatArray
    bias_K: FloatArray
    is_frozen: bool


def kept_rungs(run: Run, epoch: int) -> Rungs | None:
    """What is kept for an epoch; None where nothing is. While the file stays as it is, always the same object.

    Raises:
        CheckpointError: the weights of this epoch are not kept.
        RunError: the epoch has not been evaluated.
    """
    path = _path(run, epoch)
    try:
        changed_ns = path.stat().st_mtime_ns
    except OSError:
        return None
    return _read(run, epoch, path, changed_ns, run.fingerprint(0), run.fingerprint(epoch))


def climb(run: Run, epoch: int) -> Generator[Event, None, Rungs]:
    """Compute the rungs of an epoch, and keep them.

    Raises:
        EmptyResultError: it is epoch 0.
        CheckpointError: the weights of this epoch are not kept.
        DataError: the pictures are neither cached nor where they were.
    """
    if epoch == 0:
        raise EmptyResultError("Epoch 0 is where fine-tuning starts from; choose a later epoch.")
    old = yield from embed_training(run, 0)
    new = yield from embed_training(run, epoch)
    arrays = _heads(run, old, new, run.embedded(epoch))
    unaveraged_MK = yield from _unaveraged(run, epoch)
    if unaveraged_MK is not None:
        arrays["unaveraged_MK"] = unaveraged_MK
    # Where the disk is full, what was computed is shown all the same.
    with suppress(OSError):
        path = _path(run, epoch)
        path.parent.mkdir(exist_ok=True)
        with replacing(path) as file:
            np.savez(file, **arrays)
    return kept_rungs(run, epoch) or _rungs(run, epoch, arrays)


def refit(run: Run, epoch: int) -> Generator[Event, None, str]:
    """Make a run whose epoch 1 has an epoch's backbone under the refitted head; returns its identity.

    Raises:
        CheckpointError: the weights of this epoch are not kept.
        DataError: the pictures are neither cached nor where they were.
    """
    import torch

    from sftviz.training.deriving import derive
    from sftviz.training.reopening import Reopened

    rungs = kept_rungs(run, epoch) or (yield from climb(run, epoch))

    def change(opened: Reopened) -> Generator[Event, None, None]:
        yield from ()
        with torch.no_grad():
            opened.network.head.weight.copy_(torch.from_numpy(rungs.weight_KD))
            opened.network.head.bias.copy_(torch.from_numpy(rungs.bias_K))

    return (yield from derive(run, refitted_origin(run, epoch), change))


def refitted_origin(run: Run, epoch: int) -> Origin:
    """How the run that `refit` makes says where it comes from."""
    return Origin(run=run.identity, epoch=epoch, how="head refitted")


def _heads(run: Run, old: Embedded, new: Embedded, validation: Embedded) -> dict[str, Any]:
    """Nearest mean and refitted head; where the features are the same, the head that was solved for on them before."""
    from scipy.special import softmax

    from sftviz.training.checkpoints import Checkpoints
    from sftviz.training.probe import fit_probe

    before = run.embedded(0)
    is_frozen = np.array_equal(old.embeddings_ND, new.embeddings_ND)
    if is_frozen:
        weights = Checkpoints(run.folder / "checkpoints").at_epoch(0).weights()
        weight_KD, bias_K = weights["head.weight"].numpy(), weights["head.bias"].numpy()
        refitted_MK = before.probabilities_NK
    else:
        probe = fit_probe(new.embeddings_ND, new.labels_N, len(new.classes), seed=run.config.seed)
        weight_KD, bias_K = probe.weight_KD, probe.bias_K
        refitted_MK = softmax(validation.embeddings_ND @ weight_KD.T + bias_K, axis=1)
    return {
        "nearest_MK": nearest_mean(old, before).probabilities_NK,
        "refitted_MK": refitted_MK,
        "weight_KD": weight_KD,
        "bias_K": bias_K,
        "is_frozen": np.array(is_frozen),
    }


def _unaveraged(run: Run, epoch: int) -> Generator[Event, None, FloatArray | None]:
    """What the weights say that learned, where the checkpoint has them beside their average."""
    if not run.recipe.averaging:
        return None
    from sftviz.training.checkpoints import Checkpoints
    from sftviz.training.evaluate import embed, probabilities
    from sftviz.training.learning import own_weights
    from sftviz.training.reopening import reopen

    own = own_weights(Checkpoints(run.folder / "checkpoints").at_epoch(epoch).state())
    opened = yield from reopen(run, epoch)
    network = opened.network
    # Adapters that still learn have weights of other names.
    if not own or not own.keys() <= network.state_dict().keys():
        return None
    network.load_state_dict(network.state_dict() | own)
    embeddings_ND = yield from embed(network.backbone, opened.arithmetic, network, opened.task.validation)
    return probabilities(network, embeddings_ND)


def _path(run: Run, epoch: int) -> Path:
    return run.folder / "gain" / f"{epoch:04d}-{run.weights_sha256(epoch)[:16]}.npz"


@lru_cache(maxsize=_KEPT)
def _read(run: Run, epoch: int, path: Path, _changed_ns: int, _before: int, _after: int) -> Rungs | None:
    # A damaged file is a miss.
    with suppress(OSError, ValueError, KeyError, BadZipFile), path.open("rb") as file, np.load(file) as arrays:
        return _rungs(run, epoch, dict(arrays))
    return None


def _rungs(run: Run, epoch: int, arrays: Mapping[str, Any]) -> Rungs:
    probe, trained = run.predictions(0), run.predictions(epoch)
    unaveraged_MK = arrays.get("unaveraged_MK")
    return Rungs(
        nearest_mean=replace(probe, probabilities_NK=arrays["nearest_MK"]),
        probe=probe,
        refitted=replace(trained, probabilities_NK=arrays["refitted_MK"]),
        unaveraged=None if unaveraged_MK is None else replace(trained, probabilities_NK=unaveraged_MK),
        trained=trained,
        weight_KD=arrays["weight_KD"],
        bias_K=arrays["bias_K"],
        is_frozen=bool(arrays["is_frozen"]),
    )
