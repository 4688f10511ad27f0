"""What a run's weights say between two of its epochs: computed where it is asked for, then read from its folder."""

from collections.abc import Generator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from sftviz.analysis.weight_path import SHARES, SaidOnTheWay
from sftviz.config import Origin
from sftviz.durable import replacing
from sftviz.events import Event, PhaseProgressed
from sftviz.runs.run import Run

if TYPE_CHECKING:
    from torch import Tensor

    from sftviz.training.reopening import Reopened

_KEPT = 8


def kept_path(run: Run, before: int, after: int) -> SaidOnTheWay | None:
    """What is kept of the way between two epochs; None where nothing is. While the file stays, the same object.

    Raises:
        CheckpointError: the weights of an epoch are not kept.
        RunError: an epoch has not been evaluated.
    """
    path = _path(run, before, after)
    try:
        changed_ns = path.stat().st_mtime_ns
    except OSError:
        return None
    return _read(run, before, after, path, changed_ns, run.fingerprint(before), run.fingerprint(after))


def walk(run: Run, before: int, after: int) -> Generator[Event, None, SaidOnTheWay]:
    """Pass the validation examples through the weights at every share of the way, and keep what they say.

    Raises:
        CheckpointError: the weights of an epoch are not kept.
        DataError: the pictures are neither cached nor where they were.
    """
    from sftviz.training.interpolating import have_other_statistics, what_moved
    from sftviz.training.reopening import reopen

    opened = yield from reopen(run, after)
    old, new = _ends(run, before, after)
    moved = what_moved(old, new)
    predicted_AN, of_truth_AN = yield from _said_between(opened, old, new, is_head_alone=moved != "all")
    arrays = {
        "predicted_AN": predicted_AN,
        "of_truth_AN": of_truth_AN,
        "moved": np.array(moved),
        "is_reestimated": np.array(have_other_statistics(opened.network, old, new)),
    }
    # Where the disk is full, what was computed is shown all the same.
    with suppress(OSError):
        path = _path(run, before, after)
        path.parent.mkdir(exist_ok=True)
        with replacing(path) as file:
            np.savez(file, **arrays)
    return kept_path(run, before, after) or _said(run, before, after, arrays)


def keep_mixed(run: Run, before: int, after: int, share: float) -> Generator[Event, None, str]:
    """Make a run whose epoch 1 has the weights at a share of the way; returns its identity.

    Raises:
        CheckpointError: the weights of an epoch are not kept.
        DataError: the pictures are neither cached nor where they were.
    """
    from sftviz.training.deriving import derive
    from sftviz.training.interpolating import weights_between

    old, new = _ends(run, before, after)

    def change(opened: "Reopened") -> Generator[Event, None, None]:
        weights = yield from weights_between(opened.task, opened.network, old, new, share)
        opened.network.load_state_dict(weights)

    return (yield from derive(run, mixed_origin(run, before, after, share), change))


def mixed_origin(run: Run, before: int, after: int, share: float) -> Origin:
    """How the run that `keep_mixed` makes says where it comes from."""
    return Origin(run=run.identity, epoch=after, how="mixed", since=before, share=share)


def _ends(run: Run, before: int, after: int) -> tuple[dict[str, "Tensor"], dict[str, "Tensor"]]:
    from sftviz.training.checkpoints import Checkpoints

    checkpoints = Checkpoints(run.folder / "checkpoints")
    return checkpoints.at_epoch(before).weights(), checkpoints.at_epoch(after).weights()


def _said_between(
    opened: "Reopened", old: Mapping[str, "Tensor"], new: Mapping[str, "Tensor"], *, is_head_alone: bool
) -> Generator[Event, None, tuple[Any, Any]]:
    """Predicted classes and probabilities of the truth at all places but the ends."""
    from sftviz.training.evaluate import embed, probabilities
    from sftviz.training.interpolating import weights_between

    task, network, labels_N = opened.task, opened.network, opened.task.validation.labels_N
    between, everyone = SHARES[1:-1], np.arange(len(labels_N))
    num_passes = 1 if is_head_alone else len(between)
    predicted, of_truth = [], []
    for place, share in enumerate(between):
        weights = yield from weights_between(task, network, old, new, share)
        network.load_state_dict(weights)
        if place < num_passes:
            passed = embed(network.backbone, opened.arithmetic, network, task.validation)
            embeddings_ND = yield from _counted(passed, place, num_passes)
        said_NK = probabilities(network, embeddings_ND)
        predicted.append(said_NK.argmax(axis=1))
        of_truth.append(said_NK[everyone, labels_N])
    return np.stack(predicted), np.stack(of_truth)


def _counted(
    passed: Generator[PhaseProgressed, None, "Tensor"], place: int, num_passes: int
) -> Generator[Event, None, "Tensor"]:
    """The same pass, as one of several."""
    while True:
        try:
            event = next(passed)
        except StopIteration as end:
            embeddings_ND: Tensor = end.value
            return embeddings_ND
        done = place * event.total + event.done
        yield PhaseProgressed(phase="mixing", done=done, total=num_passes * event.total, unit="examples")


def _path(run: Run, before: int, after: int) -> Path:
    old, new = (run.weights_sha256(epoch)[:16] for epoch in (before, after))
    return run.folder / "between" / f"{before:04d}-{old}-{after:04d}-{new}.npz"


@lru_cache(maxsize=_KEPT)
def _read(run: Run, before: int, after: int, path: Path, _changed_ns: int, _old: int, _new: int) -> SaidOnTheWay | None:
    # A damaged file is a miss.
    with suppress(OSError, ValueError, KeyError, BadZipFile), path.open("rb") as file, np.load(file) as arrays:
        return _said(run, before, after, dict(arrays))
    return None


def _said(run: Run, before: int, after: int, arrays: Mapping[str, Any]) -> SaidOnTheWay:
    first, last = run.predictions(before), run.predictions(after)
    moved = str(arrays["moved"])
    return SaidOnTheWay(
        before=first,
        after=last,
        predicted_AN=np.stack([first.predicted_N, *arrays["predicted_AN"], last.predicted_N]).astype(np.int64),
        of_truth_AN=np.stack([first.of_truth_N, *arrays["of_truth_AN"], last.of_truth_N]),
        moved="nothing" if moved == "nothing" else "head" if moved == "head" else "all",
        is_reestimated=bool(arrays["is_reestimated"]),
    )
