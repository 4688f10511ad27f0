"""The examples that lost most of their neighbours, and whom they lie next to now.

Shape legend: N examples, Q neighbours shown.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sftviz.embeddings.neighbours import nearest_of
from sftviz.results import Embedded, IntArray


@dataclass(frozen=True, eq=False)
class Mover:
    """One example whose neighbourhood changed.

    Attributes:
        index: of the example.
        num_lost: of its k nearest before, how many are no longer among its k nearest.
        num_neighbours: k.
        before_Q, after_Q: indices of the nearest ones, the nearest first.
        is_lost_Q: whether each of `before_Q` is not among the k nearest after.
        is_gained_Q: whether each of `after_Q` was not among the k nearest before.
    """

    index: int
    num_lost: int
    num_neighbours: int
    before_Q: IntArray
    after_Q: IntArray
    is_lost_Q: NDArray[np.bool_]
    is_gained_Q: NDArray[np.bool_]


def movers(
    before: Embedded, after: Embedded, *, num_neighbours: int = 10, num_shown: int = 5, most: int = 12
) -> tuple[Mover, ...]:
    """The examples with most lost neighbours in the full space, the most moved first; those that lost none are not in.

    Among equals, the one whose embedding moved farthest comes first.

    Args:
        before: at least two examples.
        after: the same ones.
        num_neighbours: k, reduced to N − 1 where there are fewer examples.
        num_shown: Q at most.
        most: examples to list.
    """
    num_neighbours = min(num_neighbours, len(before.examples) - 1)
    old_Nk, new_Nk = (nearest_of(each.embeddings_ND, num_neighbours) for each in (before, after))
    pairs = list(zip(old_Nk, new_Nk, strict=True))
    num_lost_N = np.array([len(np.setdiff1d(old, new, assume_unique=True)) for old, new in pairs])
    order = np.lexsort((-_distance(before, after), -num_lost_N))
    return tuple(
        Mover(
            index=index,
            num_lost=int(num_lost_N[index]),
            num_neighbours=num_neighbours,
            before_Q=old_Nk[index, :num_shown],
            after_Q=new_Nk[index, :num_shown],
            is_lost_Q=~np.isin(old_Nk[index, :num_shown], new_Nk[index]),
            is_gained_Q=~np.isin(new_Nk[index, :num_shown], old_Nk[index]),
        )
        for index in order[:most].tolist()
        if num_lost_N[index]
    )


def _distance(before: Embedded, after: Embedded) -> np.ndarray:
    if before.embeddings_ND.shape != after.embeddings_ND.shape:
        return np.zeros(len(before.examples))
    distance_N: np.ndarray = np.linalg.norm(after.embeddings_ND - before.embeddings_ND, axis=1)
    return distance_N
