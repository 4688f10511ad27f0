"""What each block of a backbone hands on to the next, as one vector an example.

Shape legend: N examples, D width, which differs from block to block.
"""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn

from sftviz.models.network import Network
from sftviz.results import FloatArray


def block_outputs(network: Network, forward: Callable[[Tensor], Tensor], inputs: Tensor) -> list[FloatArray]:
    """The mean over all places of what each block hands on, float32 (N, D); the last one's is the embedding.

    Args:
        network: in evaluation mode.
        forward: passes inputs through its backbone.
        inputs: of the network.
    """
    found: list[Tensor | None] = [None] * len(network.blocks)
    hooks = [
        network.backbone.get_submodule(prefixes[0]).register_forward_pre_hook(partial(_note, found, place))
        for place, prefixes in enumerate(network.blocks[1:])
    ]
    try:
        with torch.no_grad():
            found[-1] = _pooled(forward(inputs))
    finally:
        for hook in hooks:
            hook.remove()
    return [values.cpu().numpy() for values in found if values is not None]


def _note(found: list[Tensor | None], place: int, _: nn.Module, arguments: tuple[Tensor, ...]) -> None:
    found[place] = _pooled(arguments[0])


def _pooled(values: Tensor) -> Tensor:
    """Maps (N, D, h, w) or (N, h, w, D), tokens (N, T, D) and vectors (N, D) as vectors."""
    if values.dim() == 4:
        # Pictures are square, and so are their maps.
        is_channels_last = values.shape[1] == values.shape[2] != values.shape[3]
        return values.float().mean(dim=(1, 2) if is_channels_last else (2, 3))
    return values.float().mean(dim=1) if values.dim() == 3 else values.float()
