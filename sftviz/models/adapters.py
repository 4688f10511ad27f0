"""Low-rank adapters: small matrices that learn in place of a transformer's linear layers, and merge into them.

The network keeps its architecture: an adapted weight is still read under its own name, as W + B A.
"""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from sftviz.errors import ModelError
from sftviz.models.network import Network
from sftviz.seeding import seeded

_LEAST_SHARE = 0.5
_PART = ".parametrizations."
_ORIGINAL = ".original"


class _Layer(NamedTuple):
    """A linear layer's weight (out, in): where it lies, and how many projections it stacks."""

    module: nn.Module
    name: str
    stacked: int

    @property
    def weight(self) -> Tensor:
        weight: Tensor = getattr(self.module, self.name)
        return weight


class LowRank(nn.Module):
    """W ↦ W + B A, with one pair (A, B) for each of the projections stacked in W.

    Source: Hu et al. 2022, "LoRA", section 4.1, with α = r.

    Args:
        weight: W (out, in), decides shape, type and device.
        rank: r, of each projection's change.
        stacked: projections in W, one above the other: 3 where query, key and value are fused.
    """

    def __init__(self, weight: Tensor, rank: int, stacked: int) -> None:
        super().__init__()
        out, width = weight.shape[0] // stacked, weight.shape[1]
        rank = min(rank, out, width)
        down = torch.randn(stacked, rank, width) / width**0.5
        self.down = nn.Parameter(down.to(weight))
        self.up = nn.Parameter(weight.new_zeros(stacked, out, rank))

    def forward(self, weight: Tensor) -> Tensor:
        """The adapted weight, of the same shape."""
        return weight + (self.up @ self.down).reshape(weight.shape)


def adapt(network: Network, rank: int, *, seed: int) -> None:
    """Freeze the backbone and let low-rank adapters learn in the linear layers of those of its blocks that learn.

    B begins at zero, so the outputs stay the same to the bit.

    Args:
        network: whose `let_learn` was called; changed in place.
        rank: r.
        seed: decides A.

    Raises:
        ModelError: the backbone's weights lie mostly outside linear layers.
    """
    layers = list(_linear_layers(network.backbone))
    _require_transformer(network.backbone, layers)
    learning = [layer for layer in layers if layer.weight.requires_grad]
    network.backbone.requires_grad_(requires_grad=False)
    with seeded(seed, "adapters"):
        for layer in learning:
            low_rank = LowRank(layer.weight, rank, layer.stacked)
            parametrize.register_parametrization(layer.module, layer.name, low_rank)


def merge(network: nn.Module) -> None:
    """Write the adapted weights into the layers and take the adapters away."""
    for module in list(network.modules()):
        if parametrize.is_parametrized(module):
            for name in list(getattr(module, "parametrizations", {})):
                parametrize.remove_parametrizations(module, name)
                _put_first(module, name)


def merged_weights(network: nn.Module) -> dict[str, Tensor]:
    """The state dict of the plain architecture: what `merge` would leave, while the adapters stay."""
    weights: dict[str, Tensor] = {}
    for key, tensor in network.state_dict().items():
        owner, _, rest = key.rpartition(_PART)
        if not owner:
            weights[key] = tensor
        elif rest.endswith(_ORIGINAL):
            name = rest.removesuffix(_ORIGINAL)
            weights[f"{owner}.{name}"] = getattr(network.get_submodule(owner), name).detach()
    return weights


def _put_first(module: nn.Module, name: str) -> None:
    # Parameters are known to an optimizer by their order, which must be that of a network never adapted.
    for other, parameter in list(module.named_parameters(recurse=False)):
        if other != name:
            delattr(module, other)
            module.register_parameter(other, parameter)


def _linear_layers(backbone: nn.Module) -> Iterator[_Layer]:
    """Every linear layer, the fused projections of attention among them."""
    for path, module in backbone.named_modules():
        if isinstance(module, nn.MultiheadAttention):
            # Its output projection is a linear layer of its own.
            yield _Layer(module, "in_proj_weight", stacked=3)
        elif isinstance(module, nn.Linear):
            yield _Layer(module, "weight", stacked=3 if path.endswith(".qkv") else 1)


def _require_transformer(backbone: nn.Module, layers: list[_Layer]) -> None:
    in_layers = sum(layer.weight.numel() for layer in layers)
    share = in_layers / sum(parameter.numel() for parameter in backbone.parameters())
    if share < _LEAST_SHARE:
        raise ModelError(
            f"Adapters need linear layers, and {share:.0%} of this backbone's weights lie in such; choose a "
            "transformer (vit_b_16, swin_t) or a recipe without adapters."
        )
