"""Candidates that are right about all pictures but some."""

from collections.abc import Iterable, Sequence

import numpy as np

from sftviz.results import Predictions, Source
from sftviz.trials import CandidateScore


def candidate(
    backbone: str, *, wrong: Iterable[int] = (), forward_s: float = 0.02, counts: Sequence[int] = (50, 50)
) -> CandidateScore:
    """Pictures lie in five folds in turn; neighbours err as the heads do."""
    labels = np.repeat(np.arange(len(counts)), counts)
    said = labels.copy()
    for index in wrong:
        said[index] = (labels[index] + 1) % len(counts)
    examples = tuple(f"{index}.png" for index in range(len(labels)))
    probabilities = np.eye(len(counts), dtype=np.float32)[said]
    predictions = Predictions(Source(backbone, 0), tuple("abcdefgh"[: len(counts)]), examples, labels, probabilities)
    return CandidateScore(
        backbone=backbone,
        predictions=predictions,
        fold_N=np.arange(len(labels)) % 5,
        by_neighbours_N=said,
        log_evidence=-0.3,
        null_P=np.linspace(0.4, 0.6, 20, dtype=np.float32),
        forward_s=forward_s,
        memory_mib=100.0,
        recipe="last_blocks",
        training_s=120.0,
    )
