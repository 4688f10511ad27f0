"""Jobs in fresh processes, in turn, round after round, and the medians of what they report."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[1]

SCRATCH = "{scratch}"  # stands in a command for an empty folder of that process alone

Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Job:
    """A process to be measured.

    Attributes:
        name: what the table calls it.
        command: the last line that it prints is a JSON object.
        needs: packages that it cannot run without.
    """

    name: str
    command: Sequence[str]
    needs: tuple[str, ...] = ()


class JobFailedError(Exception):
    """A process that did not end as it should; the message says how."""


@dataclass(frozen=True)
class Measured:
    """The answers of one job, a round each, or the problem that kept it from answering."""

    name: str
    answers: tuple[Answer, ...] = ()
    problem: str = ""

    def knows(self, key: str) -> bool:
        """Whether it answered, and every answer holds that number."""
        return bool(self.answers) and all(key in answer for answer in self.answers)

    def values(self, key: str) -> list[float]:
        """One number a round."""
        return [float(answer[key]) for answer in self.answers]

    def median(self, key: str) -> float:
        """The middle one of them."""
        return median(self.values(key))

    def mapped(self, change: Callable[[Answer], Answer]) -> "Measured":
        """The same with every answer changed."""
        return replace(self, answers=tuple(change(answer) for answer in self.answers))


def run_process(job: Job) -> Answer:
    """Run a job to its end; its answer, with the wall time of the whole process as `wall_s`.

    Raises:
        JobFailedError: it failed, or printed no answer.
    """
    with tempfile.TemporaryDirectory() as scratch:
        command = [part.replace(SCRATCH, scratch) for part in job.command]
        started_at = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
        wall_s = time.perf_counter() - started_at
    if done.returncode != 0:
        raise JobFailedError((done.stderr.strip() or f"exit status {done.returncode}").splitlines()[-1])
    try:
        answer: Answer = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError) as error:
        raise JobFailedError("it printed no answer") from error
    return {**answer, "wall_s": wall_s}


def interleave(jobs: Sequence[Job], rounds: int, run: Callable[[Job], Answer] = run_process) -> list[Measured]:
    """Run the jobs A B C A B C …, so that a busy minute of the machine falls on all of them alike.

    One that fails is not run again; one that lacks a package is not run at all.
    """
    books = [_Book(job, _lacking(job)) for job in jobs]
    for number in range(rounds):
        for book in books:
            if not book.problem:
                print(f"round {number + 1} of {rounds}: {book.job.name}", file=sys.stderr, flush=True)
                book.add(run)
    return [Measured(book.job.name, tuple(book.answers), book.problem) for book in books]


@dataclass
class _Book:
    job: Job
    problem: str
    answers: list[Answer] = field(default_factory=list)

    def add(self, run: Callable[[Job], Answer]) -> None:
        try:
            self.answers.append(run(self.job))
        except JobFailedError as error:
            self.problem = f"failed: {error}"


def _lacking(job: Job) -> str:
    lacking = [name for name in job.needs if find_spec(name) is None]
    return f"not installed: {', '.join(lacking)} (`pip install -e .[bench]`)" if lacking else ""
