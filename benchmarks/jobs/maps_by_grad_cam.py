"""Processor time of grad-cam's maps, used as its README does, and how ours agree: a `Question` as JSON."""

import json
import sys

import numpy as np
from numpy.typing import NDArray
from pytorch_grad_cam import EigenCAM, GradCAM, GradCAMPlusPlus, HiResCAM, LayerCAM
from torch import Tensor

from benchmarks.jobs.maps import TARGET, Question, asked, difference, inputs_of, network_of, ours, timed
from sftviz.models.network import Network

_CLASSES = {
    "hirescam": HiResCAM,
    "gradcam": GradCAM,
    "gradcam_plus_plus": GradCAMPlusPlus,
    "layercam": LayerCAM,
    "eigencam": EigenCAM,
}


def main(question: Question) -> None:
    """Print them."""
    network, inputs = network_of(question), inputs_of(question)
    our_maps = {method: ours(network, inputs[:1], method)[0] for method in _CLASSES}
    layer = our_maps["hirescam"].layer
    answer = {
        f"difference_{method}": difference(our_maps[method].native_hw, _raw(network, inputs[:1], layer, method))
        for method in _CLASSES
    }
    layers = [network.backbone.get_submodule(layer)]
    with HiResCAM(network, layers) as hirescam, GradCAM(network, layers) as gradcam:
        quick = {"hirescam": lambda: hirescam(inputs[:1], [_score]), "gradcam": lambda: gradcam(inputs[:1], [_score])}
        answer |= timed(quick, question.repeats)
    with HiResCAM(network, layers) as hirescam:
        answer |= timed({"hirescam_24": lambda: hirescam(inputs, [_score] * len(inputs))}, 1)
    print(json.dumps(answer))


def _score(logits_K: Tensor) -> Tensor:
    return logits_K[TARGET] - logits_K.mean()


def _raw(network: Network, inputs_1CHW: Tensor, layer: str, method: str) -> NDArray[np.float32]:
    """A map before grad-cam clips it at zero and scales it; that of a method without a sign is turned as ours."""
    layers = [network.backbone.get_submodule(layer)]
    with _CLASSES[method](network, layers) as cam:
        cam.uses_gradients = True
        cam(inputs_1CHW, [_score])
        held = cam.activations_and_grads
        activations, gradients = held.activations[0].numpy(), held.gradients[0].numpy()
        raw: NDArray[np.float32] = cam.get_cam_image(
            inputs_1CHW, layers[0], [_score], activations, gradients, eigen_smooth=False
        )[0]
    return -raw if method == "eigencam" and raw.max() < -raw.min() else raw


if __name__ == "__main__":
    main(asked(sys.argv[1]))
