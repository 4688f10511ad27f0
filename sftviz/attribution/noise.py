"""Gradients averaged over noise: SmoothGrad, and the Shapley values that GradientSHAP expects.

Noise is drawn from generators of its own, the same for every checkpoint, so maps repeat and can be compared.

Shape legend: S samples, M baselines, C channels, H and W height and width of the input.
"""

import torch
from torch import Tensor

from sftviz.attribution.pixels import PixelMap, Question, completeness_error
from sftviz.seeding import generator

NOISE = 0.15  # standard deviation, as a share of the range of the picture's values


def smooth_gradient(question: Question, num_samples: int, noise: float = NOISE) -> PixelMap:
    """How strongly the score reacts to each pixel: the largest |mean gradient| of its channels, never negative.

    Source: Smilkov et al. 2017, SmoothGrad: removing noise by adding noise, section 3.

    Args:
        question: what to explain.
        num_samples: noisy copies.
        noise: standard deviation, as a share of the range of the picture's values.
    """
    input_CHW = question.input_CHW.detach()
    deviation = noise * (input_CHW.max() - input_CHW.min())
    total_CHW = torch.zeros_like(input_CHW)
    for copies, start in _parts(num_samples, question.at_once):
        drawn = torch.stack([_normal(input_CHW, start + copy) for copy in range(copies)])
        total_CHW += question.gradients(input_CHW + deviation * drawn).sum(dim=0)
    map_HW = (total_CHW / num_samples).abs().amax(dim=0)
    return PixelMap(question.values(input_CHW[None]).item(), map_HW)


def expected_gradient(question: Question, baselines_MCHW: Tensor, num_samples: int) -> PixelMap:
    """The mean of (x − x') ⊙ ∇F(x' + α(x − x')) over baselines x' and α in [0, 1], summed over channels.

    Baselines take turns, and α is drawn once from each of as many equal parts of [0, 1] as there are samples, which
    leaves the expectation as it is and takes most of the noise away. Baselines without any spread make it a noisy
    Integrated Gradients.

    Source: Lundberg & Lee 2017, A Unified Approach to Interpreting Model Predictions, as GradientSHAP; Erion et al.
    2021, Improving performance of deep learning models with axiomatic attribution priors, eq. 2.

    Args:
        question: what to explain.
        baselines_MCHW: pictures that stand for what is expected, on the network's device.
        num_samples: S, at least M to use them all.
    """
    input_CHW = question.input_CHW.detach()
    draws = generator(0, "expected gradient")
    shares_S = (torch.randperm(num_samples, generator=draws) + torch.rand(num_samples, generator=draws)) / num_samples
    shares_S111 = shares_S.to(input_CHW)[:, None, None, None]
    total_CHW = torch.zeros_like(input_CHW)
    for count, start in _parts(num_samples, question.at_once):
        used = torch.arange(start, start + count, device=input_CHW.device) % len(baselines_MCHW)
        ways = input_CHW - baselines_MCHW[used]
        gradients = question.gradients(baselines_MCHW[used] + shares_S111[start : start + count] * ways)
        total_CHW += (ways * gradients).sum(dim=0)
    map_HW = (total_CHW / num_samples).sum(dim=0)
    end = question.values(input_CHW[None]).item()
    used = torch.arange(num_samples, device=input_CHW.device) % len(baselines_MCHW)
    expected = question.values(baselines_MCHW)[used].mean().item()
    return PixelMap(end, map_HW, completeness_error(map_HW.sum().item(), end - expected))


def _parts(total: int, at_once: int) -> list[tuple[int, int]]:
    return [(min(at_once, total - start), start) for start in range(0, total, at_once)]


def _normal(like: Tensor, number: int) -> Tensor:
    """A draw that depends on its number alone, so that the size of parts changes nothing."""
    return torch.randn(like.shape, generator=generator(0, "smooth gradient", number)).to(like)
