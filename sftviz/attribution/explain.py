"""One function for all methods: pictures in, maps out, the network left as it was.

Shape legend: N examples, K classes, C channels, H and W height and width of the input.
"""

from collections.abc import Iterator, Sequence
from threading import Lock

import numpy as np
import torch
from torch import Tensor

from sftviz.attribution.cam import activation_maps, upsampled
from sftviz.attribution.catalogue import METHODS
from sftviz.attribution.guard import evaluating
from sftviz.attribution.integrated import integrated_gradient
from sftviz.errors import AttributionError
from sftviz.models.network import Network
from sftviz.results import AttributionMap, Source

_ONE_AT_A_TIME = Lock()  # two explanations of one network would listen to each other's activations


def explain(
    network: Network,
    inputs_NCHW: Tensor,
    targets: Sequence[int],
    method: str,
    *,
    source: Source,
    examples: Sequence[str],
    num_steps: int = 32,
) -> list[AttributionMap]:
    """Map the evidence for one class in each picture.

    Neither modes, hooks and gradients of the network nor torch's global generator are any different afterwards, also
    when it fails; another network may train meanwhile. Memory grows with N.

    Args:
        network: any mode; what is frozen does not matter.
        inputs_NCHW: float32, normalised; any device.
        targets: N classes to explain, in [0, K).
        method: a name from `METHODS`.
        source: the checkpoint that the network was loaded from.
        examples: the N pictures' identities.
        num_steps: points of the path, for integrated gradients.

    Raises:
        AttributionError: the request does not fit the network, or no finite map can be had.
    """
    _check(network, inputs_NCHW, targets, method, examples)
    device = network.head.weight.device
    inputs_NCHW = inputs_NCHW.to(device, torch.float32)
    targets_N = torch.tensor(targets, dtype=torch.int64, device=device)
    with _ONE_AT_A_TIME, evaluating(network):
        if method == "integrated_gradients":
            found = list(_by_pixels(network, inputs_NCHW, targets_N, num_steps))
        else:
            found = list(_by_layer(network, inputs_NCHW, targets_N, method))
    maps = [
        AttributionMap(source, example, method, target, layer, score, map_HW.float().cpu().numpy(), error)
        for example, target, (layer, score, map_HW, error) in zip(examples, targets, found, strict=True)
    ]
    for map_ in maps:
        if not (np.isfinite(map_.target_score) and np.isfinite(map_.values_HW).all()):
            raise AttributionError(
                f"The map of {map_.example!r} holds NaN or infinity: epoch {source.epoch} of run {source.run!r} is "
                "broken; choose an earlier epoch."
            )
    return maps


_Found = tuple[str, float, Tensor, float | None]  # layer, score, map, completeness error


def _by_layer(network: Network, inputs_NCHW: Tensor, targets_N: Tensor, method: str) -> Iterator[_Found]:
    found = activation_maps(network, inputs_NCHW, targets_N, method)
    maps_NHW = upsampled(found.maps_Nhw, *inputs_NCHW.shape[2:])
    for score, map_HW in zip(found.scores_N.tolist(), maps_NHW, strict=True):
        yield found.layer, score, map_HW, None


def _by_pixels(network: Network, inputs_NCHW: Tensor, targets_N: Tensor, num_steps: int) -> Iterator[_Found]:
    for input_CHW, target in zip(inputs_NCHW, targets_N, strict=True):
        found = integrated_gradient(network, input_CHW, target, num_steps=num_steps)
        yield "input", found.score, found.map_HW, found.completeness_error


def _check(network: Network, inputs_NCHW: Tensor, targets: Sequence[int], method: str, examples: Sequence[str]) -> None:
    if method not in METHODS:
        raise AttributionError(f"There is no method {method!r}; choose one of {', '.join(METHODS)}.")
    if not len(inputs_NCHW) == len(targets) == len(examples):
        raise AttributionError(
            f"{len(inputs_NCHW)} pictures, {len(targets)} classes and {len(examples)} names do not belong together; "
            "give one class and one name for each picture."
        )
    num_classes = network.head.out_features
    for target in targets:
        if not 0 <= target < num_classes:
            raise AttributionError(f"There is no class {target}; the network has the classes 0 to {num_classes - 1}.")
