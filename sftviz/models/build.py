"""From a name in the catalogue to a network whose head fits the classes at hand."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any, cast

import timm
import torchvision
from torch import Tensor, nn

from sftviz.errors import ModelError
from sftviz.models.backbone import Backbone
from sftviz.models.catalogue import backbone_named
from sftviz.models.network import Network
from sftviz.seeding import seeded

_LONGEST = 300


def build_network(name: str, num_classes: int, *, seed: int) -> Network:
    """A network with random weights.

    Args:
        name: a backbone of the catalogue.
        num_classes: K, the width of the head.
        seed: the same seed gives the same weights.

    Raises:
        ModelError: there is no backbone of that name, or the installed library cannot build it.
    """
    entry = backbone_named(name)
    with seeded(seed, "initial weights"):
        backbone = build_classifier(entry)
        width = cut_head(backbone, entry)
        head = nn.Linear(width, num_classes)
    return Network(backbone, head, entry.blocks)


def build_classifier(entry: Backbone) -> nn.Module:
    """The publisher's architecture with its own head and random weights.

    Raises:
        ModelError: the installed library cannot build it.
    """
    try:
        return _create(entry)
    except (ValueError, RuntimeError) as error:
        library = "torchvision" if entry.source == "torchvision" else "timm"
        raise ModelError(
            f"The installed {library} cannot build {entry.name} ({error}); bring it up to date."
        ) from error


def build_pretrained(entry: Backbone, tensors: Mapping[str, Tensor]) -> nn.Module:
    """The same of timm's architectures, with weights as they lie in its publisher's file.

    Raises:
        ModelError: they do not fit.
    """
    try:
        return _create(entry, pretrained=True, pretrained_cfg_overlay={"state_dict": dict(tensors)})
    except (ValueError, RuntimeError, KeyError) as error:
        raise ModelError(f"The weights do not fit {entry.name}: {str(error)[:_LONGEST]}") from error


def _create(entry: Backbone, **arguments: Any) -> nn.Module:
    name = entry.architecture or entry.name
    settings = {**json.loads(entry.settings), **arguments}
    if entry.source == "torchvision":
        classifier = torchvision.models.get_model(name, weights=None, **settings)
    else:
        classifier = timm.create_model(name, **settings)
    if isinstance(classifier, torchvision.models.MNASNet):
        # Its own loader refuses tensors without torch's metadata, which safetensors do not carry.
        classifier.__dict__["_load_from_state_dict"] = partial(nn.Module._load_from_state_dict, classifier)  # noqa: SLF001
    return cast("nn.Module", classifier)


def cut_head(classifier: nn.Module, entry: Backbone) -> int:
    """Take the publisher's head away and return the embedding's width D."""
    if entry.source in ("timm", "hub"):
        if not hasattr(classifier, "reset_classifier"):
            raise ModelError(f"{entry.name} is no classifier, and gives no one embedding for a picture.")
        timm_classifier: Any = classifier
        timm_classifier.reset_classifier(0)
        return int(timm_classifier.head_hidden_size)
    head = classifier.get_submodule(entry.head)
    classifier.set_submodule(entry.head, nn.Identity())
    return cast("int", head.in_channels if isinstance(head, nn.Conv2d) else head.in_features)


def publisher_keys(entry: Backbone) -> tuple[str, ...]:
    """Names of the tensors in a weights file of this architecture, in the publisher's order."""
    with seeded(0, "key names"):
        return tuple(build_classifier(entry).state_dict())
