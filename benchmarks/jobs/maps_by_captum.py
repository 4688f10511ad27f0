"""Processor time of Captum's maps, used as its documentation does, and how ours agree: a `Question` as JSON."""

import json
import sys

import numpy as np
import torch
from captum.attr import IntegratedGradients, LayerGradCam, Occlusion
from torch import Tensor

from benchmarks.jobs.maps import (
    Calls,
    Question,
    asked,
    difference,
    inputs_of,
    kept_pixels,
    network_of,
    ours,
    score,
    timed,
)
from sftviz.attribution.occlusion import WINDOWS


def main(question: Question) -> None:
    """Print them."""
    network, inputs = network_of(question), inputs_of(question)
    (our_map,) = ours(network, inputs[:1], "gradcam")
    cam = LayerGradCam(score(network), network.backbone.get_submodule(our_map.layer))
    found: dict[str, Tensor] = {}

    def integrated() -> None:
        found["pixels"] = IntegratedGradients(score(network)).attribute(inputs[:1])

    def occlusion() -> None:
        window = question.size // WINDOWS
        shape, steps = (3, window, window), (3, window // 2, window // 2)
        Occlusion(score(network)).attribute(inputs[:1], sliding_window_shapes=shape, strides=steps)

    quick: Calls = {"gradcam": lambda: cam.attribute(inputs[:1])}
    slow: Calls = {"integrated": integrated} | ({"occlusion": torch.no_grad()(occlusion)} if question.occludes else {})
    answer = timed(quick, question.repeats) | timed({"gradcam_24": lambda: cam.attribute(inputs)}, 1) | timed(slow, 0)
    answer["difference_gradcam"] = difference(our_map.native_hw, cam.attribute(inputs[:1])[0, 0].detach().numpy())
    pixels = found["pixels"][0].sum(dim=0).detach().numpy()
    for num_points in (50, 32):
        kept = np.load(kept_pixels(question, num_points))
        answer[f"correlation_{num_points}"] = float(np.corrcoef(kept.ravel(), pixels.ravel())[0, 1])
    print(json.dumps(answer))


if __name__ == "__main__":
    main(asked(sys.argv[1]))
