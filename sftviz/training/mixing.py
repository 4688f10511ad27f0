"""Blends of examples and of their labels: what a network learns from when it must not trust single pictures.

Training measures are then taken against the stronger of the two labels, and lie below those of plain training.

Shape legend: N examples, K classes, H and W rows and columns.
"""

import math
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from sftviz.errors import TrainingError
from sftviz.seeding import draw


def mixed(
    inputs: Tensor,
    targets_NK: Tensor,
    kind: Literal["mixup", "cutmix"],
    alpha: float,
    *,
    seed: int,
    epoch: int,
    step: int,
) -> tuple[Tensor, Tensor]:
    """Blend each example of a batch with another one of it.

    Mixup takes λ x + (1 − λ) x' of whole inputs, also of embeddings and activations; CutMix pastes a rectangle of x'
    with 1 − λ of the area, and needs inputs or activations (N, C, H, W). λ is drawn from Beta(α, α), once a batch.

    Source: Zhang et al. 2018, "mixup"; Yun et al. 2019, "CutMix", eqs. 1 and 2.

    Args:
        inputs: float (N, …); not changed.
        targets_NK: float, rows that sum to 1.
        kind: which of the two.
        alpha: α.
        seed: with the three counts decides the blend.
        epoch: from 1.
        step: from 0, within the epoch.

    Returns:
        Inputs and targets of the same shapes.

    Raises:
        TrainingError: CutMix is asked for of inputs without rows and columns.
    """
    random = np.random.default_rng(draw(seed, "mix", epoch, step))
    share = random.beta(alpha, alpha)
    partner_N = torch.from_numpy(random.permutation(len(inputs))).to(inputs.device)
    if kind == "mixup":
        blended = torch.lerp(inputs[partner_N], inputs, share)
    else:
        _require_picture(inputs)
        height, width = inputs.shape[2:]
        top, bottom, left, right = _rectangle(random, height, width, 1 - share)
        blended = inputs.clone()
        blended[:, :, top:bottom, left:right] = inputs[partner_N, :, top:bottom, left:right]
        share = 1 - (bottom - top) * (right - left) / (height * width)
    return blended, torch.lerp(targets_NK[partner_N.to(targets_NK.device)], targets_NK, share)


def _require_picture(inputs: Tensor) -> None:
    if inputs.dim() != 4:
        raise TrainingError(
            f"CutMix pastes rectangles and needs pictures or maps (N, C, H, W), not {tuple(inputs.shape)}; choose "
            "mixup, which blends anything."
        )


def _rectangle(random: np.random.Generator, height: int, width: int, area: float) -> tuple[int, int, int, int]:
    """Top, bottom, left and right of a rectangle with a share of the area around a random centre, cut at the border."""
    half_height, half_width = int(height * math.sqrt(area)) // 2, int(width * math.sqrt(area)) // 2
    row, column = int(random.integers(height)), int(random.integers(width))
    return (
        max(0, row - half_height),
        min(height, row + half_height),
        max(0, column - half_width),
        min(width, column + half_width),
    )
