"""One run's folder, for reading.

`config.json` what was asked · `data.json` which examples · `examples.json` their names and labels · `events.jsonl` what
happened · `epochs/<n>.npz` predictions · `checkpoints/` weights · `maps/` attribution maps · `error.txt` a traceback.
"""

import json
from pathlib import Path
from threading import Lock
from typing import Literal

import numpy as np

from sftviz.config import Recipe, RunConfig
from sftviz.errors import RunError
from sftviz.results import Predictions, Source
from sftviz.runs.lock import is_held
from sftviz.runs.log import read_events
from sftviz.runs.replay import RunState

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
            target = None if extension.ended_by == "target" else recipe.target_accuracy
            stages = (*recipe.cut(extension.epoch).stages, extension.stage)
            recipe = recipe.model_copy(update={"stages": stages, "target_accuracy": target})
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

        Raises:
            RunError: that epoch has not been evaluated, or its file is damaged.
        """
        try:
            examples = json.loads((self.folder / "examples.json").read_bytes())
            with np.load(self.folder / "epochs" / f"{epoch:04d}.npz") as arrays:
                probabilities, embeddings = arrays["probabilities_NK"], arrays["embeddings_ND"]
        except (OSError, ValueError, KeyError) as error:
            raise RunError(
                f"The run {self.identity} has no predictions of epoch {epoch}; choose another epoch."
            ) from error
        return Predictions(
            source=Source(self.identity, epoch),
            classes=tuple(examples["classes"]),
            examples=tuple(examples["validation"]["names"]),
            labels_N=np.asarray(examples["validation"]["labels"], dtype=np.int64),
            probabilities_NK=probabilities.astype(np.float32),
            embeddings_ND=embeddings.astype(np.float32),
        )

    def checkpoint_epochs(self) -> tuple[int, ...]:
        """Epochs whose weights are kept: 0, the best and the last finished one, in order."""
        folders = (self.folder / "checkpoints").glob("epoch-????")
        return tuple(sorted(int(folder.name[-4:]) for folder in folders if (folder / "manifest.json").exists()))
