"""The process that trains, seen from the dashboard: kept warm, watched, and replaced where it died."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from select import select

from sftviz.jobs.work import mark_failed
from sftviz.runs.lock import RunLock
from sftviz.runs.run import Run

_PAUSE_S = 0.1
_RESUME = "Press Resume to go on from the last checkpoint; nothing saved is lost."


class Worker:
    """Starts at once; for one thread at a time."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._link: socket.socket
        self._process: subprocess.Popen[bytes] | None = None
        # What hinders it now is tried again when there is a run to carry out, and said there.
        with suppress(OSError):
            self._start()

    def carry_out(self, run: Run, lock: RunLock, *, should_leave: Callable[[], bool] = lambda: False) -> None:
        """Have a run trained to its end; if the process dies over it, the run has failed, and that is all.

        Args:
            run: a new one, or one with checkpoints to go on from.
            lock: the run's; the process holds it too, so that it stays held should this one be killed.
            should_leave: asked all the time; true has the position saved and the process end.
        """
        try:
            if self._process is None or self._process.poll() is not None:
                self._start()
        except OSError as error:
            mark_failed(run, f"The process that trains could not be started ({error}). {_RESUME}")
            return
        with suppress(ConnectionError):
            socket.send_fds(self._link, [run.identity.encode()], [lock.fileno()])
            if self._is_answered(should_leave):
                return
        status = self.close()
        # Told to end, it has saved where it stands: the run is interrupted.
        if status and not should_leave() and run.state.status != "finished":
            mark_failed(run, _obituary(status))

    def close(self) -> int:
        """Have it end, and wait for that; its exit status, or minus the number of the signal that killed it."""
        if self._process is None:
            return 0
        self._link.close()
        status = self._process.wait()
        self._process = None
        return status

    def _start(self) -> None:
        self.close()
        self._link, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = subprocess.Popen(  # noqa: S603 - our own module
                    [sys.executable, "-P", "-X", "faulthandler", "-m", "sftviz.jobs.worker", str(self._home)],
                    stdin=theirs.fileno(),
                    # The same modules as here, wherever the dashboard was started and however it was installed.
                    env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
                    # An interrupt in the terminal is answered by the dashboard. Not a new session: on Linux that would
                    # have its share of the processor whatever its niceness.
                    process_group=0,
                )
            except OSError:
                self._link.close()
                raise

    def _is_answered(self, should_leave: Callable[[], bool]) -> bool:
        """Wait for the end of the run, or of the process."""
        while not select([self._link], [], [], _PAUSE_S)[0]:
            if should_leave():
                return False
        return bool(self._link.recv(1))


def _obituary(status: int) -> str:
    if status == -signal.SIGKILL:
        return (
            f"The process that trains was killed by the system, probably because memory ran out. {_RESUME} If that "
            "happens again, start anew with a smaller batch or backbone."
        )
    how = f"exit status {status}" if status > 0 else signal.Signals(-status).name
    return f"The process that trains crashed ({how}); the terminal may have the details. {_RESUME}"
