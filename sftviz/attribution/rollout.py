"""Attention rollout: how much of each patch has mixed into what the head reads, by attention alone.

Shape legend: N examples, T tokens, D their width, h and w of the grid of patches.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from sftviz.attribution.guard import listening
from sftviz.attribution.layers import explained_layer
from sftviz.attribution.target import class_scores
from sftviz.errors import AttributionError
from sftviz.models.network import Network


@dataclass(frozen=True)
class Rollout:
    """What attention says of a batch.

    Attributes:
        maps_Nhw: float32, shares of each patch, never negative; with those of the prefix tokens they sum to 1.
        scores_N: of the explained classes, on which the maps do not depend.
    """

    maps_Nhw: Tensor
    scores_N: Tensor


def attention_rollout(
    network: Network, inputs_NCHW: Tensor, targets_N: Tensor, *, against: int | None = None
) -> Rollout:
    """Multiply ½ Ā + ½ I over all layers, Ā the attention averaged over heads, and read the rows that the head reads.

    Source: Abnar & Zuidema 2020, Quantifying Attention Flow in Transformers, section 3.

    Args:
        network: in evaluation mode.
        inputs_NCHW: float32, on the network's device.
        targets_N: int64 in [0, K).
        against: the class that the targets are held against; all together if None.

    Raises:
        AttributionError: the network has no attention between all patches.
    """
    places = explained_layer(network, inputs_NCHW, targets_N, against=against).places
    num_tokens = places.num_prefix + places.grid[0] * places.grid[1]
    attention = _Attention()
    tokens: list[Tensor] = []

    def record(_name: str, values: Any) -> None:
        if isinstance(values, Tensor) and values.dim() == 3 and values.shape[:2] == (len(inputs_NCHW), num_tokens):
            tokens.append(values)

    with attention, listening(network.backbone, record):
        scores_N = class_scores(network(inputs_NCHW.detach().requires_grad_()), targets_N, against)
    # Windows and coarser grids have attention of another shape, which cannot be followed to the patches.
    if {weights_NTT.shape for weights_NTT in attention.layers} != {(len(inputs_NCHW), num_tokens, num_tokens)}:
        raise AttributionError(
            "Attention rollout follows attention between all patches of a picture, which "
            f"{type(network.backbone).__name__} does not have; choose HiResCAM, or train a transformer (vit_b_16)."
        )
    rows_NT = _rows_that_are_read(scores_N, tokens)
    shares_NT1 = (rows_NT[:, None] @ rolled_out(attention.layers)).transpose(1, 2)
    return Rollout(places.unfolded(shares_NT1)[:, 0], scores_N.detach())


def rolled_out(layers: Sequence[Tensor]) -> Tensor:
    """Shares (N, T, T) of each token, the last axis, in each one behind the last layer, the middle axis.

    Args:
        layers: attention (N, T, T) of each layer, averaged over heads, from input to output.
    """
    mixed_NTT = torch.eye(layers[0].shape[-1], device=layers[0].device)
    for weights_NTT in layers:
        mixed_NTT = (weights_NTT @ mixed_NTT + mixed_NTT) / 2
    return mixed_NTT


def _rows_that_are_read(scores_N: Tensor, tokens: list[Tensor]) -> Tensor:
    """The class token, or all patches, in equal shares (N, T): those that the scores depend on in the last layer."""
    for values_NTD in reversed(tokens):
        (gradient_NTD,) = torch.autograd.grad(scores_N.sum(), values_NTD, retain_graph=True, materialize_grads=True)
        is_read_NT = gradient_NTD.any(dim=2)
        if is_read_NT.any(dim=1).all():
            return is_read_NT / is_read_NT.sum(dim=1, keepdim=True)
    raise AttributionError("The scores depend on no token; train the head first, or choose HiResCAM.")


class _Attention(TorchFunctionMode):
    """Notes the attention of all layers in this thread while it is entered, whichever function computes it."""

    def __init__(self) -> None:
        super().__init__()
        self.layers: list[Tensor] = []

    def __torch_function__(
        self, func: Callable[..., Any], _types: object, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if func is functional.multi_head_attention_forward:
            result = func(*args, **kwargs | {"need_weights": True, "average_attn_weights": True})
            self._note(result[1])
            return result
        result = func(*args, **kwargs)
        if func is functional.scaled_dot_product_attention:
            # With the identity as values, the function gives the weights themselves, mask and scale included.
            query, key, _, *rest = args
            identity = torch.eye(key.shape[-2], dtype=key.dtype, device=key.device)
            self._note(func(query, key, identity.expand(*key.shape[:-1], -1), *rest, **kwargs))
        elif func in (torch.softmax, Tensor.softmax, functional.softmax):
            self._note(result)
        return result

    def _note(self, weights: Tensor) -> None:
        if weights.dim() == 4:
            weights = weights.mean(dim=1)
        if weights.dim() == 3 and weights.shape[1] == weights.shape[2]:
            self.layers.append(weights.detach())
