"""The backbones on offer, by name: those that are suggested, and all that the libraries publish."""

import re
from dataclasses import replace

from sftviz.config import RunConfig
from sftviz.errors import ModelError, NotDescribedError
from sftviz.models.backbone import Backbone, Blocks, Preprocessing
from sftviz.models.kept import kept_backbone
from sftviz.models.published import published_backbone
from sftviz.models.suggested import BACKBONES

__all__ = [
    "BACKBONES",
    "Backbone",
    "Blocks",
    "Preprocessing",
    "backbone_named",
    "can_be_described",
    "preprocessing_for",
]

_DESCRIBABLE = re.compile(r"(torchvision|timm)/\w+\.\w+|hf-hub:[\w.-]+/[\w.-]+(@[\w.-]+)?", re.ASCII)


def backbone_named(name: str) -> Backbone:
    """Look a backbone up.

    Raises:
        NotDescribedError: it has a name like those that can be looked up, which was not done yet.
        ModelError: there is none of that name.
    """
    found = BACKBONES.get(name) or published_backbone(name) or kept_backbone(name)
    if found is None and can_be_described(name):
        raise NotDescribedError(
            f"Nothing is known yet of the backbone {name!r} on this machine; choose it on the Model page, and it is "
            "looked up."
        )
    if found is None:
        raise ModelError(
            f"There is no backbone {name!r}; choose one of {', '.join(BACKBONES)}, or another by its full name: "
            "torchvision/ARCHITECTURE.WEIGHTS, timm/ARCHITECTURE.TAG or hf-hub:OWNER/NAME."
        )
    return found


def can_be_described(name: str) -> bool:
    """Whether it has a name like one of torchvision's, timm's or the hub's."""
    return _DESCRIBABLE.fullmatch(name) is not None


def preprocessing_for(config: RunConfig) -> Preprocessing:
    """How a picture becomes an input of the network that is asked for.

    Raises:
        ModelError: there is no such backbone.
    """
    return replace(backbone_named(config.model.backbone).preprocessing, fit=config.data.fit)
