"""A run made from another: the same *before*, and one epoch whose weights were made from its own, not trained.

It is a run like any: it replays as finished, its epoch can be evaluated, explained and compared, and trained on from.
"""

import shutil
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from sftviz.config import Origin, RunConfig
from sftviz.durable import folder_bytes
from sftviz.errors import RunError
from sftviz.events import CheckpointSaved, EpochEnded, Event, RunFinished
from sftviz.machine import describe_environment
from sftviz.results import FloatArray
from sftviz.runs.log import EventWriter
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore
from sftviz.training.checkpoints import Checkpoints, Progress
from sftviz.training.evaluate import embed, measure, probabilities, save_epoch
from sftviz.training.reopening import Reopened, home_of, reopen

Change = Callable[[Reopened], Generator[Event, None, None]]

_MIB = 2**20
_LONGEST_NAME = 200
_COPIED = ("examples.json", "numerics.txt", "epochs/0000.npz", "checkpoints/epoch-0000")


@dataclass(frozen=True)
class _Epoch:
    """What the new weights make of both sides."""

    embeddings_ND: Tensor
    probabilities_NK: FloatArray
    train: dict[str, float]
    validation: dict[str, float]


def derive(run: Run, origin: Origin, change: Change) -> Generator[Event, None, str]:
    """Make a run whose epoch 1 has changed weights.

    Args:
        run: that `origin` names.
        origin: which of its epochs, and what is done to it.
        change: does it, to a network with the epoch's weights.

    Returns:
        The new run's identity.

    Raises:
        CheckpointError: the weights of this epoch, or of epoch 0, are not kept.
        DataError: the pictures are neither cached nor where they were.
        DivergedError: the new weights give no finite numbers.
        RunError: the disk is full; nothing is left of the new run.
    """
    started_at = time.perf_counter()
    opened = yield from reopen(run, origin.epoch)
    yield from change(opened)
    epoch = yield from _pass_through(opened)
    config = _config(run, origin)
    try:
        with RunStore(home_of(run)).founding(config, (run.folder / "data.json").read_text(encoding="utf-8")) as folder:
            _fill(folder, run, opened, epoch)
            _write_log(run, origin, folder, epoch, time.perf_counter() - started_at)
    except OSError as error:
        raise RunError(
            f"The new run could not be written: {error.strerror or error}. Make room and try again."
        ) from error
    return folder.name.removeprefix(".")


def _fill(folder: Path, run: Run, opened: Reopened, epoch: _Epoch) -> None:
    """What was before, as it was, and the epoch that is new."""
    for name in _COPIED:
        copy = shutil.copytree if (run.folder / name).is_dir() else shutil.copy2
        copy(run.folder / name, folder / name)
    save_epoch(folder / "epochs" / "0001.npz", epoch.probabilities_NK, epoch.embeddings_ND)
    progress = Progress().finished_epoch(accuracy=epoch.validation["accuracy"], loss=epoch.validation["loss"])
    Checkpoints(folder / "checkpoints").save(progress, opened.network.state_dict(), {}, describe_environment())


def _pass_through(opened: Reopened) -> Generator[Event, None, _Epoch]:
    network, task = opened.network, opened.task
    train_ND = yield from embed(network.backbone, opened.arithmetic, network, task.train)
    validation_ND = yield from embed(network.backbone, opened.arithmetic, network, task.validation)
    validation_NK = probabilities(network, validation_ND)
    return _Epoch(
        embeddings_ND=validation_ND,
        probabilities_NK=validation_NK,
        train=measure(probabilities(network, train_ND), task.train.labels_N),
        validation=measure(validation_NK, task.validation.labels_N),
    )


def _config(run: Run, origin: Origin) -> RunConfig:
    """The configuration that says where the run comes from, and how it would be trained on."""
    stages = run.recipe.cut(origin.epoch).stages
    if not stages:
        raise RunError(f"The run {run.identity} trained no epochs, so there is nothing to make another run from.")
    last = stages[-1].model_copy(update={"epochs": 1, "continues": False})
    return run.config.model_copy(
        update={
            "name": f"{run.name[: _LONGEST_NAME - len(origin.words) - 2]}, {origin.words}",
            "group": None,
            "recipe": run.recipe.model_copy(update={"stages": (last,)}),
            "origin": origin,
        }
    )


def _write_log(run: Run, origin: Origin, folder: Path, epoch: _Epoch, seconds: float) -> None:
    """What happened, as if a run had: *before* as it was, then this one epoch."""
    state, now = run.state, time.time()
    # It could not be had for less than what it was made from.
    trained = sum(each.elapsed_s for each in state.epochs if 0 < each.epoch <= origin.epoch)
    spent = dict(state.finished.seconds) if state.finished else {}
    started = state.started and state.started.model_copy(update={"num_epochs": 1, "at": now})
    events: list[Event | None] = [
        started,
        state.skipped,
        state.numerics,
        state.before,
        EpochEnded(epoch=1, train=epoch.train, validation=epoch.validation, is_best=True, elapsed_s=trained + seconds),
        CheckpointSaved(epoch=1, step=0),
        RunFinished(reason="completed", seconds=spent | {"derive": seconds}, disk_mib=folder_bytes(folder) / _MIB),
    ]
    with closing(EventWriter(folder / "events.jsonl")) as log:
        for event in events:
            if event is not None:
                log.append(event)
