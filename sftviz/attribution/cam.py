"""Class activation maps: where in a layer the evidence for a class lies.

Shape legend: N examples, K classes, C channels, h and w height and width of a layer's grid, H and W of the input.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from sftviz.attribution.layers import explained_layer
from sftviz.models.network import Network

_TINY = 1e-6


@dataclass(frozen=True)
class ActivationMaps:
    """Signed maps of a batch at a layer's own resolution.

    Attributes:
        layer: name of the module, as the backbone calls it.
        scores_N: of the explained classes.
        maps_Nhw: float32; negative values speak against the class.
    """

    layer: str
    scores_N: Tensor
    maps_Nhw: Tensor


def activation_maps(
    network: Network,
    inputs_NCHW: Tensor,
    targets_N: Tensor,
    method: str,
    *,
    against: int | None = None,
    layer: str | None = None,
) -> ActivationMaps:
    """Explain the score of each example's target.

    Args:
        network: in evaluation mode.
        inputs_NCHW: float32, on the network's device.
        targets_N: int64 in [0, K).
        method: a key of `FORMULAS`.
        against: the class that the targets are held against; all together if None.
        layer: a module of the backbone to explain instead of the one that is found, by its name.

    Raises:
        AttributionError: the network has no layer to explain.
    """
    found = explained_layer(network, inputs_NCHW, targets_N, against=against, layer=layer)
    return ActivationMaps(found.name, found.scores_N, FORMULAS[method](found.activations_NChw, found.gradients_NChw))


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


def grad_cam_plus_plus(activations_NChw: Tensor, gradients_NChw: Tensor) -> Tensor:
    """Σ_k w_k A_k with w_k the sum of a ⊙ ReLU(g) over places, a = g² / (2 g² + g³ Σ A_k), as maps (N, h, w).

    Source: Chattopadhay et al. 2018, Grad-CAM++, eq. 5, and eq. 19 for exp(score), as its authors compute it.
    """
    squares = gradients_NChw.square()
    sums = activations_NChw.sum(dim=(2, 3), keepdim=True)
    shares = squares / (2 * squares + sums * gradients_NChw * squares + _TINY)
    weights = (shares * gradients_NChw.relu()).sum(dim=(2, 3), keepdim=True)
    return (weights * activations_NChw).sum(dim=1)


def layer_cam(activations_NChw: Tensor, gradients_NChw: Tensor) -> Tensor:
    """Σ_k ReLU(∂t/∂A_k) ⊙ A_k, as maps (N, h, w).

    Source: Jiang et al. 2021, LayerCAM, eq. 6 and 7.
    """
    return (gradients_NChw.relu() * activations_NChw).sum(dim=1)


def eigen_cam(activations_NChw: Tensor, _gradients_NChw: Tensor) -> Tensor:
    """Projection of the places' centred activations on their first principal component, as maps (N, h, w).

    The component has no sign of its own: the map is turned so that the place that stands out most is positive.

    Source: Muhammad & Yeasin 2020, Eigen-CAM, section III, of the centred activations.
    """
    places_NhwC = activations_NChw.flatten(2).transpose(1, 2)
    places_NhwC = places_NhwC - places_NhwC.mean(dim=1, keepdim=True)
    left, strengths, _ = torch.linalg.svd(places_NhwC, full_matrices=False)
    maps_Nhw = (left[..., 0] * strengths[:, :1]).unflatten(1, activations_NChw.shape[2:])
    is_turned = maps_Nhw.amax(dim=(1, 2)) < -maps_Nhw.amin(dim=(1, 2))
    return torch.where(is_turned[:, None, None], -maps_Nhw, maps_Nhw)


def upsampled(maps_Nhw: Tensor, height: int, width: int) -> Tensor:
    """Maps (N, height, width), bilinear between the centres of places; the unit stays evidence per place."""
    return interpolate(maps_Nhw[:, None], size=(height, width), mode="bilinear", align_corners=False)[:, 0]


FORMULAS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "hirescam": hires_cam,
    "gradcam": grad_cam,
    "gradcam_plus_plus": grad_cam_plus_plus,
    "layercam": layer_cam,
    "eigencam": eigen_cam,
}
