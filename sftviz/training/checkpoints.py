"""Positions that training can return to: weights and the state of learning as safetensors, the rest as JSON.

Epoch 0 holds all weights, every later position only those that differ from it: what is frozen is written once.
The manifest, with sizes and SHA-256 of the other files, is written last; a folder without a matching one counts for
nothing.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from safetensors.torch import load, load_file, save_file
from torch import Tensor, nn

from sftviz.durable import replacing, sync_folder, write_durably
from sftviz.errors import CheckpointError, DivergedError
from sftviz.runs.run import NOT_KEPT

_WEIGHTS, _STATE, _PROGRESS = "model.safetensors", "state.safetensors", "progress.json"
_NAME = re.compile(r"epoch-(\d{4})(?:-step-(\d{6}))?")


@dataclass(frozen=True)
class Progress:
    """Where training stands, and the little it must remember.

    Attributes:
        epoch: epochs finished.
        step: optimizer steps done in the next one.
        loss_sum, num_right, num_seen: running sums over the examples of the unfinished epoch.
        most_at_once: examples that fit into memory together, once that was found out; 0 as long as all do.
        best_epoch, best_accuracy, best_loss: the best trained epoch so far; epoch 0 until there is one.
        is_target_reached: whether the epoch finished last is as good as the recipe asks.
    """

    epoch: int = 0
    step: int = 0
    loss_sum: float = 0.0
    num_right: int = 0
    num_seen: int = 0
    most_at_once: int = 0
    best_epoch: int = 0
    best_accuracy: float = -1.0
    best_loss: float = 0.0
    is_target_reached: bool = False

    def finished_epoch(self, *, accuracy: float, loss: float, is_target_reached: bool = False) -> "Progress":
        """Progress after the next epoch, which is the best when its accuracy is higher, or as high with less loss."""
        epoch = self.epoch + 1
        if (accuracy, -loss) > (self.best_accuracy, -self.best_loss):
            best = replace(self, best_epoch=epoch, best_accuracy=accuracy, best_loss=loss)
        else:
            best = self
        return replace(
            best, epoch=epoch, step=0, loss_sum=0.0, num_right=0, num_seen=0, is_target_reached=is_target_reached
        )


@dataclass(frozen=True)
class Checkpoint:
    """A complete, verified position on disk."""

    folder: Path
    progress: Progress
    environment: dict[str, str]

    def load_weights(self, network: nn.Module) -> None:
        """Fill a network of the plain architecture.

        Raises:
            CheckpointError: the weights are damaged or belong to another architecture.
        """
        try:
            network.load_state_dict(self.weights())
        except (OSError, RuntimeError, ValueError) as error:
            raise CheckpointError(
                f"The checkpoint {self.folder.name} cannot be loaded; continue the run anew."
            ) from error

    def weights(self) -> dict[str, Tensor]:
        """All weights of the plain architecture, by name."""
        weights = load((self.folder.parent / _name(0, 0) / _WEIGHTS).read_bytes())
        return weights | load((self.folder / _WEIGHTS).read_bytes())

    def state(self) -> dict[str, Tensor]:
        """What was saved besides the weights, under the names that it was given."""
        return load((self.folder / _STATE).read_bytes())


class Checkpoints:
    """The checkpoints of one run; keeps epoch 0, the best, the last finished one and the newest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(
        self,
        progress: Progress,
        weights: Mapping[str, Tensor],
        state: Mapping[str, Tensor],
        environment: dict[str, str],
    ) -> None:
        """Write a position durably, then drop what is no longer needed.

        Args:
            progress: where training stands.
            weights: of the plain architecture, as they are evaluated and shown.
            state: what else going on from here needs, by names of the caller's choice.
            environment: what the outcome depends on.

        Raises:
            DivergedError: a weight is not finite; nothing is written.
            OSError: the disk is full or fails; what was there stays.
        """
        weights = {name: tensor.detach().cpu().contiguous() for name, tensor in weights.items()}
        _require_finite(weights, progress)
        if (progress.epoch, progress.step) != (0, 0):
            weights = self._changed(weights)
        folder = self._folder / _name(progress.epoch, progress.step)
        # What an earlier attempt at this very position left must not be taken for complete while it is replaced.
        (folder / "manifest.json").unlink(missing_ok=True)
        folder.mkdir(exist_ok=True)
        kept = {name: tensor.detach().cpu().contiguous() for name, tensor in state.items()}
        for name, tensors in ((_WEIGHTS, weights), (_STATE, kept)):
            with replacing(folder / name) as file:
                save_file(tensors, file.name)
        content = json.dumps({"progress": asdict(progress), "environment": environment}, indent=2)
        write_durably(folder / _PROGRESS, content.encode())
        manifest = _manifest(folder, (_WEIGHTS, _STATE, _PROGRESS))
        write_durably(folder / "manifest.json", json.dumps(manifest, indent=2).encode())
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
            raise CheckpointError(NOT_KEPT.format(epoch=epoch))
        return checkpoint

    def _changed(self, weights: dict[str, Tensor]) -> dict[str, Tensor]:
        before = load_file(self._folder / _name(0, 0) / _WEIGHTS)
        return {name: tensor for name, tensor in weights.items() if not torch.equal(tensor, before[name])}

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


def _require_finite(weights: Mapping[str, Tensor], progress: Progress) -> None:
    for name, tensor in weights.items():
        if not torch.isfinite(tensor).all():
            raise DivergedError(
                f"The weights {name} are no longer finite at epoch {progress.epoch}, step {progress.step}; "
                "lower the learning rate. The last good checkpoint is kept."
            )


def _manifest(folder: Path, names: Iterable[str]) -> dict[str, dict[str, str | int]]:
    return {name: {"bytes": (folder / name).stat().st_size, "sha256": _sha256(folder / name)} for name in names}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _verified(folder: Path) -> Checkpoint | None:
    base = folder.parent / _name(0, 0)
    try:
        for each in {folder, base}:
            manifest = json.loads((each / "manifest.json").read_bytes())
            if manifest != _manifest(each, manifest):
                return None
        content = json.loads((folder / _PROGRESS).read_bytes())
        # Written by an older version, whose target was decided anew from it.
        content["progress"].pop("last_accuracy", None)
        return Checkpoint(folder, Progress(**content["progress"]), content["environment"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
