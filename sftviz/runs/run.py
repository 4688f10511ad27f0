"""One run's folder, for reading.

`config.json` what was asked · `data.json` which examples · `examples.json` their names and labels · `events.jsonl` what
happened · `labels.json` what a person wrote on it · `epochs/<n>.npz` predictions, and maps of watched examples ·
`checkpoints/` weights · `test/<n>.npz` what was said of the test set once it was opened · `embeddings/` of training
examples · `depth/` of blocks · `maps/` attribution maps · `calibration.json` fitted temperatures · `error.txt` a
traceback.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Literal
from zipfile import BadZipFile, ZipFile

import numpy as np

from sftviz.config import Recipe, RunConfig, Target
from sftviz.errors import CheckpointError, RunError
from sftviz.results import Embedded, IntArray, Predictions, Source, WatchedMaps
from sftviz.runs.labels import Labels, read_labels
from sftviz.runs.lock import is_held
from sftviz.runs.log import read_events
from sftviz.runs.replay import RunState
from sftviz.runs.said import kept_predictions, read_predictions, with_embeddings

NOT_KEPT = "The weights of epoch {epoch} are not kept; choose epoch 0, the best or the last."

RunStatus = Literal["queued", "running", "finished", "stopped", "failed", "interrupted"]


class Run:
    """Reads what is on disk; safe to share between threads.

    Raises:
        RunError: the folder holds no readable configuration.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.identity = folder.name
        try:
            self.config = RunConfig.model_validate_json((folder / "config.json").read_bytes())
        except (OSError, ValueError) as error:
            raise RunError(f"The run {folder.name!r} has no readable config.json; delete its folder.") from error
        self._state = RunState()
        self._offset = 0
        self._reading = Lock()

    @property
    def labels(self) -> Labels:
        """What a person wrote on it, as it is now."""
        return read_labels(self.folder)

    @property
    def name(self) -> str:
        """What it is called: as a person renamed it, else as it was asked."""
        return self.labels.name or self.config.name

    @property
    def target(self) -> Target | None:
        """What is good enough: as a person stated it since, else as it was asked."""
        return self.labels.target or self.config.recipe.target

    @property
    def state(self) -> RunState:
        """The fold over the log as it is now; only what was added since the last call is read.

        Raises:
            RunError: the log is damaged.
        """
        with self._reading:
            events, self._offset = read_events(self.folder / "events.jsonl", self._offset)
            for event in events:
                self._state.apply(event)
            return self._state

    @property
    def recipe(self) -> Recipe:
        """What it trains by: the configuration's recipe, with the epochs that were added since."""
        recipe = self.config.recipe
        for extension in self.state.extensions:
            target = None if extension.ended_by == "target" else recipe.target_value
            stages = (*recipe.cut(extension.epoch).stages, extension.stage)
            recipe = recipe.model_copy(update={"stages": stages, "target_value": target})
        return recipe

    @property
    def status(self) -> RunStatus:
        """What the log and the lock say together: who holds the lock is going to finish the run."""
        # Asked in this order: a run that ends between the two questions must not look interrupted.
        held = is_held(self.folder)
        status = self.state.status
        if held:
            return "queued" if status in ("stopped", "failed") else status
        return "interrupted" if status in ("queued", "running") else status

    @property
    def is_active(self) -> bool:
        """Whether somebody is going to finish it."""
        return self.status in ("queued", "running")

    def predictions(self, epoch: int) -> Predictions:
        """What the network said of the validation examples at the end of an epoch.

        While the file stays as it is, this is the same object at every call, so that what is computed from it can be
        kept.

        Raises:
            RunError: that epoch has not been evaluated, or its file is damaged.
        """
        path = self._epoch_file(epoch)
        with self._missing(epoch):
            state = path.stat()
            return kept_predictions(path, state.st_mtime_ns, state.st_size)

    def predictions_of(self, epochs: Iterable[int]) -> "EpochsSaid":
        """What the network said at the end of each of these epochs, for analyses that go through all of them.

        Raises:
            RunError: one of them has not been evaluated; while they are read, also that its file is damaged.
        """
        numbers = tuple(epochs)
        states = []
        for epoch in numbers:
            with self._missing(epoch):
                states.append(self._epoch_file(epoch).stat())
        changed = tuple((state.st_mtime_ns, state.st_size) for state in states)
        return EpochsSaid(self, numbers, self.folder, changed)

    def fingerprint(self, epoch: int, array: str = "probabilities_NK") -> int:
        """A checksum of what the network said at the end of an epoch: another where that is another.

        Args:
            epoch: a finished one.
            array: of its file; "embeddings_ND" for the embeddings.

        Raises:
            RunError: that epoch has not been evaluated, or its file is damaged.
        """
        with self._missing(epoch), ZipFile(self._epoch_file(epoch)) as file:
            return file.getinfo(f"{array}.npy").CRC

    def read_predictions(self, epoch: int) -> Predictions:
        """The same as `predictions`, read anew and kept by nobody.

        Raises:
            RunError: that epoch has not been evaluated, or its file is damaged.
        """
        with self._missing(epoch):
            return read_predictions(self._epoch_file(epoch))

    def embedded(self, epoch: int) -> Embedded:
        """The same with the embeddings, which take more time and memory than all the rest.

        Raises:
            RunError: that epoch has not been evaluated, or its file is damaged.
        """
        said = self.predictions(epoch)
        with self._missing(epoch), self._epoch_file(epoch).open("rb") as file, np.load(file) as arrays:
            return with_embeddings(said, arrays["embeddings_ND"])

    def watched(self, epoch: int) -> WatchedMaps | None:
        """Where the network saw the true class of a few validation examples; None where that was not kept.

        Raises:
            RunError: that epoch has not been evaluated, or its file is damaged.
        """
        with self._missing(epoch), self._epoch_file(epoch).open("rb") as file, np.load(file) as arrays:
            if "maps_Phw" not in arrays:
                return None
            return WatchedMaps(Source(self.identity, epoch), arrays["watched_P"], arrays["maps_Phw"])

    def out_of_fold(self) -> Predictions:
        """What heads that never saw them say of the training examples at epoch 0; always the same object.

        Raises:
            RunError: epoch 0 has not been evaluated, or its file is damaged.
        """
        path = self._epoch_file(0)
        with self._missing(0):
            state = path.stat()
            return kept_predictions(path, state.st_mtime_ns, state.st_size, side="train", name="train_out_of_fold_NK")

    def embedded_training(self) -> Embedded | None:
        """The same with the embeddings; None where the run is from before they were kept.

        Raises:
            RunError: epoch 0 has not been evaluated, or its file is damaged.
        """
        said = self.out_of_fold()
        with self._missing(0), self._epoch_file(0).open("rb") as file, np.load(file) as arrays:
            name = "train_embeddings_ND"
            return with_embeddings(said, arrays[name]) if name in arrays else None

    def test_file(self, epoch: int) -> Path:
        """Where it is kept what the network of an epoch said of the test examples: there once it was asked."""
        return self.folder / "test" / f"{epoch:04d}.npz"

    def test_predictions(self, epoch: int) -> Predictions:
        """What it said of them; always the same object.

        Raises:
            RunError: the test set was not opened for that epoch, or the file is damaged.
        """
        path = self.test_file(epoch)
        with self._missing(epoch):
            state = path.stat()
            return kept_predictions(path, state.st_mtime_ns, state.st_size, side="test")

    def training_counts(self) -> IntArray:
        """How many training examples each class has.

        Raises:
            RunError: the run has not begun, or its list of examples is damaged.
        """
        with self._unlisted():
            examples = json.loads((self.folder / "examples.json").read_bytes())
            return np.bincount(examples["train"]["labels"], minlength=len(examples["classes"])).astype(np.int64)

    def checkpoint_epochs(self) -> tuple[int, ...]:
        """Epochs whose weights are kept: 0, the best and the last finished one, in order."""
        folders = (self.folder / "checkpoints").glob("epoch-????")
        return tuple(sorted(int(folder.name[-4:]) for folder in folders if (folder / "manifest.json").exists()))

    def weights_sha256(self, epoch: int) -> str:
        """A hash that tells an epoch's weights from others, from the manifests alone, without reading them.

        Raises:
            CheckpointError: the epoch is not kept.
        """
        folder = self.folder / "checkpoints"
        try:
            hashes = [
                json.loads((folder / f"epoch-{each:04d}" / "manifest.json").read_bytes())["model.safetensors"]["sha256"]
                for each in sorted({0, epoch})
            ]
        except (OSError, ValueError, KeyError) as error:
            raise CheckpointError(NOT_KEPT.format(epoch=epoch)) from error
        return hashlib.sha256("".join(hashes).encode()).hexdigest()

    def _epoch_file(self, epoch: int) -> Path:
        return self.folder / "epochs" / f"{epoch:04d}.npz"

    @contextmanager
    def _unlisted(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunError(f"The run {self.identity} has no readable list of its examples; start it anew.") from error

    @contextmanager
    def _missing(self, epoch: int) -> Iterator[None]:
        try:
            yield
        # A file that is no archive, and an archive that is cut short, raise their own kinds.
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            raise RunError(
                f"The run {self.identity} has no predictions of epoch {epoch}; choose another epoch."
            ) from error


@dataclass(frozen=True)
class EpochsSaid:
    """Predictions of several epochs of a run; two of them are equal as long as the files stay as they are.

    They are read one at a time and not kept: a long run has more of them than fit into memory.
    """

    run: Run = field(compare=False, repr=False)
    epochs: tuple[int, ...]
    folder: Path
    changed: tuple[tuple[int, int], ...]

    def __iter__(self) -> Iterator[Predictions]:
        return map(self.run.read_predictions, self.epochs)
