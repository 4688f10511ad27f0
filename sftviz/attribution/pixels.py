"""What methods that explain single pixels have in common.

Shape legend: N examples, K classes, C channels, H and W height and width of the input.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from sftviz.attribution.target import class_scores

Score = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class PixelMap:
    """The attributions of one picture.

    Attributes:
        score: of the explained class.
        map_HW: float32.
        completeness_error: how much the sum misses the change of the score from the baseline, as a share of it; None
            where it is not to add up, or where there is no change.
    """

    score: float
    map_HW: Tensor
    completeness_error: float | None = None


@dataclass(frozen=True)
class Question:
    """One picture and the class to explain in it.

    Attributes:
        network: gives logits (N, K), in evaluation mode.
        input_CHW: float32, normalised, on the network's device.
        target: int64 (), in [0, K).
        against: the class that the target is held against; all together if None.
        at_once: inputs in one pass through the network, which decides how much memory it takes.
    """

    network: nn.Module
    input_CHW: Tensor
    target: Tensor
    against: int | None = None
    at_once: int = 8

    def scores(self, inputs_NCHW: Tensor, targets_N: Tensor | None = None) -> Tensor:
        """The scores (N,) of any inputs for the explained class."""
        if targets_N is None:
            targets_N = self.target.expand(len(inputs_NCHW))
        return class_scores(self.network(inputs_NCHW), targets_N, self.against)

    def gradients(self, inputs_NCHW: Tensor) -> Tensor:
        """Each score's gradient (N, C, H, W) at its own input."""
        parts: list[Tensor] = []
        for part in torch.split(inputs_NCHW, self.at_once):
            inputs = part.detach().requires_grad_()
            parts += torch.autograd.grad(self.scores(inputs).sum(), inputs)
        return torch.cat(parts)

    def values(self, inputs_NCHW: Tensor) -> Tensor:
        """The scores (N,) without a graph."""
        with torch.no_grad():
            return torch.cat([self.scores(part) for part in torch.split(inputs_NCHW, self.at_once)])


def completeness_error(total: float, change: float) -> float | None:
    """How much a sum of attributions misses the change that it should make up, as a share of it."""
    return abs(total - change) / abs(change) if change else None
