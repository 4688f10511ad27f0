"""Where in a network change was asked for, where it happened, what it did there, and whether it helped.

Shape legend: N examples, K classes.
"""

from dataclasses import dataclass

import numpy as np

from sftviz.results import IntArray, Source

STILL = 0.01  # relative drift below which a block has hardly moved
_MOSTLY = 0.5  # of the largest drift


@dataclass(frozen=True)
class Block:
    """One part of a backbone, before and after.

    Attributes:
        name: its modules.
        demand: norm of the gradient of the loss by its weights over the norm of these weights, before; None where the
            weights are all 0.
        drift: norm of the change of its weights over their norm before; None likewise.
        statistics_drift: the same of its batch-norms' running means and variances; None without any.
        likeness: debiased linear CKA of what it hands on before and after; None where that is constant.
        probe_before, probe_after: accuracy of a linear classifier on what it hands on, in [0, 1].

    Convolutions whose result goes through a batch-norm are measured with it folded in: else a weight could grow and
    its norm shrink, and nothing but numbers would have changed.
    """

    name: str
    demand: float | None
    drift: float | None
    statistics_drift: float | None
    likeness: float | None
    probe_before: float
    probe_after: float


@dataclass(frozen=True)
class Depth:
    """All blocks of a backbone, from input to output.

    Attributes:
        num_probed: validation pictures on which likeness and probes were measured.
        num_fitted: training pictures from which the probes learned.
        num_asked: training pictures over which the gradient was taken.
        chance: accuracy of always naming the most frequent class of those probed.
        num_learning: of the last blocks, how many learned between the two epochs.
    """

    before: Source
    after: Source
    blocks: tuple[Block, ...]
    num_probed: int
    num_fitted: int
    num_asked: int
    chance: float
    num_learning: int


@dataclass(frozen=True)
class Summary:
    """What a depth strip says in short; blocks count from 0.

    Attributes:
        most_changed: those that drifted at least half as far as the one that drifted most; empty where none did.
        num_still: of the first blocks, how many drifted by less than 1 %.
        most_asked: the block with the largest demand; None where nothing was asked.
    """

    most_changed: tuple[int, ...]
    num_still: int
    most_asked: int | None


def summary(depth: Depth) -> Summary:
    """Where the network changed, and where change was asked for."""
    drifts = np.array([block.drift or 0.0 for block in depth.blocks])
    demands = np.array([block.demand or 0.0 for block in depth.blocks])
    is_most = (drifts >= _MOSTLY * drifts.max(initial=0.0)) & (drifts > 0)
    moved = np.flatnonzero(drifts >= STILL)
    return Summary(
        most_changed=tuple(np.flatnonzero(is_most).tolist()),
        num_still=int(moved[0]) if len(moved) else len(drifts),
        most_asked=int(demands.argmax()) if demands.any() else None,
    )


def balanced_sample(labels_N: IntArray, most: int) -> IntArray:
    """Indices of at most so many examples, in order: as many of each class as can be, drawn at random but always so."""
    order = np.random.default_rng(0).permutation(len(labels_N))
    turn_N = np.empty(len(labels_N), np.int64)
    for label in np.unique(labels_N):
        members = order[labels_N[order] == label]
        turn_N[members] = np.arange(len(members))
    return np.sort(order[np.argsort(turn_N[order], kind="stable")][:most]).astype(np.int64)
