"""A moving average of the weights that learn: it is evaluated and kept, while training goes on with the weights."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn

_FORGETTING_STEPS = 10.0


class AveragedWeights:
    """θ̄ ← d θ̄ + (1 − d) θ after each step, for the parameters that learn.

    Source: Polyak & Juditsky 1992, in its exponential form, which forgets the first steps.

    Args:
        network: whose parameters learn; the average starts at their present values.
        decay: d; see `limited_decay`.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.decay = decay
        self._learning = {name: each for name, each in network.named_parameters() if each.requires_grad}
        self._average = {name: each.detach().clone() for name, each in self._learning.items()}

    def update(self) -> None:
        """Take in the weights as they are after a step."""
        with torch.no_grad():
            for name, average in self._average.items():
                average.lerp_(self._learning[name].detach(), 1 - self.decay)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Lend the network the averaged weights, and give it its own back."""
        self._swap()
        try:
            yield
        finally:
            self._swap()

    def adopt(self) -> None:
        """Make the averages the network's own weights, for good; it then goes on from them."""
        for name, parameter in self._learning.items():
            parameter.data.copy_(self._average[name])

    def tensors(self) -> dict[str, Tensor]:
        """The averages by parameter name."""
        return dict(self._average)

    def load(self, tensors: Mapping[str, Tensor]) -> None:
        """Go on from averages that `tensors` gave, or from some of them."""
        for name, tensor in tensors.items():
            self._average[name].copy_(tensor)

    def _swap(self) -> None:
        for name, parameter in self._learning.items():
            parameter.data, self._average[name] = self._average[name], parameter.data


def limited_decay(decay: float, num_steps: int) -> float:
    """The decay, or less on short runs: at least ten horizons 1 / (1 − d) fit, so that the start is forgotten."""
    return max(0.0, min(decay, 1 - _FORGETTING_STEPS / num_steps))
