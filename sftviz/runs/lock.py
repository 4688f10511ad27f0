"""One writer a run: a kernel lock that ends with its holder, however that ends."""

import fcntl
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from sftviz.errors import RunBusyError
from sftviz.runs.stopping import forget_to_stop

_PATIENCE_S = 0.5
_PAUSE_S = 0.01


class RunLock:
    """Held by whoever is going to finish the run, from the moment it is queued.

    Raises:
        RunBusyError: somebody else holds it.
    """

    def __init__(self, folder: Path) -> None:
        self._file = (folder / "lock").open("ab")
        give_up_at = time.monotonic() + _PATIENCE_S
        while not self._try(fcntl.LOCK_EX):
            # Somebody may just be asking `is_held`, which takes it for an instant.
            if time.monotonic() > give_up_at:
                self._file.close()
                raise RunBusyError(f"The run {folder.name} is being worked on already; stop it there first.")
            time.sleep(_PAUSE_S)
        # Whoever was asked to stop before this holder is gone.
        forget_to_stop(folder)

    def fileno(self) -> int:
        """The open file; a process that it is sent to holds the lock as well, until both have closed it."""
        return self._file.fileno()

    def release(self) -> None:
        """Give it back; doing so twice is harmless."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _try(self, operation: int) -> bool:
        try:
            fcntl.flock(self._file, operation | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def is_held(folder: Path) -> bool:
    """Whether somebody, in this process or another, is going to finish the run."""
    path = folder / "lock"
    if not path.exists():
        return False
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
