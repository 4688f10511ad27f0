"""The maps of a run's pictures: its own weights, its own preprocessing, computed once and then read from its folder."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sftviz.attribution.cache import cache_key, load, save
from sftviz.attribution.explain import explain
from sftviz.data.listing import Listing
from sftviz.data.views import picture_view
from sftviz.models.build import build_network
from sftviz.models.catalogue import Preprocessing, preprocessing_for
from sftviz.models.network import Network
from sftviz.numerics.fused import fuse
from sftviz.results import AttributionMap, Source
from sftviz.runs.run import Run
from sftviz.seeding import generator
from sftviz.tasks.network_inputs import network_inputs
from sftviz.training.checkpoints import Checkpoints

# More points of the path are taken only where fewer leave the pixels too far from adding up.
_PATHS = (32, 128)
_GOOD_ENOUGH = 0.05
_KEPT_NETWORKS = 4
_NUM_BASELINES = 16


def map_of(
    run: Run,
    epoch: int,
    picture: Path,
    example: str,
    method: str,
    target: int,
    *,
    against: int | None = None,
    layer: str | None = None,
) -> AttributionMap:
    """What the network of one epoch looks at in one picture for one class: `maps_of`, of a single picture."""
    return maps_of(run, epoch, [picture], [example], method, [target], against=against, layer=layer)[0]


def maps_of(
    run: Run,
    epoch: int,
    pictures: Sequence[Path],
    examples: Sequence[str],
    method: str,
    targets: Sequence[int],
    *,
    against: int | None = None,
    layer: str | None = None,
) -> list[AttributionMap]:
    """What the network of one epoch looks at in N pictures; those not yet kept are computed in one batch.

    Args:
        run: its folder keeps the maps.
        epoch: one whose weights are kept.
        pictures: where they lie.
        examples: their identities within the run.
        method: a name from `METHODS`.
        targets: index of the class to explain in each.
        against: explain why those classes and not this one; against all others together if None.
        layer: a module of the backbone to explain instead of the one that is found, by its name.

    Raises:
        UnreadablePictureError: a picture is gone or broken.
        CheckpointError: the weights of this epoch are not kept.
        AttributionError: no map can be had.
    """
    folder, weights_sha256 = run.folder / "maps", run.weights_sha256(epoch)
    keys = [
        cache_key(
            epoch=epoch,
            checkpoint=weights_sha256,
            example=example,
            method=method,
            target=target,
            parameters={"num_steps": _PATHS[-1]},
            against=against,
            layer=layer,
        )
        for example, target in zip(examples, targets, strict=True)
    ]
    kept = {place: found for place, key in enumerate(keys) if (found := load(folder, key)) is not None}
    missing = [place for place in range(len(keys)) if place not in kept]
    if missing:
        views = [view_of(run, pictures[place]) for place in missing]
        asked = [targets[place] for place in missing], [examples[place] for place in missing]
        new = maps_of_views(run, epoch, views, method, *asked, against=against, layer=layer)
        for place, found in zip(missing, new, strict=True):
            kept[place] = found
            # Where the disk is full, the map is shown all the same.
            with suppress(OSError):
                save(folder, keys[place], found)
    return [kept[place] for place in range(len(keys))]


def maps_of_views(
    run: Run,
    epoch: int,
    views: Sequence[NDArray[np.uint8]],
    method: str,
    targets: Sequence[int],
    examples: Sequence[str],
    *,
    against: int | None = None,
    layer: str | None = None,
) -> list[AttributionMap]:
    """Maps of pictures as the run's network sees them, uint8 (H, W, 3) each; nothing is read from disk or kept there.

    Raises:
        CheckpointError: the weights of this epoch are not kept.
        AttributionError: no map can be had.
    """
    # A layer named by hand may be a convolution, whose output a fused network does not tell from its batch-norm's.
    network, source = shared_network(run, epoch, is_fused=layer is None), Source(run.identity, epoch)
    inputs_NCHW = network_inputs(lambda view: view, views, preprocessing_of(run))
    baselines_MCHW = _training_inputs(run) if method == "gradient_shap" else None
    found: dict[int, AttributionMap] = {}
    for num_steps in _PATHS:
        open_ = [place for place in range(len(views)) if place not in found or not _adds_up(found[place])]
        if open_:
            maps = explain(
                network,
                inputs_NCHW[open_],
                [targets[place] for place in open_],
                method,
                source=source,
                examples=[examples[place] for place in open_],
                num_steps=num_steps,
                against=against,
                layer=layer,
                baselines_MCHW=baselines_MCHW,
            )
            found |= dict(zip(open_, maps, strict=True))
    return [found[place] for place in range(len(views))]


def _adds_up(found: AttributionMap) -> bool:
    return found.completeness_error is None or found.completeness_error <= _GOOD_ENOUGH


@lru_cache(maxsize=1)
def _training_inputs(run: Run) -> Tensor:
    """Some training pictures, float32 (M, C, H, W), as many of each class as can be."""
    listing = Listing.from_json((run.folder / "data.json").read_text(encoding="utf-8"))
    turns: Counter[int] = Counter()
    pictures: list[tuple[int, Path]] = []
    for picture in listing.side("train"):
        turns[picture.label] += 1
        pictures.append((turns[picture.label], listing.root / picture.path))
    pictures.sort(key=lambda each: each[0])
    preprocessing = preprocessing_of(run)
    paths = [path for _, path in pictures[:_NUM_BASELINES]]
    return network_inputs(lambda path: picture_view(path, preprocessing), paths, preprocessing)


def inputs_of(run: Run, picture: Path) -> Tensor:
    """A picture as the run's network is given it when it is evaluated: float32 (1, C, H, W).

    Raises:
        UnreadablePictureError: the picture is gone or broken.
    """
    preprocessing = preprocessing_of(run)
    return network_inputs(lambda path: picture_view(path, preprocessing), [picture], preprocessing)


def view_of(run: Run, picture: Path) -> NDArray[np.uint8]:
    """A picture as the run's network sees it when it is evaluated: uint8 (H, W, 3).

    Raises:
        UnreadablePictureError: the picture is gone or broken.
    """
    return picture_view(picture, preprocessing_of(run))


def preprocessing_of(run: Run) -> Preprocessing:
    """How a picture becomes an input of the run's network."""
    return preprocessing_for(run.config)


def shared_network(run: Run, epoch: int, *, is_fused: bool = True) -> Network:
    """The network of an epoch in evaluation mode, shared by all who ask: not to be changed.

    Args:
        run: whose network.
        epoch: one whose weights are kept.
        is_fused: as `fuse` makes it, for speed; else every module as it was trained.

    Raises:
        CheckpointError: the weights of this epoch are not kept.
    """
    return _network(run, epoch, run.weights_sha256(epoch), is_fused=is_fused)


@lru_cache(maxsize=_KEPT_NETWORKS)
def _network(run: Run, epoch: int, _weights_sha256: str, *, is_fused: bool) -> Network:
    """A network in memory; the hash is part of what it is remembered by, for a resumed run replaces its weights."""
    return fused_network_of(run, epoch) if is_fused else network_of(run, epoch)


def fused_network_of(run: Run, epoch: int) -> Network:
    """A network of its own that only looks: see `fuse`.

    Raises:
        CheckpointError: the weights of this epoch are not kept.
    """
    side = preprocessing_of(run).crop
    return fuse(network_of(run, epoch), torch.randn(1, 3, side, side, generator=generator(0, "fused network")))


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
