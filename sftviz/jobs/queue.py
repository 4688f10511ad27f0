"""A background thread that carries runs out one after the other."""

import atexit
from collections import deque
from functools import cache
from pathlib import Path
from threading import Condition, Thread

from sftviz.events import RunStopped
from sftviz.jobs.work import carry_out
from sftviz.runs.lock import RunLock
from sftviz.runs.log import EventWriter
from sftviz.runs.run import Run


class _Job:
    """A run in the queue, held by its lock until it is over."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.lock = RunLock(run.folder)
        self.should_stop = False


class JobQueue:
    """Takes runs in the order they come. Safe to call from any thread."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._changed = Condition()
        self._waiting: deque[_Job] = deque()
        self._current: _Job | None = None
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

    def stop(self, identity: str) -> None:
        """Stop a run within a step, or take it out of the queue; one that is over stays as it is."""
        with self._changed:
            if self._current and self._current.run.identity == identity:
                self._current.should_stop = True
            for job in [job for job in self._waiting if job.run.identity == identity]:
                self._waiting.remove(job)
                _mark_stopped(job)

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
                self._current = job = self._waiting.popleft()
            with job.lock:
                carry_out(
                    job.run,
                    self._home,
                    should_stop=lambda job=job: job.should_stop,  # type: ignore[misc]
                    should_leave=lambda: self._is_closing,
                )
            with self._changed:
                self._current = None


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
