"""How good a head on frozen features gets with fewer examples: closed form, over the same folds.

Shape legend: N examples, D embedding width, K classes, R width of the coordinates, S trials.
"""

from collections.abc import Generator

import numpy as np

from sftviz.events import PhaseProgressed
from sftviz.results import FloatArray, IntArray
from sftviz.seeding import draw
from sftviz.training.ridge import Array, Moments, total
from sftviz.trials import CurveTrials

FRACTIONS = tuple(tenth / 10 for tenth in range(1, 11))
_NUM_REPEATS = 5
_LEAST_OF_A_CLASS = 2  # of which at least one is left to learn from, whichever fold is left out


def curve_trials(
    embeddings_ND: FloatArray, targets_NK: Array, labels_N: IntArray, fold_N: IntArray, *, penalty: float, seed: int
) -> Generator[PhaseProgressed, None, CurveTrials]:
    """Fit heads to a tenth, two tenths, … of the examples outside each fold, and ask them about the fold.

    Parts of one repeat contain each other, hold their share of each class and fold, and are drawn anew in each of five
    repeats. A part in which a class would have fewer than two examples is left out. The penalty stays: it weighs the
    noise of a target against the size of the weights, neither of which depends on the number of examples.

    Args:
        embeddings_ND: float32; may be mapped from disk where N is larger than D.
        targets_NK: of the ridge regression.
        labels_N: int64 in [0, K).
        fold_N: the fold of each example, from 0.
        penalty: of the ridge regression.
        seed: decides the parts.
    """
    coordinates_NR = _coordinates(embeddings_ND)
    least = np.bincount(labels_N).min()
    fractions = [each for each in FRACTIONS if np.ceil(round(each * least, 9)) >= _LEAST_OF_A_CLASS]
    num_folds = int(fold_N.max()) + 1
    # A whole is the same in every repeat.
    num_trials = _NUM_REPEATS * (len(fractions) - 1) + 1 if fractions else 0
    sizes, is_right = [], []
    for repeat in range(_NUM_REPEATS):
        place_N = _places(labels_N, fold_N, draw(seed, "learning curve", repeat))
        parts = [Moments.over(coordinates_NR, targets_NK, np.empty(0, np.int64)) for _ in range(num_folds)]
        done = 0.0
        for fraction in fractions if repeat == 0 else fractions[:-1]:
            is_new_N = (place_N >= done) & (place_N < fraction)
            for fold in range(num_folds):
                new = np.flatnonzero(is_new_N & (fold_N == fold))
                parts[fold] = parts[fold] + Moments.over(coordinates_NR, targets_NK, new)
            done = fraction
            is_right.append(_held_out(coordinates_NR, parts, fold_N, penalty) == labels_N)
            sizes.append(round(sum(part.count for part in parts) * (1 - 1 / num_folds)))
            yield PhaseProgressed(phase="curve", done=len(sizes), total=num_trials, unit="trials")
    return CurveTrials(np.array(sizes, np.int64), np.array(is_right, np.bool_).reshape(len(sizes), len(labels_N)))


def _coordinates(embeddings_ND: FloatArray) -> FloatArray | Array:
    """The same distances and angles around the mean in N dimensions, where there are fewer examples than dimensions."""
    if len(embeddings_ND) > embeddings_ND.shape[1]:
        return embeddings_ND
    centred_ND = embeddings_ND.astype(np.float64)
    centred_ND -= centred_ND.mean(axis=0)
    coordinates: Array = np.linalg.qr(centred_ND.T).R.T
    return coordinates


def _places(labels_N: IntArray, fold_N: IntArray, key: int) -> Array:
    """A place in [0, 1) for each example, by lot: those below a fraction are that part of each class and fold."""
    lot_N = np.random.default_rng(key).random(len(labels_N))
    in_cell_N = _ranks(labels_N * (int(fold_N.max()) + 1) + fold_N, lot_N)
    # Each fold gives its first example before any gives its second.
    place_N: Array = _ranks(labels_N, lot_N, in_cell_N) / np.bincount(labels_N)[labels_N]
    return place_N


def _ranks(groups_N: IntArray, *keys: IntArray | Array) -> IntArray:
    """Rank of each within its group, from 0, by the last key first."""
    order = np.lexsort((*keys, groups_N))
    counts = np.bincount(groups_N)
    ranks_N = np.empty(len(groups_N), np.int64)
    ranks_N[order] = np.arange(len(groups_N)) - (np.cumsum(counts) - counts)[groups_N[order]]
    return ranks_N


def _held_out(coordinates_NR: FloatArray | Array, parts: list[Moments], fold_N: IntArray, penalty: float) -> IntArray:
    """What is predicted of each example by the fit to the parts of the other folds."""
    predicted_N = np.empty(len(fold_N), np.int64)
    for fold in range(len(parts)):
        weight_RK, intercept_K = total(parts[:fold] + parts[fold + 1 :]).solution(penalty)
        held_out = np.flatnonzero(fold_N == fold)
        predicted_N[held_out] = (coordinates_NR[held_out] @ weight_RK + intercept_K).argmax(axis=1)
    return predicted_N
