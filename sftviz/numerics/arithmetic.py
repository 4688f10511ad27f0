"""A network made ready for one way of doing its arithmetic."""

import torch
from torch import Tensor, nn

from sftviz.models.network import Network
from sftviz.numerics.folding import fold, unfold
from sftviz.numerics.ways import Numerics

_MOST_ERROR = 1e-4  # of a folded network, relative: folding changes rounding alone


class Arithmetic:
    """Calls a network or a part of it in one way.

    The network's memory layout and forward passes are arranged for that way; its parameters, their names and values
    stay. Arranging it for another way replaces this one.

    Args:
        numerics: the way; folding is left out where the network's modules do not allow it.
        network: to be arranged.
        inputs: a few examples of what it takes.
    """

    def __init__(self, numerics: Numerics, network: Network, inputs: Tensor) -> None:
        self.numerics = numerics
        self._device_type = network.head.weight.device.type
        unfold(network)
        layout = torch.channels_last if numerics.is_channels_last else torch.contiguous_format
        network.to(memory_format=layout)
        self._layout = layout
        was_training = network.training
        network.eval()
        if numerics.is_folded:
            self._fold(network, self._laid_out(inputs[:2]))
        network.train(was_training)

    def __call__(self, module: nn.Module, inputs: Tensor) -> Tensor:
        """The module's result in 32 bits."""
        with torch.autocast(self._device_type, torch.bfloat16, enabled=self.numerics.is_16_bit):
            result: Tensor = module(self._laid_out(inputs))
        return result.float()

    def _laid_out(self, inputs: Tensor) -> Tensor:
        return inputs.contiguous(memory_format=self._layout) if inputs.dim() == 4 else inputs

    def _fold(self, network: Network, inputs: Tensor) -> None:
        with torch.no_grad():
            expected = network.backbone(inputs)
            fold(network.backbone, inputs, keeps_depthwise=self.numerics.keeps_depthwise)
            error = torch.linalg.vector_norm(network.backbone(inputs) - expected)
        if not error <= _MOST_ERROR * torch.linalg.vector_norm(expected):
            unfold(network)
