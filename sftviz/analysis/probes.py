"""A few examples to keep an eye on."""

import numpy as np

from sftviz.results import IntArray, Predictions


def probe_examples(before: Predictions, count: int) -> IntArray:
    """Indices of the examples hardest at epoch 0, and of as many spread evenly over the rest from hard to easy.

    Args:
        before: predictions of epoch 0.
        count: how many in all; fewer come back where there are fewer examples.
    """
    from_hardest = np.argsort(before.of_truth_N, kind="stable")
    num_hard = min(count // 2, len(from_hardest))
    rest = from_hardest[num_hard:]
    num_spread = min(count - num_hard, len(rest))
    spread = rest[np.linspace(0, len(rest) - 1, num_spread).round().astype(np.int64)] if num_spread else rest[:0]
    return np.concatenate([from_hardest[:num_hard], spread]).astype(np.int64)
