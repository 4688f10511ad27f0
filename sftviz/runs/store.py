"""All runs of one home folder."""

import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sftviz.config import RunConfig
from sftviz.durable import remove_leftovers, sync_folder, write_durably
from sftviz.errors import RunBusyError, RunError
from sftviz.events import RunQueued
from sftviz.runs.lock import is_held
from sftviz.runs.log import EventWriter
from sftviz.runs.run import Run


class RunStore:
    """Creates, lists and deletes the runs under `home/runs`; what is deleted goes to `home/trash` first."""

    def __init__(self, home: Path) -> None:
        self._folder, self._trash = home / "runs", home / "trash"
        self._runs: dict[Path, Run] = {}
        for folder in (self._folder, self._trash):
            folder.mkdir(parents=True, exist_ok=True)
            remove_leftovers(folder.glob(".*"))

    def create(self, config: RunConfig, data: str) -> Run:
        """Make a run's folder.

        Args:
            config: what is asked.
            data: the task's own JSON text that says which examples it learns from.
        """
        with self.founding(config, data) as folder:
            identity = folder.name.removeprefix(".")
        return self.get(identity)

    @contextmanager
    def founding(self, config: RunConfig, data: str) -> Iterator[Path]:
        """Lend the folder of a new run to be filled; it is a run once the block succeeds, and gone when it fails.

        Its name then loses the dot that it begins with; arguments as of `create`.
        """
        staging = self._folder / f".{_new_identity()}"
        try:
            (staging / "epochs").mkdir(parents=True)
            (staging / "checkpoints").mkdir()
            write_durably(staging / "data.json", data.encode())
            write_durably(staging / "config.json", config.model_dump_json(indent=2).encode())
            with closing(EventWriter(staging / "events.jsonl")) as log:
                log.append(RunQueued())
            yield staging
            staging.rename(self._folder / staging.name.removeprefix("."))
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            raise
        sync_folder(self._folder)

    def get(self, identity: str) -> Run:
        """Look a run up.

        Raises:
            RunError: there is none of that identity, or it cannot be read.
        """
        if identity not in _identities(self._folder):
            raise RunError(f"There is no run {identity!r}; choose one from the table of runs.")
        return self._opened(self._folder / identity)

    def list(self) -> tuple[Run, ...]:
        """All readable runs, newest first."""
        return self._readable(self._folder)

    def trash(self) -> tuple[Run, ...]:
        """All readable runs that were deleted and can be restored, newest first."""
        return self._readable(self._trash)

    def delete(self, identity: str) -> None:
        """Put a run with all that belongs to it into the trash.

        Raises:
            RunBusyError: it is still being worked on.
            RunError: there is none of that identity.
        """
        run = self.get(identity)
        if is_held(run.folder):
            raise RunBusyError(f"The run {run.name!r} is still being worked on; stop it, then delete it.")
        self._move(run.folder, self._trash / identity)

    def restore(self, identity: str) -> Run:
        """Take a run out of the trash.

        Raises:
            RunError: there is none of that identity in it.
        """
        self._move(self._in_trash(identity), self._folder / identity)
        return self.get(identity)

    def erase(self, identity: str) -> None:
        """Remove a run in the trash for good.

        Raises:
            RunError: there is none of that identity in it.
        """
        # Under another name first: half a run must not be restored.
        doomed = self._trash / f".erased-{identity}"
        self._move(self._in_trash(identity), doomed)
        shutil.rmtree(doomed)

    def _in_trash(self, identity: str) -> Path:
        if identity not in _identities(self._trash):
            raise RunError(f"There is no run {identity!r} in the trash; choose one from its list.")
        return self._trash / identity

    def _move(self, folder: Path, target: Path) -> None:
        try:
            folder.rename(target)
        except OSError as error:
            raise RunError(
                f"The run {folder.name!r} could not be moved to {target.parent}: {error.strerror}. Somebody may have "
                "moved it just now; look at the list again."
            ) from error
        sync_folder(folder.parent)
        sync_folder(target.parent)
        self._runs.pop(folder, None)

    def _readable(self, parent: Path) -> tuple[Run, ...]:
        runs = []
        for identity in sorted(_identities(parent), reverse=True):
            # One damaged folder must not hide the others.
            with suppress(RunError):
                runs.append(self._opened(parent / identity))
        return tuple(runs)

    def _opened(self, folder: Path) -> Run:
        if folder not in self._runs:
            self._runs[folder] = Run(folder)
        return self._runs[folder]


def _identities(parent: Path) -> set[str]:
    return {path.name for path in parent.iterdir() if path.is_dir() and not path.name.startswith(".")}


def _new_identity() -> str:
    """Sorts by the time it was made, to the microsecond; the last digit tells apart what two processes make at once."""
    seconds, nanoseconds = divmod(time.time_ns(), 10**9)
    day_and_clock = time.strftime("%Y%m%d-%H%M%S", time.localtime(seconds))
    return f"{day_and_clock}-{nanoseconds // 1000:05x}{secrets.token_hex(1)[0]}"
