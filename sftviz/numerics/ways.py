"""The ways to do a network's arithmetic, each described once.

In 16 bits (bfloat16) inputs and weights of convolutions and matrix products are rounded to 8 significant bits; sums,
weights at rest and everything that is reported stay in 32 bits.
"""

from dataclasses import dataclass

import torch
from torch import nn

from sftviz.errors import ModelError


@dataclass(frozen=True)
class Numerics:
    """One way.

    Attributes:
        name: as configurations and logs write it.
        is_16_bit: whether convolutions and matrix products take bfloat16.
        is_channels_last: whether a pixel's channels lie beside each other in memory.
        is_folded: whether each batch-norm is part of the convolution before it, which frozen statistics allow.
        keeps_depthwise: whether depth-wise convolutions stay in 32 bits within a 16-bit network: on processors their
            backward pass is slow in 16.
    """

    name: str
    is_16_bit: bool = False
    is_channels_last: bool = False
    is_folded: bool = False
    keeps_depthwise: bool = False


PLAIN = Numerics("32-bit")
FOLDED = Numerics("32-bit, channels last, folded", is_channels_last=True, is_folded=True)
HALF = Numerics("16-bit, channels last, folded", is_16_bit=True, is_channels_last=True, is_folded=True)
HALF_MIXED = Numerics(
    "16-bit, channels last, folded, depth-wise in 32",
    is_16_bit=True,
    is_channels_last=True,
    is_folded=True,
    keeps_depthwise=True,
)

WAYS: dict[str, Numerics] = {way.name: way for way in (PLAIN, FOLDED, HALF, HALF_MIXED)}


def numerics_named(name: str) -> Numerics:
    """Look a way up.

    Raises:
        ModelError: there is none of that name.
    """
    if name not in WAYS:
        raise ModelError(f"There is no numerics {name!r}; choose 'measured' or one of {', '.join(map(repr, WAYS))}.")
    return WAYS[name]


def candidates(network: nn.Module, device: torch.device) -> tuple[Numerics, ...]:
    """The ways worth a measurement: the plain one first, 16 bits only where the hardware multiplies them."""
    if not multiplies_16_bit(device):
        return PLAIN, FOLDED
    has_depthwise = any(is_depthwise(module) for module in network.modules())
    return (PLAIN, FOLDED, HALF, *((HALF_MIXED,) if has_depthwise and device.type == "cpu" else ()))


def default_numerics(device: torch.device) -> Numerics:
    """The way to take where a measurement would not pay."""
    return HALF if device.type == "cuda" and multiplies_16_bit(device) else FOLDED


def multiplies_16_bit(device: torch.device) -> bool:
    """Whether the device has instructions for bfloat16 products; without them they are emulated, and slow."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())  # noqa: SLF001 - torch asks the processor nowhere else


def is_depthwise(module: nn.Module) -> bool:
    """Whether a module is a convolution of each channel by itself."""
    return isinstance(module, nn.Conv2d) and module.groups == module.in_channels > 1
