"""One function for all methods: pictures in, maps out, the network left as it was.

Shape legend: N examples, M baselines, K classes, C channels, H and W height and width of the input, h and w of a
layer's grid.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from sftviz.attribution.cam import activation_maps, upsampled
from sftviz.attribution.catalogue import METHODS
from sftviz.attribution.guard import ONE_AT_A_TIME, evaluating
from sftviz.attribution.integrated import integrated_gradient
from sftviz.attribution.noise import expected_gradient, smooth_gradient
from sftviz.attribution.occlusion import occlusion
from sftviz.attribution.pixels import PixelMap, Question
from sftviz.attribution.rollout import attention_rollout
from sftviz.errors import AttributionError
from sftviz.memory import is_out_of_memory
from sftviz.models.network import Network
from sftviz.results import AttributionMap, FloatArray, Source

_AT_ONCE = {"layer": 24, "attention": 8, "pixels": 8}  # inputs in one pass; fewer where memory is short


def explain(
    network: Network,
    inputs_NCHW: Tensor,
    targets: Sequence[int],
    method: str,
    *,
    source: Source,
    examples: Sequence[str],
    num_steps: int = 32,
    against: int | None = None,
    layer: str | None = None,
    baselines_MCHW: Tensor | None = None,
) -> list[AttributionMap]:
    """Map the evidence for one class in each picture.

    Neither modes, hooks and gradients of the network nor torch's global generator are any different afterwards, also
    when it fails; another network may train meanwhile. Where memory is short, fewer inputs go through the network at
    once.

    Args:
        network: any mode; what is frozen does not matter.
        inputs_NCHW: float32, normalised; any device.
        targets: N classes to explain, in [0, K).
        method: a name from `METHODS`.
        source: the checkpoint that the network was loaded from.
        examples: the N pictures' identities.
        num_steps: passes of a method that takes many: points of the path, noisy copies, samples.
        against: explain why the targets and not this class; against all classes together if None.
        layer: a module of the backbone to explain instead of the one that is found, by its name.
        baselines_MCHW: what gradient_shap compares with, as the inputs are; the mean colour if None.

    Raises:
        AttributionError: the request does not fit the network, or no finite map can be had.
    """
    _check(network, inputs_NCHW, targets, method, examples, against)
    device = network.head.weight.device
    inputs_NCHW = inputs_NCHW.to(device, torch.float32)
    targets_N = torch.tensor(targets, dtype=torch.int64, device=device)
    if baselines_MCHW is None:
        baselines_MCHW = torch.zeros_like(inputs_NCHW[:1])
    asked = _Asked(network, method, against, layer, num_steps, baselines_MCHW.to(device, torch.float32))
    with ONE_AT_A_TIME, evaluating(network):
        found = _in_parts(asked, inputs_NCHW, targets_N)
    maps = [
        AttributionMap(
            source, example, method, target, each.layer, each.score, each.map_HW, each.error, against, each.native_hw
        )
        for example, target, each in zip(examples, targets, found, strict=True)
    ]
    for map_ in maps:
        if not (np.isfinite(map_.target_score) and np.isfinite(map_.values_HW).all()):
            raise AttributionError(
                f"The map of {map_.example!r} holds NaN or infinity: epoch {source.epoch} of run {source.run!r} is "
                "broken; choose an earlier epoch."
            )
    return maps


@dataclass(frozen=True)
class _Asked:
    """What is asked of every picture alike."""

    network: Network
    method: str
    against: int | None
    layer: str | None
    num_steps: int
    baselines_MCHW: Tensor


@dataclass(frozen=True)
class _Found:
    layer: str
    score: float
    map_HW: FloatArray
    error: float | None = None
    native_hw: FloatArray | None = None


def _in_parts(asked: _Asked, inputs_NCHW: Tensor, targets_N: Tensor) -> list[_Found]:
    """All maps, with half as many inputs at once whenever memory runs out."""
    kind = METHODS[asked.method].explains
    at_once = _AT_ONCE[kind]
    found: list[_Found] = []
    while len(found) < len(inputs_NCHW):
        part = slice(len(found), len(found) + (1 if kind == "pixels" else at_once))
        try:
            found += _EXPLAINED[kind](asked, inputs_NCHW[part], targets_N[part], at_once)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error) or at_once == 1:
                raise
            at_once = (at_once + 1) // 2
        else:
            continue
        # Outside the handler: the error holds the frames that hold the memory.
        torch.accelerator.empty_cache()
    return found


def _by_layer(asked: _Asked, inputs_NCHW: Tensor, targets_N: Tensor, _at_once: int) -> list[_Found]:
    found = activation_maps(
        asked.network, inputs_NCHW, targets_N, asked.method, against=asked.against, layer=asked.layer
    )
    return _over_picture(found.layer, found.scores_N, found.maps_Nhw, inputs_NCHW)


def _by_attention(asked: _Asked, inputs_NCHW: Tensor, targets_N: Tensor, _at_once: int) -> list[_Found]:
    found = attention_rollout(asked.network, inputs_NCHW, targets_N, against=asked.against)
    return _over_picture("attention", found.scores_N, found.maps_Nhw, inputs_NCHW)


def _over_picture(layer: str, scores_N: Tensor, maps_Nhw: Tensor, inputs_NCHW: Tensor) -> list[_Found]:
    maps_NHW = upsampled(maps_Nhw, *inputs_NCHW.shape[2:])
    each = zip(scores_N.tolist(), maps_NHW, maps_Nhw, strict=True)
    return [_Found(layer, score, _array(map_HW), native_hw=_array(map_hw)) for score, map_HW, map_hw in each]


def _by_pixels(asked: _Asked, inputs_1CHW: Tensor, targets_1: Tensor, at_once: int) -> list[_Found]:
    question = Question(asked.network, inputs_1CHW[0], targets_1[0], asked.against, at_once)
    found = _PIXEL_METHODS[asked.method](question, asked)
    return [_Found("input", found.score, _array(found.map_HW), found.completeness_error)]


def _array(values: Tensor) -> FloatArray:
    array: FloatArray = values.float().cpu().numpy()
    return array


_PIXEL_METHODS: dict[str, Callable[[Question, _Asked], PixelMap]] = {
    "integrated_gradients": lambda question, asked: integrated_gradient(question, asked.num_steps),
    "smoothgrad": lambda question, asked: smooth_gradient(question, asked.num_steps),
    "gradient_shap": lambda question, asked: expected_gradient(question, asked.baselines_MCHW, asked.num_steps),
    "occlusion": lambda question, _: occlusion(question),
}
_EXPLAINED = {"layer": _by_layer, "attention": _by_attention, "pixels": _by_pixels}


def _check(
    network: Network,
    inputs_NCHW: Tensor,
    targets: Sequence[int],
    method: str,
    examples: Sequence[str],
    against: int | None,
) -> None:
    if method not in METHODS:
        raise AttributionError(f"There is no method {method!r}; choose one of {', '.join(METHODS)}.")
    if not len(inputs_NCHW) == len(targets) == len(examples):
        raise AttributionError(
            f"{len(inputs_NCHW)} pictures, {len(targets)} classes and {len(examples)} names do not belong together; "
            "give one class and one name for each picture."
        )
    num_classes = network.head.out_features
    for target in (*targets, *(() if against is None else (against,))):
        if not 0 <= target < num_classes:
            raise AttributionError(f"There is no class {target}; the network has the classes 0 to {num_classes - 1}.")
    if against in targets:
        raise AttributionError(f"Class {against} cannot be held against itself; choose another one.")
