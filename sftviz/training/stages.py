"""The stages of a recipe, epoch by epoch, from wherever training stands."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from sftviz.analysis.targets import estimate, reaches
from sftviz.config import RunConfig, Stage
from sftviz.events import BatchSplit, CheckpointSaved, EndReason, EpochEnded, Event, StageStarted, StepEnded
from sftviz.machine import describe_environment
from sftviz.models.network import Network
from sftviz.numerics.arithmetic import Arithmetic
from sftviz.results import FloatArray, Predictions, Source
from sftviz.seeding import seeded
from sftviz.tasks.task import Task
from sftviz.training.checkpoints import Checkpoint, Checkpoints, Progress
from sftviz.training.evaluate import epoch_file, measure, probabilities, save_epoch
from sftviz.training.inputs import StageInputs
from sftviz.training.learning import StageLearning, steps_per_epoch
from sftviz.training.optimization import set_learning_rate
from sftviz.training.sampling import epoch_order
from sftviz.training.step import StepResult
from sftviz.training.stopwatch import Stopwatch
from sftviz.training.watching import Watched, watched_at_start


class StagedTraining:
    """What is learned, and where it stands. Yields events; saves a checkpoint after every epoch."""

    def __init__(
        self,
        config: RunConfig,
        task: Task,
        folder: Path,
        network: Network,
        arithmetic: Arithmetic,
        progress: Progress,
        stopwatch: Stopwatch,
    ) -> None:
        self.progress = progress
        self._recipe, self._seed = config.recipe, config.seed
        self._task, self._folder, self._stopwatch = task, folder, stopwatch
        self._network, self._arithmetic = network, arithmetic
        self._device = network.head.weight.device
        self._labels_N = torch.from_numpy(task.train.labels_N)
        self._checkpoints = Checkpoints(folder / "checkpoints")
        self._environment = describe_environment()
        self._saved = progress
        self._inputs: StageInputs
        self._watched: Watched
        self._learning: StageLearning | None = None
        self._stage_index = -1

    def run(self, checkpoint: Checkpoint | None) -> Iterator[Event]:
        """Train to the end, from a checkpoint's position if there is one."""
        while self.reason_to_end() is None:
            index, first_epoch = self._stage_of(self.progress.epoch + 1)
            stage = self._recipe.stages[index]
            if self._learning is None or index != self._stage_index:
                self._learning = self._begin(stage, index, first_epoch, checkpoint)
                yield from self._start_stage(stage, first_epoch, self._learning)
            started_at = time.perf_counter()
            with self._stopwatch.measure("train"):
                yield from self._train_epoch(stage, first_epoch, self._learning)
            yield from self._finish_epoch(started_at, self._learning)

    def save_position(self) -> None:
        """Keep where training stands, unless that has been done."""
        if self._learning and self._saved != self.progress:
            shown = self._learning.shown_weights()
            self._checkpoints.save(self.progress, shown, self._learning.state(shown), self._environment)
            self._saved = self.progress

    def reason_to_end(self) -> EndReason | None:
        """Why training is over, or None while it goes on."""
        progress, recipe = self.progress, self._recipe
        if progress.step == 0 and progress.epoch > 0:
            if recipe.target and progress.is_target_reached:
                return "target"
            since = max(progress.best_epoch, recipe.continued_after)
            if recipe.patience is not None and progress.epoch - since >= recipe.patience:
                return "patience"
        return "completed" if progress.epoch >= recipe.num_epochs else None

    def _reaches_target(self, measures: dict[str, float], validation_NK: FloatArray) -> bool:
        target, validation = self._recipe.target, self._task.validation
        if target is None or measures[target.metric] < target.value:
            return False
        source = Source(self._folder.name, self.progress.epoch + 1)
        said = Predictions(source, self._task.classes, validation.names, validation.labels_N, validation_NK)
        return not target.sure or reaches(estimate(said, target.metric), target)

    def _stage_of(self, epoch: int) -> tuple[int, int]:
        """The index of the stage that an epoch (from 1) belongs to, and that stage's first epoch."""
        first = 1
        for index, stage in enumerate(self._recipe.stages):
            if epoch < first + stage.epochs:
                return index, first
            first += stage.epochs
        raise AssertionError(f"epoch {epoch} lies beyond the recipe's {self._recipe.num_epochs}")

    def _begin(self, stage: Stage, index: int, first_epoch: int, checkpoint: Checkpoint | None) -> StageLearning:
        """Make a stage's learning from the weights that the stage before showed, or go on within it."""
        carried: dict[str, Tensor] = {}
        if self._learning:
            if stage.continues:
                state = self._learning.state(self._learning.shown_weights())
                # Copies: settling writes into the very tensors.
                carried = {name: tensor.clone() for name, tensor in state.items()}
            self._learning.settle()
        if self.progress.epoch == 0 and self.progress.step == 0 and self._recipe.head == "fresh":
            with seeded(self._seed, "fresh head"):
                self._network.head.reset_parameters()
        self._network.let_learn(stage.learns)
        self._inputs = StageInputs(stage, self._task, self._network, self._arithmetic)
        learning = StageLearning(
            self._recipe,
            stage,
            self._network,
            self._inputs.logits,
            self._task.train.labels_N,
            seed=self._seed,
            most_at_once=self.progress.most_at_once,
            pretrained=self._checkpoints.at_epoch(0).weights() if self._recipe.pull_to_start else {},
        )
        is_within = self.progress.epoch >= first_epoch or self.progress.step > 0
        if checkpoint and checkpoint.progress == self.progress and (is_within or stage.continues):
            learning.restore(checkpoint.state())
        elif stage.continues:
            learning.restore(carried)
        self._watched = Watched(self._task, self._network, watched_at_start(self._folder))
        self._stage_index = index
        return learning

    def _start_stage(self, stage: Stage, first_epoch: int, learning: StageLearning) -> Iterator[Event]:
        yield StageStarted(
            stage=self._stage_index + 1,
            learns=str(stage.learns),
            first_epoch=first_epoch,
            last_epoch=first_epoch + stage.epochs - 1,
            num_learning_parameters=learning.num_parameters,
        )
        with self._stopwatch.measure("features"):
            yield from self._inputs.prepare()

    def _train_epoch(self, stage: Stage, first_epoch: int, learning: StageLearning) -> Iterator[Event]:
        epoch, learner = self.progress.epoch + 1, learning.learner
        num_steps = steps_per_epoch(self._recipe, len(self._labels_N))
        size = self._recipe.batch_size * self._recipe.accumulate
        order = epoch_order(self._labels_N, self._recipe.sampling, seed=self._seed, epoch=epoch)
        steps_before = (epoch - first_epoch) * num_steps
        batches = list(torch.split(order, size))[self.progress.step :]
        self._network.train()
        started_at = time.perf_counter()
        for inputs, indices in zip(self._inputs.train_batches(batches, epoch), batches, strict=True):
            step = self.progress.step
            rate = set_learning_rate(learning.optimizer, self._recipe, steps_before + step, stage.epochs * num_steps)
            moved = inputs.to(self._device, non_blocking=True)
            result = learner.step(moved, self._labels_N[indices].to(self._device), epoch=epoch, step=step)
            was_split = learner.most_at_once != self.progress.most_at_once
            self._count(result, len(indices), learner.most_at_once)
            yield StepEnded(
                epoch=epoch,
                step=step + 1,
                num_steps=num_steps,
                loss=result.loss,
                learning_rate=rate,
                examples_per_s=len(indices) / (time.perf_counter() - started_at),
            )
            if was_split:
                yield BatchSplit(epoch=epoch, step=step + 1, most_at_once=learner.most_at_once)
            started_at = time.perf_counter()

    def _count(self, result: StepResult, num_examples: int, most_at_once: int) -> None:
        progress = self.progress
        self.progress = replace(
            progress,
            step=progress.step + 1,
            loss_sum=progress.loss_sum + result.loss * num_examples,
            num_right=progress.num_right + result.num_right,
            num_seen=progress.num_seen + num_examples,
            most_at_once=most_at_once,
        )

    def _finish_epoch(self, started_at: float, learning: StageLearning) -> Iterator[Event]:
        validation = self._task.validation
        with self._stopwatch.measure("evaluate"), learning.shown():
            embeddings_ND = yield from self._inputs.validation_embeddings()
            validation_NK = probabilities(self._network, embeddings_ND)
            watched = self._watched.arrays()
        measures = measure(validation_NK, validation.labels_N)
        ended = self.progress
        is_reached = self._reaches_target(measures, validation_NK)
        self.progress = ended.finished_epoch(
            accuracy=measures["accuracy"], loss=measures["loss"], is_target_reached=is_reached
        )
        save_epoch(epoch_file(self._folder, self.progress.epoch), validation_NK, embeddings_ND, **watched)
        yield EpochEnded(
            epoch=self.progress.epoch,
            train={"loss": ended.loss_sum / ended.num_seen, "accuracy": ended.num_right / ended.num_seen},
            validation=measures,
            is_best=self.progress.best_epoch == self.progress.epoch,
            elapsed_s=time.perf_counter() - started_at,
        )
        with self._stopwatch.measure("checkpoint"):
            self.save_position()
        yield CheckpointSaved(epoch=self.progress.epoch, step=0)
