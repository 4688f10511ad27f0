"""A background thread that has runs carried out one after the other, the most urgent first."""

import atexit
import logging
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Condition, Thread
from typing import Literal

from sftviz.jobs.supervisor import Worker
from sftviz.jobs.work import mark_stopped
from sftviz.runs.lock import RunLock, is_held
from sftviz.runs.run import Run
from sftviz.runs.stopping import ask_to_stop

Priority = Literal["high", "normal", "low"]
Move = Literal["first", "up", "down"]

PRIORITIES: tuple[Priority, ...] = ("high", "normal", "low")

_LOG = logging.getLogger(__name__)


@dataclass
class _Job:
    """A run in the queue, held by its lock until it is over."""

    run: Run
    lock: RunLock
    priority: Priority


@dataclass(frozen=True)
class Place:
    """Where a run waits: `number` counts from 1, the next to be taken up, to `of`."""

    number: int
    of: int
    priority: Priority


class JobQueue:
    """Takes runs by priority, then as they come; a run that was begun is not interrupted. Safe to call from any thread.

    Order and priorities last as long as the process: what was waiting when it ended is *interrupted*, like the rest.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._changed = Condition()
        # Always in order of priority; within one, in the order of the queue.
        self._waiting: list[_Job] = []
        self._is_closing = False
        self._thread: Thread | None = None

    def submit(self, run: Run, priority: Priority = "normal") -> None:
        """Queue a run, new or to be continued.

        Raises:
            RunBusyError: it is queued or running already, here or in another process.
        """
        job = _Job(run, RunLock(run.folder), priority)
        with self._changed:
            self._insert(job)
            self._changed.notify_all()
        self.warm_up()

    def warm_up(self) -> None:
        """Have the process that trains be there when a run comes; doing so twice is harmless."""
        with self._changed:
            if self._thread is None:
                self._thread = Thread(target=self._serve, name="sftviz-jobs", daemon=True)
                self._thread.start()

    def place(self, run: Run) -> Place | None:
        """Where a run waits; None if it does not wait here."""
        with self._changed:
            index = self._index(run)
            return None if index is None else Place(index + 1, len(self._waiting), self._waiting[index].priority)

    def move(self, run: Run, where: Move) -> None:
        """Move a waiting run; past one of another priority it takes on that one's. One that waits no more stays."""
        with self._changed:
            index = self._index(run)
            if index is None:
                return
            target = {"first": 0, "up": max(0, index - 1), "down": min(len(self._waiting) - 1, index + 1)}[where]
            self._waiting[index].priority = self._waiting[target].priority
            self._waiting.insert(target, self._waiting.pop(index))

    def set_priority(self, run: Run, priority: Priority) -> None:
        """Put a waiting run behind the others of a priority. One that waits no more, or has it already, stays."""
        with self._changed:
            index = self._index(run)
            if index is not None and self._waiting[index].priority != priority:
                job = self._waiting.pop(index)
                job.priority = priority
                self._insert(job)

    def stop(self, *runs: Run) -> None:
        """Take runs out of the queue, or have whoever works on them stop within a step, also in another process."""
        identities = {run.identity for run in runs}
        with self._changed:
            leaving = [job for job in self._waiting if job.run.identity in identities]
            self._waiting = [job for job in self._waiting if job.run.identity not in identities]
            for job in leaving:
                with job.lock:
                    mark_stopped(job.run)
        for run in runs:
            if is_held(run.folder):
                ask_to_stop(run.folder)

    def close(self) -> None:
        """Save where the current run stands and end the thread; the runs then count as interrupted."""
        with self._changed:
            self._is_closing = True
            waiting, self._waiting = self._waiting, []
            self._changed.notify_all()
        for job in waiting:
            job.lock.release()
        if self._thread is not None:
            self._thread.join()

    def _index(self, run: Run) -> int | None:
        identities = [job.run.identity for job in self._waiting]
        return identities.index(run.identity) if run.identity in identities else None

    def _insert(self, job: _Job) -> None:
        rank = PRIORITIES.index(job.priority)
        self._waiting.insert(sum(PRIORITIES.index(each.priority) <= rank for each in self._waiting), job)

    def _serve(self) -> None:
        with closing(Worker(self._home)) as worker:
            while job := self._next():
                try:
                    with job.lock:
                        worker.carry_out(job.run, job.lock, should_leave=lambda: self._is_closing)
                except Exception:
                    # One run that cannot even be logged must not keep the others waiting.
                    _LOG.exception("The run %s could not be carried out", job.run.identity)

    def _next(self) -> _Job | None:
        """Wait for a run; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_closing)
            return None if self._is_closing else self._waiting.pop(0)


@cache
def job_queue(home: Path) -> JobQueue:
    """The one queue of this process for a home folder; closed when the process ends."""
    queue = JobQueue(home)
    atexit.register(queue.close)
    return queue
