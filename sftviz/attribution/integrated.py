"""Integrated Gradients: what each input value adds on the way from a baseline to the picture.

Shape legend: N examples, K classes, C channels, H and W height and width of the input.
"""

from dataclasses import dataclass

import torch
from captum.attr import IntegratedGradients
from torch import Tensor, nn

from sftviz.attribution.target import centred_logits

_BATCH_SIZE = 8  # points of the path at once, so that memory does not grow with their number


@dataclass(frozen=True)
class IntegratedGradient:
    """The attributions of one picture.

    Attributes:
        score: the centred logit.
        map_HW: float32, summed over channels; adds up to the score's change from the baseline.
        completeness_error: how much the sum misses that change, as a share of it; None where there is no change.
    """

    score: float
    map_HW: Tensor
    completeness_error: float | None


def integrated_gradient(
    network: nn.Module, input_CHW: Tensor, target: Tensor, *, num_steps: int = 32
) -> IntegratedGradient:
    """Explain the centred logit of the target, from a baseline of zeros: the mean colour of the training pictures.

    Source: Sundararajan, Taly & Yan 2017, Axiomatic Attribution for Deep Networks, eq. 1; the integral by
    Gauss–Legendre quadrature, exact for polynomials of degree 2·num_steps − 1.

    Args:
        network: gives logits (N, K), in evaluation mode.
        input_CHW: float32, normalised, on the network's device.
        target: int64 (), in [0, K).
        num_steps: points of the path.
    """
    inputs_1CHW, targets_1 = input_CHW[None].detach(), target[None]
    baselines_1CHW = torch.zeros_like(inputs_1CHW)

    def score(inputs_NCHW: Tensor, targets_N: Tensor) -> Tensor:
        return centred_logits(network(inputs_NCHW), targets_N)

    attributions_1CHW: Tensor = IntegratedGradients(score).attribute(
        inputs_1CHW,
        baselines_1CHW,
        additional_forward_args=targets_1,
        n_steps=num_steps,
        method="gausslegendre",
        internal_batch_size=_BATCH_SIZE,
    )
    with torch.no_grad():
        end, start = score(torch.cat([inputs_1CHW, baselines_1CHW]), targets_1.expand(2)).tolist()
    miss = abs(attributions_1CHW.sum().item() - (end - start))
    return IntegratedGradient(
        score=end,
        map_HW=attributions_1CHW[0].sum(dim=0).detach(),
        completeness_error=miss / abs(end - start) if end != start else None,
    )
