"""In which order waiting runs are taken up, and how that is changed while they wait."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import Any

import pytest

from sftviz.jobs.queue import PRIORITIES, JobQueue, Place
from sftviz.runs.lock import RunLock, is_held
from sftviz.runs.run import Run
from tests.conftest import HEAD_ONLY


class Work:
    """Stands for the process that trains: notes which runs were taken up, the first one not before it is let go."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.has_begun, self.may_go_on = Event(), Event()

    def carry_out(self, run: Run, _lock: RunLock, **_: Any) -> None:
        self.taken.append(run.identity)
        self.has_begun.set()
        assert self.may_go_on.wait(60)

    def close(self) -> None:
        pass


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    work = Work()
    monkeypatch.setattr("sftviz.jobs.queue.Worker", lambda _: work)
    return work


@pytest.fixture
def queue(home: Path, work: Work) -> Iterator[JobQueue]:
    queue = JobQueue(home)
    yield queue
    work.may_go_on.set()
    queue.close()


@pytest.fixture
def runs(queue: JobQueue, work: Work, new_run: Callable[..., Run]) -> list[Run]:
    """One that is being worked on, and three that wait."""
    runs = [new_run(HEAD_ONLY) for _ in range(4)]
    queue.submit(runs[0])
    assert work.has_begun.wait(60)
    for run in runs[1:]:
        queue.submit(run)
    return runs


def _taken_to_the_end(work: Work, last: Run) -> list[str]:
    """Let everything go on until the last run's lock is given back."""
    work.may_go_on.set()
    pause = Event()
    while is_held(last.folder):
        pause.wait(0.01)
    return work.taken


def _order(queue: JobQueue, runs: list[Run]) -> list[int]:
    """Indices of the runs that wait, in the order of their places."""
    places = {index: queue.place(run) for index, run in enumerate(runs)}
    return sorted((index for index, place in places.items() if place), key=lambda index: places[index].number)


def test_priority_comes_first_then_arrival(queue: JobQueue, work: Work, new_run: Callable[..., Run]) -> None:
    first, *rest = (new_run(HEAD_ONLY) for _ in range(6))
    queue.submit(first, "low")
    assert work.has_begun.wait(60)
    for run, priority in zip(rest, ("low", "normal", "high", "normal", "high"), strict=True):
        queue.submit(run, priority)
    assert _order(queue, rest) == [2, 4, 1, 3, 0]
    assert queue.place(first) is None, "it does not wait, and is not interrupted"
    assert queue.place(rest[0]) == Place(number=5, of=5, priority="low")
    expected = [first.identity, *(rest[index].identity for index in (2, 4, 1, 3, 0))]
    assert _taken_to_the_end(work, rest[0]) == expected


def test_a_waiting_run_moves_first_up_and_down(queue: JobQueue, work: Work, runs: list[Run]) -> None:
    queue.move(runs[3], "first")
    assert _order(queue, runs) == [3, 1, 2]
    queue.move(runs[3], "down")
    queue.move(runs[2], "up")
    assert _order(queue, runs) == [1, 2, 3]
    for run, where in ((runs[1], "up"), (runs[1], "first"), (runs[3], "down"), (runs[0], "first")):
        queue.move(run, where)
    assert _order(queue, runs) == [1, 2, 3], "the ends hold, and what runs already stays"
    queue.move(runs[2], "first")
    expected = [runs[index].identity for index in (0, 2, 1, 3)]
    assert _taken_to_the_end(work, runs[3]) == expected


def test_priority_can_be_changed_while_waiting(queue: JobQueue, runs: list[Run]) -> None:
    queue.set_priority(runs[3], "high")
    queue.set_priority(runs[1], "low")
    assert _order(queue, runs) == [3, 2, 1]
    queue.set_priority(runs[2], "high")
    assert _order(queue, runs) == [3, 2, 1], "behind those that had it before"
    queue.set_priority(runs[3], "high")
    queue.set_priority(runs[0], "low")
    assert _order(queue, runs) == [3, 2, 1], "nothing changed"


def test_moved_past_another_priority_a_run_takes_it_on(queue: JobQueue, runs: list[Run]) -> None:
    queue.set_priority(runs[1], "high")
    queue.move(runs[2], "up")
    assert _order(queue, runs) == [2, 1, 3]
    priorities = {index: place.priority for index in (1, 2, 3) if (place := queue.place(runs[index]))}
    assert priorities == {1: "high", 2: "high", 3: "normal"}
    queue.move(runs[1], "down")
    assert _order(queue, runs) == [2, 3, 1]
    place = queue.place(runs[1])
    assert place is not None
    assert place.priority == "normal"


def test_several_are_taken_out_at_once_and_stand_as_stopped(queue: JobQueue, work: Work, runs: list[Run]) -> None:
    queue.stop(runs[1], runs[3])
    assert [run.status for run in runs[1:]] == ["stopped", "queued", "stopped"]
    assert _order(queue, runs) == [2]
    assert _taken_to_the_end(work, runs[2]) == [runs[0].identity, runs[2].identity]


def test_stop_asked_before_work_begins_is_not_lost(queue: JobQueue, runs: list[Run]) -> None:
    queue.stop(runs[0])
    assert (runs[0].folder / "stop").exists()


def test_closing_leaves_the_waiting_to_be_resumed(queue: JobQueue, work: Work, runs: list[Run]) -> None:
    closing = Thread(target=queue.close)
    closing.start()
    pause = Event()
    while is_held(runs[3].folder):
        pause.wait(0.01)
    work.may_go_on.set()
    closing.join(60)
    assert [run.status for run in runs[1:]] == ["interrupted"] * 3
    assert work.taken == [runs[0].identity]


def test_many_threads_leave_the_queue_whole(
    queue: JobQueue, work: Work, runs: list[Run], new_run: Callable[..., Run]
) -> None:
    more = [new_run(HEAD_ONLY) for _ in range(12)]
    start = Barrier(len(more))

    def stir(index: int) -> None:
        start.wait(60)
        queue.submit(more[index], PRIORITIES[index % 3])
        for turn in range(30):
            queue.move(more[index], ("first", "up", "down")[turn % 3])
            queue.set_priority(more[(index + turn) % len(more)], PRIORITIES[turn % 3])

    threads = [Thread(target=stir, args=(index,)) for index in range(len(more))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    waiting = [*runs[1:], *more]
    order = _order(queue, waiting)
    assert sorted(order) == list(range(len(waiting)))
    ranks = [PRIORITIES.index(place.priority) for index in order if (place := queue.place(waiting[index]))]
    assert ranks == sorted(ranks)
    last = waiting[order[-1]]
    assert _taken_to_the_end(work, last)[1:] == [waiting[index].identity for index in order]
