"""Occlusion: how much the score falls where a part of the picture is covered.

Shape legend: C channels, H and W height and width of the input.
"""

import torch
from captum.attr import Occlusion

from sftviz.attribution.pixels import PixelMap, Question

WINDOWS = 7  # side by side in a row; they overlap by half


def occlusion(question: Question, window: tuple[int, int] | None = None) -> PixelMap:
    """Cover the picture window by window with its mean colour; each pixel shows the mean fall of all that cover it.

    Source: Zeiler & Fergus 2014, Visualizing and Understanding Convolutional Networks, section 4.2.

    Args:
        question: what to explain.
        window: height and width in pixels; a seventh of the picture's if None.
    """
    channels, height, width = question.input_CHW.shape
    rows, columns = window or (max(1, height // WINDOWS), max(1, width // WINDOWS))
    inputs_1CHW = question.input_CHW[None].detach()
    with torch.no_grad():
        attributions_1CHW = Occlusion(question.scores).attribute(
            inputs_1CHW,
            sliding_window_shapes=(channels, rows, columns),
            strides=(channels, max(1, rows // 2), max(1, columns // 2)),
            perturbations_per_eval=question.at_once,
        )
    # A window covers all channels, and Captum gives each of them the whole fall.
    map_HW = attributions_1CHW[0].sum(dim=0) / channels
    return PixelMap(question.values(inputs_1CHW).item(), map_HW.float())
