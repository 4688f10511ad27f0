"""The number that a map explains.

Shape legend: N examples, K classes.
"""

from torch import Tensor


def class_scores(logits_NK: Tensor, targets_N: Tensor, against: int | None = None) -> Tensor:
    """Scores (N,) that explain why each target is said at all, or why it is said and not one other class.

    Args:
        logits_NK: floating point.
        targets_N: int64 in [0, K).
        against: the other class d: the score is then z_c − z_d, which is gauge-free as well. The centred logit if None.
    """
    if against is None:
        return centred_logits(logits_NK, targets_N)
    return logits_NK.gather(1, targets_N[:, None])[:, 0] - logits_NK[:, against]


def centred_logits(logits_NK: Tensor, targets_N: Tensor) -> Tensor:
    """Each example's score (N,) for its target c: z_c − mean_j z_j.

    A raw logit is no property of the classifier: one vector added to every row of the head leaves all probabilities
    as they are and changes every map. The centred logit does not move with it, so two checkpoints can be compared.

    Args:
        logits_NK: floating point.
        targets_N: int64 in [0, K).
    """
    return logits_NK.gather(1, targets_N[:, None])[:, 0] - logits_NK.mean(dim=1)
