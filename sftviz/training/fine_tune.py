"""Fine-tuning as a generator of events: the whole engine, to be read from top to bottom.

Whoever pulls decides the pace; to stop is to cease pulling and close the generator, which then saves where it stands.
An event is yielded before the checkpoint that contains it, so a consumer that writes each event down before it asks for
the next has every event of every checkpoint in its log. Nothing is yielded inside `no_grad` or another mode of torch.
"""

import json
import time
from collections.abc import Generator, Iterator
from pathlib import Path

from torch import Tensor

from sftviz.config import RunConfig
from sftviz.durable import folder_bytes, write_durably
from sftviz.errors import CacheFullError
from sftviz.events import CacheRefused, EpochEnded, Event, RunFinished, RunResumed, RunStarted
from sftviz.machine import PeakMemory, describe_environment, prepare_training
from sftviz.models.network import Network
from sftviz.numerics.arithmetic import Arithmetic
from sftviz.tasks.task import Task, choose_device
from sftviz.training.checkpoints import Checkpoint, Checkpoints, Progress
from sftviz.training.evaluate import embed, epoch_file, measure, probabilities, save_epoch
from sftviz.training.frozen import PLAIN_VIEW, frozen_outputs
from sftviz.training.numerics import settle_numerics
from sftviz.training.probe import fit_probe, set_head
from sftviz.training.stages import StagedTraining
from sftviz.training.stopwatch import Stopwatch
from sftviz.training.watching import Watched, chosen_to_watch

_MIB = 2**20


def fine_tune(config: RunConfig, task: Task, folder: Path) -> Generator[Event, None, None]:
    """Train, or go on from the newest checkpoint in the run's folder.

    The outcome is the same to the bit whether interrupted or not, on the same machine, versions and thread count: every
    draw is keyed by seed, purpose, epoch and step, and the checkpoint holds the rest.

    Raises:
        DivergedError: the loss, a gradient or a weight is not finite; the last good checkpoint stays.
        SftvizError: the data or the model cannot be used.
    """
    prepare_training()
    stopwatch, memory = Stopwatch(), PeakMemory()
    cached_before = task.caches.usage().num_bytes
    checkpoints = Checkpoints(folder / "checkpoints")
    checkpoint = checkpoints.newest()
    yield _resumed(checkpoint) if checkpoint else _started(config, task)
    with stopwatch.measure("prepare"):
        if checkpoint is None:
            yield from task.fetch_weights()
        yield from _settle_examples(task, folder)
    if checkpoint is None:
        with stopwatch.measure("load model"):
            network = task.pretrained().to(choose_device())
        with stopwatch.measure("pilot"):
            arithmetic = yield from settle_numerics(config, task, network, folder)
        yield from _epoch_zero(config, task, folder, network, arithmetic, stopwatch)
        checkpoints.save(Progress(), network.state_dict(), {}, describe_environment())
        progress = Progress()
    else:
        network = task.empty().to(choose_device())
        checkpoint.load_weights(network)
        arithmetic = yield from settle_numerics(config, task, network, folder)
        progress = checkpoint.progress
    training = StagedTraining(config, task, folder, network, arithmetic, progress, stopwatch)
    try:
        yield from training.run(checkpoint)
    except GeneratorExit:
        training.save_position()
        raise
    newly_cached = max(0, task.caches.usage().num_bytes - cached_before)
    yield RunFinished(
        reason=training.reason_to_end() or "completed",
        seconds=stopwatch.seconds,
        peak_mib=memory.mib(),
        disk_mib=(folder_bytes(folder) + newly_cached) / _MIB,
    )


def _started(config: RunConfig, task: Task) -> RunStarted:
    return RunStarted(
        classes=task.classes,
        num_train=len(task.train.names),
        num_validation=len(task.validation.names),
        num_test=len(task.test.names),
        num_epochs=config.recipe.num_epochs,
        environment=describe_environment(),
    )


def _resumed(checkpoint: Checkpoint) -> RunResumed:
    now, then = describe_environment(), checkpoint.environment
    differences = [
        f"{name}: {then.get(name, 'unknown')} before, {now[name]} now" for name in now if now[name] != then.get(name)
    ]
    return RunResumed(epoch=checkpoint.progress.epoch, step=checkpoint.progress.step, differences=tuple(differences))


def _settle_examples(task: Task, folder: Path) -> Iterator[Event]:
    """Prepare the examples; which ones they are is settled by `examples.json`: none is left out once it is there."""
    if (folder / "examples.json").exists():
        yield from task.prepare()
        return
    yield from task.prepare(lambda data: write_durably(folder / "data.json", data.encode()))
    _write_examples(folder, task)


def _epoch_zero(
    config: RunConfig, task: Task, folder: Path, network: Network, arithmetic: Arithmetic, stopwatch: Stopwatch
) -> Iterator[Event]:
    """Before: the pretrained backbone with the best head on its embeddings, and what it says of the examples."""
    started_at = time.perf_counter()
    network.eval()
    with stopwatch.measure("features"):
        train_ND, validation_ND = yield from _embed_both_sides(task, network, arithmetic)
    with stopwatch.measure("head"):
        probe = fit_probe(train_ND.numpy(), task.train.labels_N, len(task.classes), seed=config.seed)
        if not config.model.keeps_head:
            set_head(network, probe)
    validation_NK = probabilities(network, validation_ND)
    with stopwatch.measure("evaluate"):
        watched = Watched(task, network, chosen_to_watch(task, validation_NK)).arrays()
    save_epoch(
        epoch_file(folder, 0),
        validation_NK,
        validation_ND,
        train_out_of_fold_NK=probe.out_of_fold_NK,
        train_embeddings_ND=train_ND.half().numpy(),
        **watched,
    )
    yield EpochEnded(
        epoch=0,
        train=measure(probe.out_of_fold_NK, task.train.labels_N),
        validation=measure(validation_NK, task.validation.labels_N),
        is_best=False,
        elapsed_s=time.perf_counter() - started_at,
    )


def _embed_both_sides(
    task: Task, network: Network, arithmetic: Arithmetic
) -> Generator[Event, None, tuple[Tensor, Tensor]]:
    """Embeddings (N, D) of the training and of the validation examples, from the cache where they are known."""
    num_train, plain = len(task.train.names), range(PLAIN_VIEW, PLAIN_VIEW + 1)
    total = num_train + len(task.validation.names)
    backbone, caches = network.backbone, task.caches
    try:
        train = yield from frozen_outputs(backbone, arithmetic, task.train, plain, caches, total=total)
        validation = yield from frozen_outputs(
            backbone, arithmetic, task.validation, plain, caches, done=num_train, total=total
        )
    except CacheFullError as error:
        yield CacheRefused(message=str(error))
        train_ND = yield from embed(backbone, arithmetic, network, task.train)
        return train_ND, (yield from embed(backbone, arithmetic, network, task.validation))
    return train[0].float(), validation[0].float()


def _write_examples(folder: Path, task: Task) -> None:
    sides = {"train": task.train, "validation": task.validation, "test": task.test}
    content = {"classes": task.classes} | {
        name: {"names": side.names, "labels": side.labels_N.tolist()} for name, side in sides.items()
    }
    write_durably(folder / "examples.json", json.dumps(content).encode())
