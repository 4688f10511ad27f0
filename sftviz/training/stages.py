"""The stages of a recipe, epoch by epoch, from wherever training stands."""

import math
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import Optimizer

from sftviz.config import RunConfig, Stage
from sftviz.errors import DivergedError
from sftviz.events import CheckpointSaved, EndReason, EpochEnded, Event, StageStarted, StepEnded
from sftviz.machine import describe_environment
from sftviz.models.network import Network
from sftviz.seeding import generator, seeded
from sftviz.tasks.task import Task
from sftviz.training.checkpoints import Checkpoint, Checkpoints, Progress
from sftviz.training.evaluate import embed, measure, probabilities, save_epoch
from sftviz.training.optimization import gradient_norm, hand_over, make_optimizer, set_learning_rate
from sftviz.training.stopwatch import Stopwatch


class StagedTraining:
    """What is learned, and where it stands. Yields events; saves a checkpoint after every epoch.

    While the backbone is frozen the head learns from embeddings that are computed once, of the evaluation views.
    """

    def __init__(
        self,
        config: RunConfig,
        task: Task,
        folder: Path,
        network: Network,
        progress: Progress,
        embedded: dict[str, Tensor],
        stopwatch: Stopwatch,
    ) -> None:
        self.progress = progress
        self._recipe, self._seed = config.recipe, config.seed
        self._task, self._folder, self._stopwatch = task, folder, stopwatch
        self._network = network.to(memory_format=torch.channels_last)
        self._device = network.head.weight.device
        self._labels_N = torch.from_numpy(task.train.labels_N)
        self._checkpoints = Checkpoints(folder / "checkpoints")
        self._environment = describe_environment()
        self._saved = progress
        self._embedded = embedded
        self._optimizer: Optimizer
        self._stage_index = -1

    def run(self, checkpoint: Checkpoint | None) -> Iterator[Event]:
        """Train to the end, from a checkpoint's position if there is one."""
        while self.reason_to_end() is None:
            index, first_epoch = self._stage_of(self.progress.epoch + 1)
            stage = self._recipe.stages[index]
            if index != self._stage_index:
                yield from self._start_stage(index, first_epoch, checkpoint)
            started_at = time.perf_counter()
            with self._stopwatch.measure("train"):
                yield from self._train_epoch(stage, first_epoch)
            with self._stopwatch.measure("evaluate"):
                yield from self._finish_epoch(stage, started_at)

    def save_position(self) -> None:
        """Keep where training stands, unless that has been done."""
        if self._saved != self.progress:
            self._checkpoints.save(self.progress, self._network, self._optimizer, self._environment)
            self._saved = self.progress

    def reason_to_end(self) -> EndReason | None:
        """Why training is over, or None while it goes on."""
        progress, recipe = self.progress, self._recipe
        if progress.step == 0 and progress.epoch > 0:
            if recipe.target_accuracy is not None and progress.last_accuracy >= recipe.target_accuracy:
                return "target"
            since = max(progress.best_epoch, recipe.continued_after)
            if recipe.patience is not None and progress.epoch - since >= recipe.patience:
                return "patience"
        return "completed" if progress.epoch >= recipe.num_epochs else None

    def _stage_of(self, epoch: int) -> tuple[int, int]:
        """The index of the stage that an epoch (from 1) belongs to, and that stage's first epoch."""
        first = 1
        for index, stage in enumerate(self._recipe.stages):
            if epoch < first + stage.epochs:
                return index, first
            first += stage.epochs
        raise AssertionError(f"epoch {epoch} lies beyond the recipe's {self._recipe.num_epochs}")

    def _start_stage(self, index: int, first_epoch: int, checkpoint: Checkpoint | None) -> Iterator[Event]:
        stage = self._recipe.stages[index]
        self._stage_index = index
        if self.progress.epoch == 0 and self.progress.step == 0 and self._recipe.head == "fresh":
            with seeded(self._seed, "fresh head"):
                self._network.head.reset_parameters()
        self._network.let_learn(stage.learns)
        optimizer = make_optimizer(self._recipe, stage, self._network)
        is_within = self.progress.epoch >= first_epoch or self.progress.step > 0
        if checkpoint and checkpoint.progress == self.progress and (is_within or stage.continues):
            checkpoint.load_optimizer(optimizer)
        elif stage.continues:
            hand_over(self._optimizer, optimizer)
        self._optimizer = optimizer
        learning = [parameter for parameter in self._network.parameters() if parameter.requires_grad]
        yield StageStarted(
            stage=index + 1,
            learns=str(stage.learns),
            first_epoch=first_epoch,
            last_epoch=first_epoch + stage.epochs - 1,
            num_learning_parameters=sum(parameter.numel() for parameter in learning),
        )
        if stage.learns != "head":
            self._embedded = {}
        elif not self._embedded:
            yield from self._embed_both_sides()

    def _embed_both_sides(self) -> Iterator[Event]:
        train, validation = self._task.train, self._task.validation
        done, total = len(train.names), len(train.names) + len(validation.names)
        train_ND = yield from embed(self._network, train, total=total)
        validation_ND = yield from embed(self._network, validation, done=done, total=total)
        self._embedded = {"train": train_ND, "validation": validation_ND}

    def _train_epoch(self, stage: Stage, first_epoch: int) -> Iterator[StepEnded]:
        epoch, size = self.progress.epoch + 1, self._recipe.batch_size
        order = torch.randperm(len(self._labels_N), generator=generator(self._seed, "shuffle", epoch))
        num_steps = math.ceil(len(order) / size)
        steps_before = (epoch - first_epoch) * num_steps
        self._network.train()
        for step in range(self.progress.step, num_steps):
            started_at = time.perf_counter()
            rate = set_learning_rate(self._optimizer, self._recipe, steps_before + step, stage.epochs * num_steps)
            indices = order[step * size : (step + 1) * size]
            loss = self._train_step(stage, indices, epoch, step)
            yield StepEnded(
                epoch=epoch,
                step=step + 1,
                num_steps=num_steps,
                loss=loss,
                learning_rate=rate,
                examples_per_s=len(indices) / (time.perf_counter() - started_at),
            )

    def _train_step(self, stage: Stage, indices: Tensor, epoch: int, step: int) -> float:
        """One step of the optimizer; returns the batch's mean negative log-likelihood, without label smoothing."""
        module: nn.Module
        labels = self._labels_N[indices].to(self._device)
        if stage.learns == "head":
            inputs, module = self._embedded["train"][indices], self._network.head
        else:
            inputs, module = self._task.train.training_batch(indices.tolist(), epoch), self._network
        with seeded(self._seed, "dropout", epoch, step):
            logits = module(inputs.to(self._device, non_blocking=True))
        objective = functional.cross_entropy(logits, labels, label_smoothing=self._recipe.label_smoothing)
        self._optimizer.zero_grad()
        torch.autograd.backward(objective)
        self._require_finite(objective, epoch, step)
        self._optimizer.step()
        logits = logits.detach()
        loss = functional.cross_entropy(logits, labels).item()
        self.progress = replace(
            self.progress,
            step=step + 1,
            loss_sum=self.progress.loss_sum + loss * len(indices),
            num_right=self.progress.num_right + int((logits.argmax(dim=1) == labels).sum()),
            num_seen=self.progress.num_seen + len(indices),
        )
        return loss

    def _require_finite(self, objective: Tensor, epoch: int, step: int) -> None:
        for name, value in (("loss", objective), ("gradient", gradient_norm(self._network))):
            if not torch.isfinite(value):
                raise DivergedError(
                    f"Training diverged: the {name} became {value.item()} at epoch {epoch}, step {step + 1}. "
                    "Lower the learning rate; the last good checkpoint is kept."
                )

    def _finish_epoch(self, stage: Stage, started_at: float) -> Iterator[Event]:
        validation = self._task.validation
        if stage.learns == "head":
            embeddings_ND = self._embedded["validation"]
        else:
            embeddings_ND = yield from embed(self._network, validation, total=len(validation.names))
        validation_NK = probabilities(self._network, embeddings_ND)
        measures = measure(validation_NK, validation.labels_N)
        ended = self.progress
        self.progress = ended.finished_epoch(**measures)
        save_epoch(self._folder / "epochs" / f"{self.progress.epoch:04d}.npz", validation_NK, embeddings_ND)
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
