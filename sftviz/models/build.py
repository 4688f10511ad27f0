"""From a name in the catalogue to a network whose head fits the classes at hand."""

from collections.abc import Mapping
from typing import cast

import timm
import torchvision
from torch import Tensor, nn

from sftviz.models.catalogue import Backbone, backbone_named
from sftviz.models.network import Network
from sftviz.seeding import seeded


def build_network(name: str, num_classes: int, *, seed: int) -> Network:
    """A network with random weights.

    Args:
        name: a backbone of the catalogue.
        num_classes: K, the width of the head.
        seed: the same seed gives the same weights.

    Raises:
        ModelError: there is no backbone of that name.
    """
    entry = backbone_named(name)
    with seeded(seed, "initial weights"):
        backbone = _classifier(entry)
        width = _cut_head(backbone, entry)
        head = nn.Linear(width, num_classes)
    return Network(backbone, head, entry.blocks)


def publisher_keys(entry: Backbone) -> tuple[str, ...]:
    """Names of the tensors in a weights file of this architecture, in the publisher's order."""
    with seeded(0, "key names"):
        return tuple(_classifier(entry).state_dict())


def without_head(weights: Mapping[str, Tensor], entry: Backbone) -> dict[str, Tensor]:
    """Drop the publisher's classifier, which the new head replaces."""
    return {name: tensor for name, tensor in weights.items() if not name.startswith(entry.head + ".")}


def _classifier(entry: Backbone) -> nn.Module:
    is_bundled = entry.source == "bundled"
    classifier: nn.Module = (
        timm.create_model("tf_" + entry.name) if is_bundled else torchvision.models.get_model(entry.name, weights=None)
    )
    return classifier


def _cut_head(backbone: nn.Module, entry: Backbone) -> int:
    """Replace the classifier by the identity and return the embedding's width D."""
    head = cast("nn.Linear", backbone.get_submodule(entry.head))
    backbone.set_submodule(entry.head, nn.Identity())
    return head.in_features
