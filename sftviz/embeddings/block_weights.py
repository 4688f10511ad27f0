"""The weights of each block of a backbone as they act: their size, how far they moved, how strongly a loss pulls.

A convolution followed by a batch-norm is one convolution with other numbers: W·s and β − μ·s, with s = γ / √(σ² + ε).
Only these are compared; how they are shared between W, γ and σ is arbitrary.
"""

from collections.abc import Mapping
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from sftviz.models.network import Network
from sftviz.numerics.folding import convolutions_with_norms, folded_weights, norm_scale

Pairs = tuple[tuple[str, str], ...]
Tensors = Mapping[str, Tensor]


def norm_pairs(network: Network, inputs: Tensor) -> Pairs:
    """Names of each convolution and of the batch-norm that alone reads its result.

    Args:
        network: not folded.
        inputs: a few examples.
    """
    names = {module: name for name, module in network.backbone.named_modules()}
    return tuple((names[conv], names[norm]) for conv, norm in convolutions_with_norms(network.backbone, inputs))


def acting_weights(network: Network, pairs: Pairs) -> dict[str, Tensor]:
    """The backbone's weights by name, with each batch-norm of the pairs folded into its convolution."""
    found = {name: parameter.detach() for name, parameter in network.backbone.named_parameters()}
    for convolution, norm in pairs:
        weight, bias = folded_weights(*_modules(network, convolution, norm))
        _replace(found, convolution, norm, weight.detach(), bias.detach())
    return found


def acting_gradients(network: Network, pairs: Pairs) -> dict[str, Tensor]:
    """What `backward` left in the backbone, as the gradient by its acting weights, under the same names."""
    found = {
        name: torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
        for name, parameter in network.backbone.named_parameters()
    }
    for convolution, norm in pairs:
        scale = norm_scale(_modules(network, convolution, norm)[1]).detach()
        # A channel that is scaled by 0 passes nothing on, and no gradient back.
        inverse = torch.where(scale == 0, 0.0, 1 / scale)
        weight = found[f"{convolution}.weight"] * inverse[:, None, None, None]
        _replace(found, convolution, norm, weight, found[f"{norm}.bias"])
    return found


def statistics(network: Network) -> dict[str, Tensor]:
    """Running means and variances of the backbone's batch-norms, by name."""
    return {name: each for name, each in network.backbone.named_buffers() if name.endswith(("_mean", "_var"))}


def ratios(network: Network, parts: Tensors, wholes: Tensors) -> list[float | None]:
    """Norm of each block's part over that of its whole; None where the whole is 0 or there is nothing."""
    squares = [[0.0, 0.0] for _ in network.blocks]
    for name, whole in wholes.items():
        place = network.block_of(name)
        if place is not None:
            squares[place][0] += float(parts[name].double().square().sum())
            squares[place][1] += float(whole.double().square().sum())
    return [(part / whole) ** 0.5 if whole > 0 else None for part, whole in squares]


def differences(before: Tensors, after: Tensors) -> dict[str, Tensor]:
    """What was added to each tensor."""
    return {name: after[name] - tensor for name, tensor in before.items()}


def _modules(network: Network, convolution: str, norm: str) -> tuple[nn.Conv2d, _BatchNorm]:
    backbone = network.backbone
    return cast("nn.Conv2d", backbone.get_submodule(convolution)), cast("_BatchNorm", backbone.get_submodule(norm))


def _replace(found: dict[str, Tensor], convolution: str, norm: str, weight: Tensor, bias: Tensor) -> None:
    del found[f"{norm}.weight"]
    found.pop(f"{convolution}.bias", None)
    found |= {f"{convolution}.weight": weight, f"{norm}.bias": bias}
