"""The process that trains, ended in every way: nothing is lost, and the queue goes on."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sftviz.jobs.queue import JobQueue
from sftviz.jobs.supervisor import Worker
from sftviz.runs.lock import RunLock, is_held
from sftviz.runs.run import Run
from tests.conftest import ROOT, SHORT
from tests.jobs.test_kill import outcome
from tests.jobs.test_queue import LONG, newest_position, wait

# As a dashboard: it imports sftviz from a folder that no other process knows of, and lies in wait.
_DASHBOARD = """
import signal, sys
from pathlib import Path
# Started by a shell in the background, it would inherit that interrupts are ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, sys.argv[1])
from sftviz.jobs.queue import job_queue
from sftviz.runs.run import Run
home = Path(sys.argv[2])
job_queue(home).submit(Run(home / "runs" / sys.argv[3]))
try:
    signal.pause()
except KeyboardInterrupt:
    pass
"""


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> list[Worker]:
    """Those that the queue of a test has begun."""
    begun: list[Worker] = []

    class Noted(Worker):
        def __init__(self, home: Path) -> None:
            super().__init__(home)
            begun.append(self)

    monkeypatch.setattr("sftviz.jobs.queue.Worker", Noted)
    return begun


@pytest.fixture
def queue(home: Path, workers: list[Worker]) -> Iterator[JobQueue]:  # noqa: ARG001 - before the queue's own
    queue = JobQueue(home)
    yield queue
    queue.close()


def _kill(workers: list[Worker], number: signal.Signals) -> None:
    (worker,) = workers
    assert worker._process is not None
    os.kill(worker._process.pid, number)


def test_a_killed_process_fails_its_run_alone_and_the_run_goes_on_to_the_same_end(
    queue: JobQueue, workers: list[Worker], new_run: Callable[..., Run]
) -> None:
    whole, killed, after = new_run(SHORT), new_run(SHORT), new_run(LONG)
    for run in (whole, killed, after):
        queue.submit(run)
    wait(lambda: killed.state.steps)
    _kill(workers, signal.SIGKILL)
    wait(lambda: after.state.steps)
    assert killed.status == "failed"
    assert "memory ran out. Press Resume" in killed.state.message
    queue.submit(killed)
    queue.stop(after)
    wait(lambda: killed.status == "finished")
    steps = [(step.epoch, step.step) for step in killed.state.steps]
    assert steps == [(epoch, step) for epoch in (1, 2) for step in (1, 2, 3)]
    assert outcome(killed) == outcome(whole)


def test_one_that_died_idle_is_replaced_and_a_crash_has_a_name(
    queue: JobQueue, workers: list[Worker], new_run: Callable[..., Run]
) -> None:
    queue.warm_up()
    wait(lambda: workers)
    idle = workers[0]._process
    assert idle is not None
    _kill(workers, signal.SIGKILL)
    wait(lambda: idle.poll() is not None)
    run = new_run(LONG)
    queue.submit(run)
    wait(lambda: run.state.steps)
    _kill(workers, signal.SIGSEGV)
    wait(lambda: run.status == "failed")
    assert "SIGSEGV" in run.state.message


def test_one_that_is_told_to_end_saves_and_the_next_run_is_carried_out(
    queue: JobQueue, workers: list[Worker], new_run: Callable[..., Run]
) -> None:
    told, after = new_run(LONG), new_run(LONG)
    queue.submit(told)
    queue.submit(after)
    wait(lambda: len(told.state.steps) >= 2)
    _kill(workers, signal.SIGTERM)
    wait(lambda: after.state.steps)
    assert told.status == "interrupted"
    assert newest_position(told) == told.state.steps[-1]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_whatever_ends_the_dashboard_the_position_is_saved_while_the_run_is_held(
    number: signal.Signals, home: Path, new_run: Callable[..., Run], tmp_path: Path
) -> None:
    run = new_run(LONG)
    command = [sys.executable, "-c", _DASHBOARD, str(ROOT), str(home), run.identity]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    # In a group of its own, all of which an interrupt reaches, as in a terminal.
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True, process_group=0
    ) as dashboard:
        wait(lambda: len(run.state.steps) >= 2)
        os.killpg(dashboard.pid, number)
        wait(lambda: not is_held(run.folder))
        assert newest_position(run) == run.state.steps[-1]
        # The pipe ends when nobody holds it any more: the process that trained is gone as well.
        _, errors = dashboard.communicate()
    assert run.status == "interrupted"
    assert "Traceback" not in errors


def test_a_process_that_cannot_be_started_is_a_sentence(
    home: Path, new_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "no python"))
    run = new_run(SHORT)
    with RunLock(run.folder) as lock:
        Worker(home).carry_out(run, lock)
    assert run.status == "failed"
    assert "could not be started" in run.state.message
