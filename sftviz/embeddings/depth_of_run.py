"""The depth strip of a run: measured once from the weights of two epochs, then read from its folder.

Shape legend: N examples, D width, which differs from block to block.
"""

from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch

from sftviz.embeddings.block_outputs import block_outputs
from sftviz.embeddings.block_weights import (
    acting_gradients,
    acting_weights,
    differences,
    norm_pairs,
    ratios,
    statistics,
)
from sftviz.embeddings.cka import linear_cka
from sftviz.embeddings.depth import Block, Depth, balanced_sample
from sftviz.embeddings.kept_depth import keep_depth, kept_depth
from sftviz.embeddings.learning import movable_blocks
from sftviz.events import Event, PhaseProgressed
from sftviz.results import FloatArray, IntArray, Source
from sftviz.runs.run import Run
from sftviz.tasks.task import Examples, batches
from sftviz.training.objective import make_objective, one_hot
from sftviz.training.probe import fit_probe
from sftviz.training.reopening import Reopened, reopen

_MOST_FITTED, _MOST_PROBED, _MOST_ASKED = 300, 200, 64
_BATCH_SIZE = 16


def depth_of(run: Run, before_epoch: int, after_epoch: int) -> Generator[Event, None, Depth]:
    """Measure every block of the backbone before and after, or read what was measured before.

    Raises:
        CheckpointError: the weights of an epoch are not kept.
        DataError: the pictures are neither cached nor where they were.
        TrainingError: what a block hands on is not finite.
    """
    kept = kept_depth(run, before_epoch, after_epoch)
    if kept is not None:
        return kept
    before = yield from reopen(run, before_epoch)
    after = yield from reopen(run, after_epoch)
    measured = yield from _Measuring(run, before, after).depth(before_epoch, after_epoch)
    # Where the disk is full, what was measured is shown all the same.
    with suppress(OSError):
        keep_depth(run, measured)
    return measured


@dataclass(frozen=True, eq=False)
class _Weighed:
    """One value a block."""

    demand: Sequence[float | None]
    drift: Sequence[float | None]
    statistics_drift: Sequence[float | None]


@dataclass(frozen=True, eq=False)
class _HandedOn:
    """What each block hands on, (N, D) each, of the pictures that probes learn from and of those they are asked."""

    fitted: list[FloatArray]
    probed: list[FloatArray]


class _Measuring:
    """Two epochs of one run, and the pictures that are taken."""

    def __init__(self, run: Run, before: Reopened, after: Reopened) -> None:
        self._run, self._before, self._after = run, before, after
        task = before.task
        self._fitted = balanced_sample(task.train.labels_N, _MOST_FITTED)
        self._probed = balanced_sample(task.validation.labels_N, _MOST_PROBED)
        self._asked = balanced_sample(task.train.labels_N, _MOST_ASKED)
        self._done = 0
        # A backward pass takes about as long as two forward ones.
        self._total = 3 * len(self._asked) + 2 * (len(self._fitted) + len(self._probed))

    def depth(self, before_epoch: int, after_epoch: int) -> Generator[Event, None, Depth]:
        weighed = yield from self._weighed()
        old = yield from self._handed_on(self._before)
        new = yield from self._handed_on(self._after)
        blocks = self._before.network.blocks
        labels_N = self._before.task.validation.labels_N[self._probed]
        return Depth(
            before=Source(self._run.identity, before_epoch),
            after=Source(self._run.identity, after_epoch),
            blocks=tuple(
                Block(
                    name=", ".join(prefixes),
                    demand=weighed.demand[place],
                    drift=weighed.drift[place],
                    statistics_drift=weighed.statistics_drift[place],
                    likeness=linear_cka(old.probed[place], new.probed[place]),
                    probe_before=self._probe(old, place),
                    probe_after=self._probe(new, place),
                )
                for place, prefixes in enumerate(blocks)
            ),
            num_probed=len(self._probed),
            num_fitted=len(self._fitted),
            num_asked=len(self._asked),
            chance=float(np.bincount(labels_N).max() / len(labels_N)),
            num_learning=movable_blocks(self._run, before_epoch, after_epoch)[0],
        )

    def _weighed(self) -> Generator[Event, None, _Weighed]:
        network, task = self._before.network, self._before.task
        example = task.train.evaluation_batch(range(min(2, len(task.train.names))))
        pairs = norm_pairs(task.empty().eval(), example)
        old, new = (acting_weights(each.network, pairs) for each in (self._before, self._after))
        old_statistics, new_statistics = statistics(network), statistics(self._after.network)
        yield from self._pull()
        demand = ratios(network, acting_gradients(network, pairs), old)
        network.zero_grad()
        return _Weighed(
            demand=demand,
            drift=ratios(network, differences(old, new), old),
            statistics_drift=ratios(network, differences(old_statistics, new_statistics), old_statistics),
        )

    def _pull(self) -> Generator[Event, None, None]:
        """Leave the gradient of the recipe's mean loss over some training pictures in the network before."""
        network, train = self._before.network, self._before.task.train
        device, num_classes = network.head.weight.device, network.head.out_features
        objective = make_objective(self._run.recipe, train.labels_N, num_classes)
        targets = one_hot(torch.from_numpy(train.labels_N[self._asked]), num_classes)
        network.requires_grad_(requires_grad=True)
        for part in batches(len(self._asked), _BATCH_SIZE):
            inputs = train.evaluation_batch(self._asked[part.start : part.stop].tolist()).to(device)
            loss = objective.total(network(inputs), targets[part.start : part.stop].to(device))
            torch.autograd.backward(loss / objective.weight(targets))
            yield self._progress(3 * len(part))

    def _handed_on(self, opened: Reopened) -> Generator[Event, None, _HandedOn]:
        fitted = yield from self._outputs(opened, opened.task.train, self._fitted)
        probed = yield from self._outputs(opened, opened.task.validation, self._probed)
        return _HandedOn(fitted, probed)

    def _outputs(
        self, opened: Reopened, examples: Examples, places: IntArray
    ) -> Generator[Event, None, list[FloatArray]]:
        network, found = opened.network, []
        forward = partial(opened.arithmetic, network.backbone)
        for part in batches(len(places), _BATCH_SIZE):
            inputs = examples.evaluation_batch(places[part.start : part.stop].tolist())
            found.append(block_outputs(network, forward, inputs.to(network.head.weight.device)))
            yield self._progress(len(part))
        return [np.concatenate(of_block) for of_block in zip(*found, strict=True)]

    def _probe(self, found: _HandedOn, place: int) -> float:
        task = self._before.task
        labels_N = task.train.labels_N[self._fitted]
        probe = fit_probe(found.fitted[place], labels_N, len(task.classes), seed=self._run.config.seed)
        predicted_N = (found.probed[place] @ probe.weight_KD.T + probe.bias_K).argmax(axis=1)
        return float((predicted_N == task.validation.labels_N[self._probed]).mean())

    def _progress(self, count: int) -> PhaseProgressed:
        self._done += count
        return PhaseProgressed(phase="depth", done=self._done, total=self._total, unit="examples")
