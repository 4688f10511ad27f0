"""All runs of one home folder."""

import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path

from sftviz.config import RunConfig
from sftviz.durable import remove_leftovers, sync_folder, write_durably
from sftviz.errors import RunBusyError, RunError
from sftviz.events import RunQueued
from sftviz.runs.lock import is_held
from sftviz.runs.log import EventWriter
from sftviz.runs.run import Run


class RunStore:
    """Creates, lists and deletes the runs under `home/runs`."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "runs"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._runs: dict[str, Run] = {}
        remove_leftovers(self._folder.glob(".*"))

    def create(self, config: RunConfig, data: str) -> Run:
        """Make a run's folder.

        Args:
            config: what is asked.
            data: the task's own JSON text that says which examples it learns from.
        """
        identity = _new_identity()
        staging = self._folder / f".{identity}"
        (staging / "epochs").mkdir(parents=True)
        (staging / "checkpoints").mkdir()
        write_durably(staging / "data.json", data.encode())
        write_durably(staging / "config.json", config.model_dump_json(indent=2).encode())
        log = EventWriter(staging / "events.jsonl")
        log.append(RunQueued())
        log.close()
        staging.rename(self._folder / identity)
        sync_folder(self._folder)
        return self.get(identity)

    def get(self, identity: str) -> Run:
        """Look a run up.

        Raises:
            RunError: there is none of that identity, or it cannot be read.
        """
        if identity not in self._identities():
            raise RunError(f"There is no run {identity!r}; choose one from the table of runs.")
        return self._opened(identity)

    def list(self) -> tuple[Run, ...]:
        """All readable runs, newest first."""
        runs = []
        for identity in sorted(self._identities(), reverse=True):
            # One damaged folder must not hide the others.
            with suppress(RunError):
                runs.append(self._opened(identity))
        return tuple(runs)

    def delete(self, identity: str) -> None:
        """Remove a run and all that belongs to it.

        Raises:
            RunBusyError: it is still being worked on.
            RunError: there is none of that identity.
        """
        run = self.get(identity)
        if is_held(run.folder):
            raise RunBusyError(f"The run {run.config.name!r} is still being worked on; stop it, then delete it.")
        trash = self._folder / f".deleted-{identity}"
        run.folder.rename(trash)
        self._runs.pop(identity, None)
        shutil.rmtree(trash)

    def _opened(self, identity: str) -> Run:
        if identity not in self._runs:
            self._runs[identity] = Run(self._folder / identity)
        return self._runs[identity]

    def _identities(self) -> set[str]:
        return {path.name for path in self._folder.iterdir() if path.is_dir() and not path.name.startswith(".")}


def _new_identity() -> str:
    """Sorts by the time it was made, to the microsecond; the last digit tells apart what two processes make at once."""
    seconds, nanoseconds = divmod(time.time_ns(), 10**9)
    day_and_clock = time.strftime("%Y%m%d-%H%M%S", time.localtime(seconds))
    return f"{day_and_clock}-{nanoseconds // 1000:05x}{secrets.token_hex(1)[0]}"
