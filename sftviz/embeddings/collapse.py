"""Neural collapse: how far pictures of a class have become one point, and classes the corners of a simplex.

All classes count alike, however many examples they have.

Shape legend: N examples, D embedding width, K classes, R directions that the class means span.
"""

from dataclasses import dataclass, fields

import numpy as np

from sftviz.embeddings.geometry import Array, class_means, cosines
from sftviz.results import Embedded, FloatArray, IntArray

_NUM_PERMUTATIONS = 9


@dataclass(frozen=True)
class Head:
    """A linear classifier: logits are `embeddings @ weight.T + bias`."""

    weight_KD: FloatArray
    bias_K: FloatArray


@dataclass(frozen=True)
class Collapse:
    """Four signs of collapse, each 0 where it is complete; None where it is not defined or was not asked.

    Source: Papyan, Han & Donoho 2020, "Prevalence of neural collapse during the terminal phase of deep learning
    training".

    Attributes:
        within: NC1, tr(Σ_W Σ_B⁺) / K: spread of a class around its mean against the distance between the means.
        lengths: NC2, coefficient of variation of the means' distances from their centre.
        angles: NC2, mean |cos + 1 / (K − 1)| over pairs of means as seen from their centre.
        duality: NC3, ‖W / ‖W‖ − M / ‖M‖‖ of the head's weights and the centred means, in [0, 2].
        nearest: NC4, share of the examples for which the head does not choose the class of the nearest mean.
    """

    within: float | None
    lengths: float | None
    angles: float | None
    duality: float | None
    nearest: float | None


@dataclass(frozen=True)
class CollapseChange:
    """Collapse of the same examples before and after, and what it would be after with random labels."""

    before: Collapse
    after: Collapse
    chance: Collapse


def collapse_change(before: Embedded, after: Embedded, heads: tuple[Head | None, Head | None]) -> CollapseChange:
    """Collapse of both checkpoints, each with its own head where that is kept."""
    return CollapseChange(
        before=collapse(before.embeddings_ND, before.labels_N, heads[0]),
        after=collapse(after.embeddings_ND, after.labels_N, heads[1]),
        chance=chance_collapse(after.embeddings_ND, after.labels_N, heads[1]),
    )


def collapse(embeddings_ND: FloatArray, labels_N: IntArray, head: Head | None) -> Collapse:
    """Measure collapse around the class means of these very examples.

    Spread is divided by n − 1 in a class of n, so that sides of different size compare; a class of one example is
    left out.

    Args:
        embeddings_ND: finite.
        labels_N: true classes.
        head: of the same network; without it, NC3 and NC4 are not measured.
    """
    counts_K = np.bincount(labels_N)
    is_kept_N = (counts_K >= 2)[labels_N]
    present, places_N = np.unique(labels_N[is_kept_N], return_inverse=True)
    if len(present) < 2:
        return Collapse(None, None, None, None, None)
    embeddings = embeddings_ND[is_kept_N].astype(np.float64)
    means_KD = class_means(embeddings, places_N)
    centred_KD = means_KD - means_KD.mean(axis=0)
    lengths_K = np.linalg.norm(centred_KD, axis=1)
    scale = float(np.abs(embeddings).max(initial=0.0))
    if lengths_K.max() <= 1e-9 * scale or scale == 0:
        return Collapse(None, None, None, None, None)
    return Collapse(
        within=_within(embeddings - means_KD[places_N], places_N, centred_KD),
        lengths=float(lengths_K.std() / lengths_K.mean()),
        angles=_angles(centred_KD),
        duality=_duality(head.weight_KD[present], centred_KD) if head else None,
        nearest=_nearest(embeddings, means_KD, head, present) if head else None,
    )


def chance_collapse(embeddings_ND: FloatArray, labels_N: IntArray, head: Head | None) -> Collapse:
    """The same where labels have nothing to do with embeddings: the median over a few permutations of the labels."""
    random = np.random.default_rng(0)
    found = [collapse(embeddings_ND, random.permutation(labels_N), head) for _ in range(_NUM_PERMUTATIONS)]
    middles = {}
    for field in fields(Collapse):
        values = [value for each in found if (value := getattr(each, field.name)) is not None]
        middles[field.name] = float(np.median(values)) if values else None
    return Collapse(**middles)


def _within(residuals_ND: Array, places_N: IntArray, centred_KD: Array) -> float:
    num_classes = len(centred_KD)
    _, singular_R, directions_RD = np.linalg.svd(centred_KD, full_matrices=False)
    is_spanned = singular_R > singular_R[0] * 1e-9
    squares_NR = np.square(residuals_ND @ directions_RD[is_spanned].T)
    weights_N = 1 / (np.bincount(places_N)[places_N] - 1) / num_classes
    spread_R = weights_N @ squares_NR
    # Σ_B is the mean of squares over the classes, and so are its eigenvalues.
    return float((spread_R * num_classes / np.square(singular_R[is_spanned])).sum() / num_classes)


def _angles(centred_KD: Array) -> float | None:
    num_classes = len(centred_KD)
    off_diagonal = cosines(centred_KD)[~np.eye(num_classes, dtype=bool)]
    missed = np.abs(off_diagonal + 1 / (num_classes - 1))
    return float(np.nanmean(missed)) if np.isfinite(missed).any() else None


def _duality(weight_KD: FloatArray, centred_KD: Array) -> float | None:
    # One vector added to every row of the head changes no probability, so it must not change this.
    weight = weight_KD.astype(np.float64) - weight_KD.mean(axis=0, dtype=np.float64)
    norm = np.linalg.norm(weight)
    return float(np.linalg.norm(weight / norm - centred_KD / np.linalg.norm(centred_KD))) if norm > 0 else None


def _nearest(embeddings_ND: Array, means_KD: Array, head: Head, present: IntArray) -> float:
    logits_NK = embeddings_ND @ head.weight_KD[present].T + head.bias_K[present]
    # ‖x − m‖² without ‖x‖², which is the same for all means.
    distances_NK = np.square(means_KD).sum(axis=1) - 2 * embeddings_ND @ means_KD.T
    return float((logits_NK.argmax(axis=1) != distances_NK.argmin(axis=1)).mean())
