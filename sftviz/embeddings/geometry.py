"""How classes lie in the embedding space: how tight, how far apart, and in which directions.

Shape legend: N examples, D embedding width, K classes.
"""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import silhouette_samples
from sklearn.metrics.pairwise import cosine_distances

from sftviz.embeddings.scores import PairedScore, Score, paired_score
from sftviz.results import Embedded, FloatArray, IntArray

Array = NDArray[np.float64]

_NUM_PERMUTATIONS = 5


def silhouette(before: Embedded, after: Embedded) -> PairedScore:
    """Mean silhouette by cosine distance: 1 is tight and far from other classes, below 0 is nearer to another class.

    It falls with the embedding's width, so only spaces of one width compare.

    Source: Rousseeuw 1987. Chance is the mean over a few permutations of the labels.
    """
    labels_N = before.labels_N
    old, new = (_silhouettes(each.embeddings_ND, labels_N) for each in (before, after))
    return paired_score(old[0], new[0], labels_N, (old[1], new[1]))


def _silhouettes(embeddings_ND: FloatArray, labels_N: IntArray) -> tuple[FloatArray, float | None]:
    """Of each example, and their mean by chance; NaN and None where no two classes can be told apart."""
    if not 2 <= len(np.unique(labels_N)) < len(labels_N):
        return np.full(len(labels_N), np.nan, np.float32), None
    distances_NN = cosine_distances(embeddings_ND)
    np.fill_diagonal(distances_NN, 0)
    random = np.random.default_rng(0)
    of_chance = [
        silhouette_samples(distances_NN, random.permutation(labels_N), metric="precomputed").mean()
        for _ in range(_NUM_PERMUTATIONS)
    ]
    found_N = silhouette_samples(distances_NN, labels_N, metric="precomputed")
    return found_N.astype(np.float32), float(np.mean(of_chance))


def separability(before: Embedded, after: Embedded) -> PairedScore:
    """Scatter between the classes over scatter within them (Fisher's trace ratio), and what it would be by chance."""
    old, new = (_trace_ratio(each.embeddings_ND, each.labels_N) for each in (before, after))
    change = None if old is None or new is None else new - old
    chance = _chance_ratio(before.labels_N)
    return PairedScore(Score(old, chance=chance), Score(new, chance=chance), Score(change, chance=0.0))


def _trace_ratio(embeddings_ND: FloatArray, labels_N: IntArray) -> float | None:
    embeddings = embeddings_ND.astype(np.float64)
    means_KD = class_means(embeddings, labels_N)
    centre_D = embeddings.mean(axis=0)
    within = float(np.square(embeddings - means_KD[labels_N]).sum())
    between = float(np.square(means_KD[labels_N] - centre_D).sum())
    return between / within if within > 0 else None


def _chance_ratio(labels_N: IntArray) -> float | None:
    """Of random labels, each of N − 1 directions of scatter is between K − 1 of the time."""
    num_examples, num_classes = len(labels_N), len(np.unique(labels_N))
    return (num_classes - 1) / (num_examples - num_classes) if num_examples > num_classes else None


def class_means(embeddings_ND: Array, labels_N: IntArray) -> Array:
    """Mean embedding of each class (K, D), K up to the largest label; NaN for a class without examples."""
    counts_K = np.bincount(labels_N)
    sums_KD = np.zeros((len(counts_K), embeddings_ND.shape[1]))
    np.add.at(sums_KD, labels_N, embeddings_ND)
    with np.errstate(invalid="ignore"):
        return sums_KD / counts_K[:, None]


def mean_cosines(embedded: Embedded) -> FloatArray:
    """Cosine between the means of each two classes (K, K), all seen from the mean of these means.

    NaN for a class without examples, and for one whose mean lies in the very middle.
    """
    num_classes = len(embedded.classes)
    present = np.unique(embedded.labels_N)
    means_KD = class_means(embedded.embeddings_ND.astype(np.float64), embedded.labels_N)[present]
    found_KK = np.full((num_classes, num_classes), np.nan, np.float32)
    found_KK[np.ix_(present, present)] = cosines(means_KD - means_KD.mean(axis=0))
    return found_KK


def cosines(directions_KD: Array) -> Array:
    """Cosine of the angle between each two rows (K, K); NaN for a row without length."""
    lengths_K = np.linalg.norm(directions_KD, axis=1)
    is_point_K = lengths_K <= 1e-9 * max(lengths_K.max(initial=0.0), 1e-300)
    unit_KD = directions_KD / np.where(is_point_K, np.nan, lengths_K)[:, None]
    found_KK: Array = (unit_KD @ unit_KD.T).clip(-1, 1)
    return found_KK
