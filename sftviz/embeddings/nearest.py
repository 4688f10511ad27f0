"""Which known examples a new one lies nearest to, and whether that is near.

Shape legend: N examples, D embedding width, Q neighbours.
"""

from dataclasses import dataclass

import numpy as np

from sftviz.results import FloatArray, IntArray

_MOST_ASKED = 500  # known examples whose own nearest is looked up: enough to say what is usual


@dataclass(frozen=True, eq=False)
class Nearest:
    """The examples nearest to a new one.

    Attributes:
        indices_Q: of the examples, the nearest first.
        similarity_Q: cosine of the angle between their embeddings and the new one's, in [-1, 1].
        usual: median similarity of an example to its own nearest other one; None with fewer than two.
        farther_share: share of the examples whose own nearest other one is less similar than the new one's nearest,
            in [0, 1]: 0 is farther off than any of them; None with fewer than two.
    """

    indices_Q: IntArray
    similarity_Q: FloatArray
    usual: float | None
    farther_share: float | None


def nearest(known_ND: FloatArray, new_D: FloatArray, count: int = 5) -> Nearest:
    """Find the examples whose embeddings point most nearly the same way.

    Args:
        known_ND: embeddings of at least one example.
        new_D: the new one's, by the same network.
        count: Q at most.
    """
    directions_ND = _unit(known_ND)
    similarity_N = directions_ND @ _unit(new_D[None])[0]
    indices_Q = np.argsort(-similarity_N, kind="stable")[:count]
    own = _of_their_own(directions_ND)
    return Nearest(
        indices_Q=indices_Q.astype(np.int64),
        similarity_Q=similarity_N[indices_Q],
        usual=float(np.median(own)) if len(own) else None,
        farther_share=float((own < similarity_N[indices_Q[0]]).mean()) if len(own) else None,
    )


def _of_their_own(directions_ND: FloatArray) -> FloatArray:
    """Similarity of evenly chosen examples to their nearest other one."""
    num_examples = len(directions_ND)
    if num_examples < 2:
        return np.empty(0, np.float32)
    asked = np.unique(np.linspace(0, num_examples - 1, min(num_examples, _MOST_ASKED)).astype(np.int64))
    similarities = directions_ND[asked] @ directions_ND.T
    similarities[np.arange(len(asked)), asked] = -np.inf
    closest: FloatArray = similarities.max(axis=1)
    return closest


def _unit(embeddings_ND: FloatArray) -> FloatArray:
    lengths = np.linalg.norm(embeddings_ND, axis=1, keepdims=True)
    unit: FloatArray = (embeddings_ND / np.maximum(lengths, np.finfo(np.float32).tiny)).astype(np.float32)
    return unit
