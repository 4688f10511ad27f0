"""Class activation maps: where in a layer the evidence for a class lies.

Shape legend: N examples, K classes, C channels, h and w height and width of a layer's grid, H and W of the input.
"""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import interpolate

from sftviz.attribution.layers import explained_layer
from sftviz.models.network import Network


@dataclass(frozen=True)
class ActivationMaps:
    """Signed maps of a batch at a layer's own resolution.

    Attributes:
        layer: name of the module, as the backbone calls it.
        scores_N: centred logits.
        maps_Nhw: float32, evidence in centred logits per place; negative values speak against the class.
    """

    layer: str
    scores_N: Tensor
    maps_Nhw: Tensor


def activation_maps(network: Network, inputs_NCHW: Tensor, targets_N: Tensor, method: str) -> ActivationMaps:
    """Explain the centred logit of each example's target.

    Args:
        network: in evaluation mode.
        inputs_NCHW: float32, on the network's device.
        targets_N: int64 in [0, K).
        method: "gradcam" or "hirescam".

    Raises:
        AttributionError: the network has no layer to explain.
    """
    layer = explained_layer(network, inputs_NCHW, targets_N)
    return ActivationMaps(layer.name, layer.scores_N, _FORMULAS[method](layer.activations_NChw, layer.gradients_NChw))


def grad_cam(activations_NChw: Tensor, gradients_NChw: Tensor) -> Tensor:
    """Σ_k α_k A_k with α_k the mean gradient of channel k, as maps (N, h, w).

    The sign is kept, where the paper clips the sum at zero: clipping is left to the display, which drops the evidence
    against the class unless a signed view is asked for.

    Source: Selvaraju et al. 2017, Grad-CAM, eq. 1 and eq. 2 before its ReLU.
    """
    return (gradients_NChw.mean(dim=(2, 3), keepdim=True) * activations_NChw).sum(dim=1)


def hires_cam(activations_NChw: Tensor, gradients_NChw: Tensor) -> Tensor:
    """Σ_k ∂t/∂A_k ⊙ A_k, as maps (N, h, w); with a linear head behind the layer, a map adds up to t less its bias.

    Source: Draelos & Carin 2020, Use HiResCAM instead of Grad-CAM for faithful explanations, eq. 3.
    """
    return (gradients_NChw * activations_NChw).sum(dim=1)


def upsampled(maps_Nhw: Tensor, height: int, width: int) -> Tensor:
    """Maps (N, height, width), bilinear between the centres of places; the unit stays evidence per place."""
    return interpolate(maps_Nhw[:, None], size=(height, width), mode="bilinear", align_corners=False)[:, 0]


_FORMULAS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {"gradcam": grad_cam, "hirescam": hires_cam}
