"""Batch-norms with frozen statistics as part of the convolutions before them.

Such a batch-norm only scales and shifts: norm(conv(x, W)) = conv(x, W·s) + (β − μ·s) with s = γ / √(σ² + ε). So one
pass over the activations is saved forward and one backward, while W, γ and β go on learning as the parameters they are.
"""

import copy
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from sftviz.numerics.ways import is_depthwise

Pair = tuple[nn.Conv2d, _BatchNorm]


def fold(network: nn.Module, inputs: Tensor, *, keeps_depthwise: bool) -> None:
    """Let every convolution that a batch-norm alone follows do the batch-norm's work; `unfold` undoes it.

    Args:
        network: in evaluation mode as far as its batch-norms are concerned; parameters and names stay as they are.
        inputs: an example, to see which module follows which.
        keeps_depthwise: whether depth-wise convolutions leave autocasting.
    """
    pairs = convolutions_with_norms(network, inputs)
    for convolution, norm in pairs:
        is_exact = keeps_depthwise and is_depthwise(convolution)
        convolution.__dict__["forward"] = _Convolution(convolution, norm, is_exact=is_exact)
        norm.__dict__["forward"] = partial(_activation, norm)


def unfold(network: nn.Module) -> None:
    """Give every module its own forward pass back."""
    for module in network.modules():
        module.__dict__.pop("forward", None)


def settle(network: nn.Module) -> None:
    """Write the weights of folded convolutions into them for good; `unfold` does not undo it."""
    for module in network.modules():
        folded = module.__dict__.get("forward")
        if isinstance(folded, _Convolution):
            del module.__dict__["forward"]
            weight, bias = folded.parameters()
            module.weight, module.bias = nn.Parameter(weight.detach()), nn.Parameter(bias.detach())


def convolutions_with_norms(network: nn.Module, inputs: Tensor) -> list[Pair]:
    """Each convolution whose result goes into a batch-norm and nowhere else, with that batch-norm.

    Args:
        network: not folded.
        inputs: an example, to see which module follows which.
    """
    # Tensors are told apart by identity, and kept so that none is given out twice.
    made: dict[int, tuple[nn.Conv2d, Tensor]] = {}
    read: dict[int, tuple[list[nn.Module], object]] = {}

    def note_result(module: nn.Module, _: object, result: Tensor) -> None:
        if isinstance(module, nn.Conv2d):
            made[id(result)] = (module, result)

    def note_reading(module: nn.Module, arguments: tuple[object, ...]) -> None:
        # What only passes its input on to its parts is no reader of its own.
        is_part = isinstance(module, _BatchNorm) or next(module.children(), None) is None
        if is_part and arguments:
            read.setdefault(id(arguments[0]), ([], arguments[0]))[0].append(module)

    hooks = [module.register_forward_hook(note_result) for module in network.modules()]
    hooks += [module.register_forward_pre_hook(note_reading) for module in network.modules()]
    try:
        with torch.no_grad():
            network(inputs)
    finally:
        for hook in hooks:
            hook.remove()
    found: list[Pair] = []
    for identity, (convolution, _) in made.items():
        readers, _ = read.get(identity, ([], None))
        if len(readers) == 1 and isinstance(readers[0], _BatchNorm):
            found.append((convolution, readers[0]))
    return found


class _Convolution:
    """A convolution's forward pass with its batch-norm's scale and shift in weight and bias."""

    def __init__(self, convolution: nn.Conv2d, norm: _BatchNorm, *, is_exact: bool) -> None:
        # A twin without parameters of its own: its class computes with whatever weight it is given, padding and all.
        self._twin = copy.copy(convolution)
        self._twin.__dict__["_parameters"] = {}
        self._forward: Callable[..., Tensor] = type(convolution).forward
        self._convolution, self._norm, self._is_exact = convolution, norm, is_exact

    def parameters(self) -> tuple[Tensor, Tensor]:
        """Weight and bias with the scale and shift in them."""
        return folded_weights(self._convolution, self._norm)

    def __call__(self, inputs: Tensor) -> Tensor:
        weight, bias = self.parameters()
        twin = self._twin
        twin.__dict__.update(weight=weight, bias=bias)
        try:
            if not self._is_exact:
                return self._forward(twin, inputs)
            with torch.autocast(inputs.device.type, enabled=False):
                return self._forward(twin, inputs.float())
        finally:
            twin.__dict__.update(weight=None, bias=None)


def folded_weights(convolution: nn.Conv2d, norm: _BatchNorm) -> tuple[Tensor, Tensor]:
    """Weight and bias of the one convolution that does the work of both."""
    scale = norm_scale(norm)
    shift = norm.bias - norm.get_buffer("running_mean") * scale
    if convolution.bias is not None:
        shift = shift + convolution.bias * scale
    return convolution.weight * scale[:, None, None, None], shift


def norm_scale(norm: _BatchNorm) -> Tensor:
    """Factor γ / √(σ² + ε) of each channel."""
    scale: Tensor = norm.weight * (norm.get_buffer("running_var") + norm.eps).rsqrt()
    return scale


def _activation(norm: _BatchNorm, inputs: Tensor) -> Tensor:
    """What a batch-norm does besides: nothing, or the activation that some libraries put into the same module."""
    activation = getattr(norm, "act", None)
    result: Tensor = activation(inputs) if isinstance(activation, nn.Module) else inputs
    return result
