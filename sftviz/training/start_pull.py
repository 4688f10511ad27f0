"""A pull of the backbone towards the weights that it started from."""

from collections.abc import Mapping

import torch
from torch import Tensor

from sftviz.models.network import Network


class PullToStart:
    """The gradient of (α / 2) ‖θ − θ₀‖² over the backbone's learning weights θ: zero at the start.

    Source: Li, Grandvalet & Davoine 2018, "Explicit Inductive Bias for Transfer Learning" (L2-SP), eq. 2; the head has
    the recipe's weight decay instead.

    Args:
        network: whose backbone learns.
        start: θ₀, by parameter name of the network.
        strength: α.
    """

    def __init__(self, network: Network, start: Mapping[str, Tensor], strength: float) -> None:
        self._strength = strength
        self._pairs = [
            (parameter, start[name].to(parameter))
            for name, parameter in network.named_parameters()
            if parameter.requires_grad and name.startswith("backbone.")
        ]

    def add_gradients(self) -> None:
        """Add it to what backward has left; parameters without a gradient are not moved by it."""
        with torch.no_grad():
            for parameter, start in self._pairs:
                if parameter.grad is not None:
                    parameter.grad.add_(parameter - start, alpha=self._strength)
