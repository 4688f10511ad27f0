"""Who lives next to whom in the embedding space, and who still does after fine-tuning.

Shape legend: N examples, D embedding width.
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
    old, new = (_neighbours(predictions.embeddings_ND, num_neighbours) for predictions in (before, after))
    num_kept_N = [len(np.intersect1d(then, now, assume_unique=True)) for then, now in zip(old, new, strict=True)]
    return NeighbourOverlap(
        before=before.source,
        after=after.source,
        examples=before.examples,
        num_neighbours=num_neighbours,
        overlap_N=(np.array(num_kept_N) / num_neighbours).astype(np.float32),
        chance=num_neighbours / (num_examples - 1),
    )


def _neighbours(embeddings_ND: FloatArray, num_neighbours: int) -> IntArray:
    # Asked for no points of its own, the search leaves out each example itself even where others coincide with it.
    found: IntArray = NearestNeighbors(n_neighbors=num_neighbours).fit(embeddings_ND).kneighbors(return_distance=False)
    return found
