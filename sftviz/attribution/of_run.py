"""The maps of a run's pictures: its own weights, its own preprocessing, computed once and then read from its folder."""

from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from sftviz.attribution.cache import cache_key, load, save
from sftviz.attribution.explain import explain
from sftviz.models.build import build_network
from sftviz.models.catalogue import backbone_named
from sftviz.models.network import Network
from sftviz.results import AttributionMap, Source
from sftviz.runs.run import Run
from sftviz.tasks.images import network_inputs, picture_view
from sftviz.training.checkpoints import Checkpoints

# More points of the path are taken only where fewer leave the pixels too far from adding up.
_PATHS = (32, 128)
_GOOD_ENOUGH = 0.05
_KEPT_NETWORKS = 4


def map_of(run: Run, epoch: int, picture: Path, example: str, method: str, target: int) -> AttributionMap:
    """What the network of one epoch looks at in one picture for one class.

    Args:
        run: its folder keeps the map.
        epoch: one whose weights are kept.
        picture: where the picture lies.
        example: its identity within the run.
        method: a name from `METHODS`.
        target: index of the class.

    Raises:
        UnreadablePictureError: the picture is gone or broken.
        CheckpointError: the weights of this epoch are not kept.
        AttributionError: no map can be had.
    """
    weights_sha256 = Checkpoints(run.folder / "checkpoints").weights_sha256(epoch)
    key = cache_key(
        epoch=epoch,
        checkpoint=weights_sha256,
        example=example,
        method=method,
        target=target,
        parameters={"num_steps": _PATHS[-1]},
    )
    kept = load(run.folder / "maps", key)
    if kept is not None:
        return kept
    network = _network(run, epoch, weights_sha256)
    inputs = inputs_of(run, picture)
    source = Source(run.identity, epoch)
    for num_steps in _PATHS:
        (found,) = explain(network, inputs, [target], method, source=source, examples=[example], num_steps=num_steps)
        if found.completeness_error is None or found.completeness_error <= _GOOD_ENOUGH:
            break
    # Where the disk is full, the map is shown all the same.
    with suppress(OSError):
        save(run.folder / "maps", key, found)
    return found


def inputs_of(run: Run, picture: Path) -> Tensor:
    """A picture as the run's network is given it when it is evaluated: float32 (1, C, H, W).

    Raises:
        UnreadablePictureError: the picture is gone or broken.
    """
    preprocessing = backbone_named(run.config.model.backbone).preprocessing
    return network_inputs(lambda path: picture_view(path, preprocessing), [picture], preprocessing)


def view_of(run: Run, picture: Path) -> NDArray[np.uint8]:
    """A picture as the run's network sees it when it is evaluated: uint8 (H, W, 3).

    Raises:
        UnreadablePictureError: the picture is gone or broken.
    """
    return picture_view(picture, backbone_named(run.config.model.backbone).preprocessing)


@lru_cache(maxsize=_KEPT_NETWORKS)
def _network(run: Run, epoch: int, _weights_sha256: str) -> Network:
    """A network in memory; the hash is part of what it is remembered by, for a resumed run replaces its weights."""
    return network_of(run, epoch)


def network_of(run: Run, epoch: int) -> Network:
    """A network of its own, in evaluation mode, with the weights of one epoch.

    Raises:
        CheckpointError: they are not kept.
    """
    checkpoint = Checkpoints(run.folder / "checkpoints").at_epoch(epoch)
    num_classes = len(run.predictions(epoch).classes)
    network = build_network(run.config.model.backbone, num_classes, seed=0)
    checkpoint.load_weights(network)
    return network.eval()
