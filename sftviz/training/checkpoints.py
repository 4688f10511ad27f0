"""Positions that training can return to: weights and optimizer state as safetensors, the rest as JSON.

The manifest, with sizes and SHA-256 of the other files, is written last; a folder without a matching one counts
for nothing.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load, save_file
from torch import Tensor, nn
from torch.optim import Optimizer

from sftviz.durable import replacing, sync_folder, write_durably
from sftviz.errors import CheckpointError, DivergedError

_NOT_KEPT = "The weights of epoch {epoch} are not kept; choose epoch 0, the best or the last."
_NAME = re.compile(r"epoch-(\d{4})(?:-step-(\d{6}))?")


@dataclass(frozen=True)
class Progress:
    """Where training stands, and the little it must remember.

    Attributes:
        epoch: epochs finished.
        step: optimizer steps done in the next one.
        loss_sum, num_right, num_seen: running sums over the examples of the unfinished epoch.
        best_epoch, best_accuracy, best_loss: the best trained epoch so far; epoch 0 until there is one.
        last_accuracy: validation accuracy of the epoch finished last.
    """

    epoch: int = 0
    step: int = 0
    loss_sum: float = 0.0
    num_right: int = 0
    num_seen: int = 0
    best_epoch: int = 0
    best_accuracy: float = -1.0
    best_loss: float = 0.0
    last_accuracy: float = 0.0

    def finished_epoch(self, *, accuracy: float, loss: float) -> "Progress":
        """Progress after the next epoch, which is the best when its accuracy is higher, or as high with less loss."""
        epoch = self.epoch + 1
        if (accuracy, -loss) > (self.best_accuracy, -self.best_loss):
            best = Progress(epoch=epoch, best_epoch=epoch, best_accuracy=accuracy, best_loss=loss)
        else:
            best = replace(self, epoch=epoch, step=0, loss_sum=0.0, num_right=0, num_seen=0)
        return replace(best, last_accuracy=accuracy)


@dataclass(frozen=True)
class Checkpoint:
    """A complete, verified position on disk."""

    folder: Path
    progress: Progress
    environment: dict[str, str]

    def load_weights(self, network: nn.Module) -> None:
        """Fill a network.

        Raises:
            CheckpointError: the weights are damaged or belong to another architecture.
        """
        try:
            network.load_state_dict(load((self.folder / "model.safetensors").read_bytes()))
        except (OSError, RuntimeError, ValueError) as error:
            raise CheckpointError(
                f"The checkpoint {self.folder.name} cannot be loaded; continue the run anew."
            ) from error

    def load_optimizer(self, optimizer: Optimizer) -> None:
        """Fill an optimizer made for the same stage; one that has not stepped yet stays as it is."""
        tensors = load((self.folder / "optimizer.safetensors").read_bytes())
        state: dict[int, dict[str, Tensor]] = {}
        for key, tensor in tensors.items():
            index, name = key.split(".", 1)
            state.setdefault(int(index), {})[name] = tensor
        optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})


class Checkpoints:
    """The checkpoints of one run; keeps epoch 0, the best, the last finished one and the newest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(
        self, progress: Progress, network: nn.Module, optimizer: Optimizer | None, environment: dict[str, str]
    ) -> None:
        """Write a position durably, then drop what is no longer needed.

        Raises:
            DivergedError: a weight is not finite; nothing is written.
            OSError: the disk is full or fails; what was there stays.
        """
        weights = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
        _require_finite(weights, progress)
        folder = self._folder / _name(progress.epoch, progress.step)
        # What an earlier attempt at this very position left must not be taken for complete while it is replaced.
        (folder / "manifest.json").unlink(missing_ok=True)
        folder.mkdir(exist_ok=True)
        for name, tensors in (("model", weights), ("optimizer", _flatten(optimizer))):
            with replacing(folder / f"{name}.safetensors") as file:
                save_file(tensors, file.name)
        content = json.dumps({"progress": asdict(progress), "environment": environment}, indent=2)
        write_durably(folder / "progress.json", content.encode())
        write_durably(folder / "manifest.json", json.dumps(_manifest(folder), indent=2).encode())
        sync_folder(self._folder)
        self._prune(progress)

    def newest(self) -> Checkpoint | None:
        """The furthest position that is complete and undamaged; damaged ones are passed over."""
        for _, _, folder in sorted(self._positions(), reverse=True):
            checkpoint = _verified(folder)
            if checkpoint is not None:
                return checkpoint
        return None

    def at_epoch(self, epoch: int) -> Checkpoint:
        """The position at the end of an epoch.

        Raises:
            CheckpointError: it is not kept, or damaged.
        """
        folder = self._folder / _name(epoch, 0)
        checkpoint = _verified(folder) if folder.exists() else None
        if checkpoint is None:
            raise CheckpointError(_NOT_KEPT.format(epoch=epoch))
        return checkpoint

    def weights_sha256(self, epoch: int) -> str:
        """The hash of an epoch's weights as its manifest has it, without reading them.

        Raises:
            CheckpointError: the epoch is not kept.
        """
        try:
            manifest = json.loads((self._folder / _name(epoch, 0) / "manifest.json").read_bytes())
            return str(manifest["model.safetensors"]["sha256"])
        except (OSError, ValueError, KeyError) as error:
            raise CheckpointError(_NOT_KEPT.format(epoch=epoch)) from error

    def _positions(self) -> list[tuple[int, int, Path]]:
        found = [(_NAME.fullmatch(folder.name), folder) for folder in self._folder.iterdir()]
        return [(int(match[1]), int(match[2] or 0), folder) for match, folder in found if match]

    def _prune(self, progress: Progress) -> None:
        kept = {(0, 0), (progress.best_epoch, 0), (progress.epoch, 0), (progress.epoch, progress.step)}
        for epoch, step, folder in self._positions():
            if (epoch, step) not in kept:
                (folder / "manifest.json").unlink(missing_ok=True)
                shutil.rmtree(folder)


def _name(epoch: int, step: int) -> str:
    return f"epoch-{epoch:04d}" + (f"-step-{step:06d}" if step else "")


def _flatten(optimizer: Optimizer | None) -> dict[str, Tensor]:
    state: dict[int, dict[str, Any]] = optimizer.state_dict()["state"] if optimizer else {}
    return {
        f"{index}.{name}": value.detach().cpu().contiguous()
        for index, values in state.items()
        for name, value in values.items()
        if isinstance(value, Tensor)
    }


def _require_finite(weights: Mapping[str, Tensor], progress: Progress) -> None:
    for name, tensor in weights.items():
        if not torch.isfinite(tensor).all():
            raise DivergedError(
                f"The weights {name} are no longer finite at epoch {progress.epoch}, step {progress.step}; "
                "lower the learning rate. The last good checkpoint is kept."
            )


def _manifest(folder: Path) -> dict[str, dict[str, str | int]]:
    names = ("model.safetensors", "optimizer.safetensors", "progress.json")
    return {name: {"bytes": (folder / name).stat().st_size, "sha256": _sha256(folder / name)} for name in names}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _verified(folder: Path) -> Checkpoint | None:
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        if manifest != _manifest(folder):
            return None
        content = json.loads((folder / "progress.json").read_bytes())
        return Checkpoint(folder, Progress(**content["progress"]), content["environment"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
