"""A plain fp32 loop that repeats the one run of a home folder from its epoch 0: HOME.

The recipe's meaning is written out again here, with torchvision's views of the pictures and torch's defaults.
"""

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms
from torchvision.transforms import InterpolationMode

from sftviz.config import RunConfig
from sftviz.data.decode import decode
from sftviz.data.listing import Listing, Side
from sftviz.models.build import build_network
from sftviz.models.catalogue import backbone_named
from sftviz.runs.store import RunStore


class Pictures(Dataset[tuple[Tensor, int]]):
    """One side of a listing, decoded whenever it is asked for."""

    def __init__(self, listing: Listing, side: Side, view: Callable[[Image.Image], Tensor]) -> None:
        self._files = [(listing.root / item.path, item.label) for item in listing.pictures if item.side == side]
        self._view = view

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        path, label = self._files[index]
        return self._view(Image.fromarray(decode(path))), label


def main(home: Path) -> None:
    """Train, and print what the last epoch says of the validation pictures."""
    (run,) = RunStore(home).list()
    config, listing = run.config, Listing.from_json((run.folder / "data.json").read_text(encoding="utf-8"))
    network = build_network(config.model.backbone, len(listing.classes), seed=0)
    network.load_state_dict(load_file(run.folder / "checkpoints" / "epoch-0000" / "model.safetensors"))
    network.let_learn("all")
    plain, random = views(config)
    train, validation = Pictures(listing, "train", random), Pictures(listing, "validation", plain)
    train_network(network, train, config)
    print(json.dumps({"after": evaluate(network, validation)}))


def views(config: RunConfig) -> tuple[Callable[[Image.Image], Tensor], Callable[[Image.Image], Tensor]]:
    """The middle of a picture, and a random part of it."""
    wants = backbone_named(config.model.backbone).preprocessing
    to_tensor = [transforms.ToTensor(), transforms.Normalize(wants.mean, wants.std)]
    resize = transforms.Resize(wants.resize, InterpolationMode(wants.interpolation))
    crop = transforms.RandomResizedCrop(wants.crop, scale=(0.5, 1.0), ratio=(3 / 4, 4 / 3))
    plain = transforms.Compose([resize, transforms.CenterCrop(wants.crop), *to_tensor])
    return plain, transforms.Compose([crop, transforms.RandomHorizontalFlip(), *to_tensor])


def train_network(network: nn.Module, pictures: Pictures, config: RunConfig) -> None:
    """AdamW with warm-up and cosine, label smoothing; batch-norm's statistics stay as they are."""
    recipe, (stage,) = config.recipe, config.recipe.stages
    torch.manual_seed(config.seed)
    loader = DataLoader(pictures, recipe.batch_size, shuffle=True, num_workers=2)
    optimizer = AdamW(network.parameters(), lr=stage.head_lr, weight_decay=recipe.weight_decay)
    num_steps = stage.epochs * len(loader)
    schedule = LambdaLR(optimizer, lambda step: factor(step, num_steps))
    network.train()
    for _ in range(stage.epochs):
        for inputs, labels in loader:
            optimizer.zero_grad()
            loss = cross_entropy(network(inputs), labels, label_smoothing=recipe.label_smoothing)
            torch.autograd.backward(loss)
            optimizer.step()
            schedule.step()


def factor(step: int, num_steps: int) -> float:
    """A tenth of the steps to warm up, then half a cosine to zero."""
    warm_up = max(1, round(num_steps / 10))
    if step < warm_up:
        return (step + 1) / warm_up
    return 0.5 * (1 + math.cos(math.pi * (step - warm_up + 1) / (num_steps - warm_up + 1)))


@torch.no_grad()
def evaluate(network: nn.Module, pictures: Pictures) -> dict[str, float]:
    """Accuracy, and mean negative log-likelihood in nats."""
    network.eval()
    right, loss = 0, 0.0
    for inputs, labels in DataLoader(pictures, 32):
        logits = network(inputs)
        right += int((logits.argmax(dim=1) == labels).sum())
        loss += cross_entropy(logits, labels, reduction="sum").item()
    return {"accuracy": right / len(pictures), "loss": loss / len(pictures)}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
