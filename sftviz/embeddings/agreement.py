"""Whether neighbours in the embedding space are of one class: how well a class could be told from its neighbours.

Shape legend: N examples.
"""

import numpy as np

from sftviz.embeddings.neighbours import label_disagreement
from sftviz.embeddings.scores import PairedScore, paired_score
from sftviz.results import Embedded, IntArray


def label_agreement(before: Embedded, after: Embedded, num_neighbours: int = 10) -> PairedScore:
    """Share of an example's nearest neighbours that have its own label, mean over examples.

    Of a class with fewer than k other examples only so many neighbours are asked; an example alone in its class is
    left out.

    Args:
        before: embeddings of any width.
        after: of the same examples.
        num_neighbours: k at most.
    """
    labels_N = before.labels_N
    everyone = np.arange(len(labels_N))
    old_N, new_N = (
        1 - label_disagreement(each.embeddings_ND, labels_N, everyone, num_neighbours) for each in (before, after)
    )
    chance = chance_agreement(labels_N)
    return paired_score(old_N, new_N, labels_N, (chance, chance))


def chance_agreement(labels_N: IntArray) -> float | None:
    """The mean agreement where labels have nothing to do with embeddings; None where each class has one example.

    Of the N − 1 others, n − 1 share the label of an example whose class has n.
    """
    others_N = np.bincount(labels_N)[labels_N] - 1
    others_N = others_N[others_N > 0]
    return float(others_N.mean() / (len(labels_N) - 1)) if len(others_N) else None
