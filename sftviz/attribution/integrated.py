"""Integrated Gradients: what each input value adds on the way from a baseline to the picture.

Shape legend: C channels, H and W height and width of the input.
"""

import torch
from captum.attr import IntegratedGradients
from torch import Tensor

from sftviz.attribution.pixels import PixelMap, Question, completeness_error


def integrated_gradient(question: Question, num_steps: int) -> PixelMap:
    """Explain from a baseline of zeros: the mean colour of the training pictures.

    Source: Sundararajan, Taly & Yan 2017, Axiomatic Attribution for Deep Networks, eq. 1; the integral by
    Gauss–Legendre quadrature, exact for polynomials of degree 2·num_steps − 1.

    Args:
        question: what to explain.
        num_steps: points of the path.
    """
    inputs_1CHW = question.input_CHW[None].detach()
    baselines_1CHW = torch.zeros_like(inputs_1CHW)
    # Captum's trapezoids do not add up to the whole path; its Gauss–Legendre quadrature does.
    attributions_1CHW: Tensor = IntegratedGradients(question.scores).attribute(
        inputs_1CHW,
        baselines_1CHW,
        n_steps=num_steps,
        method="gausslegendre",
        internal_batch_size=question.at_once,
    )
    end, start = question.values(torch.cat([inputs_1CHW, baselines_1CHW])).tolist()
    map_HW = attributions_1CHW[0].sum(dim=0).detach()
    return PixelMap(end, map_HW, completeness_error(map_HW.sum().item(), end - start))
