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
        network.to(memory_format=torch.channels_last if numerics.is_channels_last else torch.contiguous_format)
        was_training = network.training
        network.eval()
        if numerics.is_folded:
            self._fold(network, inputs[:2])
        network.train(was_training)

    def __call__(self, module: nn.Module, inputs: Tensor) -> Tensor:
        """The module's result, in 16 bits or in 32."""
        with torch.autocast(self._device_type, torch.bfloat16, enabled=self.numerics.is_16_bit):
            result: Tensor = module(inputs)
        return result

    def _fold(self, network: Network, inputs: Tensor) -> None:
        # Rounded to 10 bits, as accelerators otherwise do, a right result would look like a wrong one.
        exact = torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False)
        with torch.no_grad(), exact:
            expected = network.backbone(inputs)
            fold(network.backbone, inputs, keeps_depthwise=self.numerics.keeps_depthwise)
            error = torch.linalg.vector_norm(network.backbone(inputs) - expected)
        if not error <= _MOST_ERROR * torch.linalg.vector_norm(expected):
            unfold(network)
