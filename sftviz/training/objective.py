"""What training lowers: cross-entropy with soft targets, label smoothing and class weights.

Shape legend: N examples, K classes.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from sftviz.config import Recipe
from sftviz.results import IntArray


@dataclass(frozen=True)
class Objective:
    """Cross-entropy as a sum over examples and the weight to divide it by, so that a batch may be taken in parts.

    Attributes:
        label_smoothing: ε; each target row q becomes (1 − ε) q + ε / K (Szegedy et al. 2016, section 7).
        weights_K: what each class counts for; None for one each.
    """

    label_smoothing: float = 0.0
    weights_K: Tensor | None = None

    def total(self, logits_NK: Tensor, targets_NK: Tensor) -> Tensor:
        """Sum over the examples of −Σ_k w_k q_k log p_k, in nats.

        Args:
            logits_NK: scores before softmax.
            targets_NK: float, rows that sum to 1.
        """
        smoothed_NK = (1 - self.label_smoothing) * targets_NK + self.label_smoothing / targets_NK.shape[1]
        if self.weights_K is not None:
            smoothed_NK = smoothed_NK * self.weights_K.to(smoothed_NK.device)
        return -(smoothed_NK * logits_NK.float().log_softmax(dim=1)).sum()

    def weight(self, targets_NK: Tensor) -> float:
        """Sum of the examples' weights Σ_k w_k q_k: their number where all classes count for one."""
        if self.weights_K is None:
            return float(len(targets_NK))
        return float((targets_NK * self.weights_K.to(targets_NK.device)).sum())


def make_objective(recipe: Recipe, labels_N: IntArray, num_classes: int) -> Objective:
    """The objective that a recipe asks for, with class weights from the training labels."""
    weights_K = balanced_weights(labels_N, num_classes) if recipe.class_weights == "balanced" else None
    return Objective(recipe.label_smoothing, weights_K)


def balanced_weights(labels_N: IntArray, num_classes: int) -> Tensor:
    """N / (K n_k) for each class, float32 (K,): all classes together count for as many as there are examples.

    Source: King & Zeng 2001, "Logistic Regression in Rare Events Data", as scikit-learn has it.
    """
    counts_K = np.bincount(labels_N, minlength=num_classes).clip(min=1)
    return torch.from_numpy((len(labels_N) / (num_classes * counts_K)).astype(np.float32))


def one_hot(labels_N: Tensor, num_classes: int) -> Tensor:
    """Targets float32 (N, K) that name one class each."""
    return functional.one_hot(labels_N, num_classes).float()
