"""A background thread that carries runs out one after the other."""

import atexit
import logging
from collections import deque
from functools import cache
from pathlib import Path
from threading import Condition, Thread

from sftviz.events import RunStopped
from sftviz.jobs.work import carry_out
from sftviz.runs.lock import RunLock, is_held
from sftviz.runs.log import EventWriter
from sftviz.runs.run import Run
from sftviz.runs.stopping import ask_to_stop

_LOG = logging.getLogger(__name__)


class _Job:
    """A run in the queue, held by its lock until it is over."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.lock = RunLock(run.folder)


class JobQueue:
    """Takes runs in the order they come. Safe to call from any thread."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._changed = Condition()
        self._waiting: deque[_Job] = deque()
        self._is_closing = False
        self._thread: Thread | None = None

    def submit(self, run: Run) -> None:
        """Queue a run, new or to be continued.

        Raises:
            RunBusyError: it is queued or running already, here or in another process.
        """
        job = _Job(run)
        with self._changed:
            self._waiting.append(job)
            if self._thread is None:
                self._thread = Thread(target=self._serve, name="sftviz-jobs", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def stop(self, run: Run) -> None:
        """Take a run out of the queue, or have whoever works on it stop within a step, also in another process."""
        with self._changed:
            for job in [job for job in self._waiting if job.run.identity == run.identity]:
                self._waiting.remove(job)
                _mark_stopped(job)
                return
        if is_held(run.folder):
            ask_to_stop(run.folder)

    def close(self) -> None:
        """Save where the current run stands and end the thread; the runs then count as interrupted."""
        with self._changed:
            self._is_closing = True
            waiting, self._waiting = self._waiting, deque()
            self._changed.notify_all()
        for job in waiting:
            job.lock.release()
        if self._thread is not None:
            self._thread.join()

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._is_closing)
                if self._is_closing:
                    return
                job = self._waiting.popleft()
            try:
                with job.lock:
                    carry_out(job.run, self._home, should_leave=lambda: self._is_closing)
            except Exception:
                # One run that cannot even be logged must not keep the others waiting.
                _LOG.exception("The run %s could not be carried out", job.run.identity)


def _mark_stopped(job: _Job) -> None:
    log = EventWriter(job.run.folder / "events.jsonl")
    log.append(RunStopped())
    log.close()
    job.lock.release()


@cache
def job_queue(home: Path) -> JobQueue:
    """The one queue of this process for a home folder; closed when the process ends."""
    queue = JobQueue(home)
    atexit.register(queue.close)
    return queue
