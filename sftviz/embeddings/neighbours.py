"""Who lives next to whom in the embedding space, and who still does after fine-tuning.

Shape legend: N examples, Q queries, D embedding width.
"""

import numpy as np
from sklearn.neighbors import NearestNeighbors

from sftviz.analysis.evidence import require_pair
from sftviz.errors import EmptyResultError
from sftviz.results import Embedded, FloatArray, IntArray, NeighbourOverlap


def neighbour_overlap(before: Embedded, after: Embedded, num_neighbours: int = 10) -> NeighbourOverlap:
    """Share of each example's nearest neighbours that stayed, in the full width D.

    Turning, moving or scaling the whole space changes nothing; no 2-D map is involved.

    Args:
        before: embeddings float32 (N, D).
        after: of the same examples; the width may differ.
        num_neighbours: k, reduced to N − 1 where there are fewer examples.

    Raises:
        EmptyResultError: there are fewer than two examples, or the lists of examples differ.
    """
    require_pair(before, after)
    num_examples = len(before.examples)
    if num_examples < 2:
        raise EmptyResultError("One example has no neighbours; use a data set with more validation examples.")
    num_neighbours = min(num_neighbours, num_examples - 1)
    old, new = (nearest_of(predictions.embeddings_ND, num_neighbours) for predictions in (before, after))
    return NeighbourOverlap(
        before=before.source,
        after=after.source,
        examples=before.examples,
        num_neighbours=num_neighbours,
        overlap_N=shared_with(old, new),
        chance=num_neighbours / (num_examples - 1),
    )


def neighbours_of(embeddings_ND: FloatArray, index: int, num_neighbours: int) -> IntArray:
    """Indices of one example's nearest other ones, the nearest first; fewer where there are not so many."""
    wide_ND = embeddings_ND - embeddings_ND[index]
    distance_N = np.einsum("nd,nd->n", wide_ND, wide_ND)
    distance_N[index] = np.inf
    return np.argsort(distance_N, kind="stable")[: min(num_neighbours, len(distance_N) - 1)].astype(np.int64)


def label_disagreement(
    embeddings_ND: FloatArray, labels_N: IntArray, queries_Q: IntArray, num_neighbours: int = 10
) -> FloatArray:
    """Share of an example's nearest neighbours whose label is another than its own, in [0, 1].

    Of a class with fewer than k other examples, only so many neighbours are asked: else rare classes would always be
    outvoted. NaN for an example that is alone in its class.

    Args:
        embeddings_ND: of all examples.
        labels_N: their labels.
        queries_Q: indices of the examples that are asked about.
        num_neighbours: k at most.
    """
    num_others_N = np.bincount(labels_N)[labels_N] - 1
    num_asked_Q = np.minimum(num_others_N[queries_Q], num_neighbours)
    most = int(num_asked_Q.max(initial=0))
    if most == 0:
        return np.full(len(queries_Q), np.nan, np.float32)
    search = NearestNeighbors(n_neighbors=most + 1).fit(embeddings_ND)
    found = search.kneighbors(embeddings_ND[queries_Q], return_distance=False)
    is_left_out = found == queries_Q[:, None]
    # Among many examples that coincide, one need not be found itself.
    is_left_out[~is_left_out.any(axis=1), -1] = True
    nearest = found[~is_left_out].reshape(len(queries_Q), most)
    num_other = np.cumsum(labels_N[nearest] != labels_N[queries_Q][:, None], axis=1)
    last_Q = num_asked_Q.clip(1) - 1
    share_Q = num_other[np.arange(len(queries_Q)), last_Q] / num_asked_Q.clip(1)
    return np.where(num_asked_Q > 0, share_Q, np.nan).astype(np.float32)


def nearest_of(embeddings_ND: FloatArray, num_neighbours: int) -> IntArray:
    """Indices of each example's k nearest other ones (N, k), the nearest first; k is below N."""
    # Asked for no points of its own, the search leaves out each example itself even where others coincide with it.
    found: IntArray = NearestNeighbors(n_neighbors=num_neighbours).fit(embeddings_ND).kneighbors(return_distance=False)
    return found


def shared_with(neighbours_Nk: IntArray, others_Nk: IntArray) -> FloatArray:
    """Of each example's neighbours, the share that are among its others, in [0, 1]."""
    pairs = zip(neighbours_Nk, others_Nk, strict=True)
    num_shared = [len(np.intersect1d(some, others, assume_unique=True)) for some, others in pairs]
    return np.array(num_shared, np.float32) / np.float32(neighbours_Nk.shape[1])
