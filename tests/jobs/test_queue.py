"""The background queue: one at a time, stopped within a step, continued where it stood."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sftviz.config import Recipe, Stage
from sftviz.errors import RunBusyError
from sftviz.events import EpochEnded, RunStopped, StepEnded
from sftviz.jobs.queue import JobQueue
from sftviz.runs.log import read_events
from sftviz.runs.run import Run
from sftviz.training.checkpoints import Checkpoints
from tests.conftest import HEAD_ONLY, SHORT

LONG = Recipe(name="long", stages=(Stage(learns=1, epochs=200, head_lr=1e-4, backbone_lr=1e-4),), batch_size=4)
_TIMEOUT_S = 600  # only so that nothing waits for ever


@pytest.fixture
def queue(home: Path) -> Iterator[JobQueue]:
    queue = JobQueue(home)
    yield queue
    queue.close()


def wait(until: Callable[[], object]) -> None:
    give_up_at = time.monotonic() + _TIMEOUT_S
    pause = threading.Event()
    while not until():
        assert time.monotonic() < give_up_at, "it took too long"
        pause.wait(0.02)


def newest_position(run: Run) -> StepEnded:
    """The last step that a checkpoint contains."""
    newest = Checkpoints(run.folder / "checkpoints").newest()
    assert newest is not None
    done = (newest.progress.epoch, newest.progress.step)
    return [step for step in run.state.steps if (step.epoch - 1, step.step) <= done][-1]


def test_runs_are_carried_out_one_after_the_other(queue: JobQueue, new_run: Callable[..., Run]) -> None:
    first, second = new_run(HEAD_ONLY), new_run(HEAD_ONLY)
    queue.submit(first)
    queue.submit(second)
    assert second.status == "queued"
    with pytest.raises(RunBusyError):
        queue.submit(second)
    wait(lambda: second.status == "finished")
    assert first.status == "finished"
    assert first.state.finished is not None
    assert second.state.started is not None
    assert first.state.finished.at <= second.state.started.at


def test_stop_leaves_a_position_and_continue_goes_on_from_it(queue: JobQueue, new_run: Callable[..., Run]) -> None:
    run = new_run(LONG)
    queue.submit(run)
    wait(lambda: len(run.state.steps) >= 2)
    queue.stop(run)
    wait(lambda: run.status == "stopped")
    steps_before = [(step.epoch, step.step) for step in run.state.steps]
    queue.submit(run)
    wait(lambda: len(run.state.steps) > len(steps_before))
    queue.stop(run)
    wait(lambda: run.status == "stopped")
    steps = [(step.epoch, step.step) for step in run.state.steps]
    assert steps[: len(steps_before)] == steps_before
    assert steps == sorted(set(steps)), "each step stands in the history exactly once"
    assert run.state.resumed is not None
    assert (run.state.resumed.epoch, run.state.resumed.step) != (0, 0)


def test_stop_takes_effect_within_a_step(queue: JobQueue, new_run: Callable[..., Run]) -> None:
    run = new_run(LONG)
    queue.submit(run)
    wait(lambda: run.state.steps)
    queue.stop(run)
    asked_at = time.time()
    wait(lambda: run.status == "stopped")
    events, _ = read_events(run.folder / "events.jsonl")
    assert isinstance(events[-1], RunStopped)
    assert len([event for event in events if isinstance(event, StepEnded) and event.at > asked_at]) <= 1


def test_a_waiting_run_can_be_taken_out(queue: JobQueue, new_run: Callable[..., Run]) -> None:
    first, second = new_run(LONG), new_run(SHORT)
    queue.submit(first)
    queue.submit(second)
    queue.stop(second)
    assert second.status == "stopped"
    assert second.state.started is None
    queue.stop(first)
    wait(lambda: first.status == "stopped")


def test_closing_saves_where_the_run_stands_and_calls_it_interrupted(home: Path, new_run: Callable[..., Run]) -> None:
    queue, run, waiting = JobQueue(home), new_run(LONG), new_run(SHORT)
    queue.submit(run)
    queue.submit(waiting)
    wait(lambda: len(run.state.steps) >= 2)
    queue.close()
    assert run.status == "interrupted"
    assert waiting.status == "interrupted"
    assert newest_position(run) == run.state.steps[-1]


def test_a_picture_that_changed_fails_the_run_with_a_sentence(
    queue: JobQueue, new_run: Callable[..., Run], tmp_path: Path
) -> None:
    import dataclasses
    import shutil

    from sftviz.data.listing import Listing

    run = new_run(SHORT)
    listing = Listing.from_json((run.folder / "data.json").read_text())
    copy = tmp_path / "copy"
    shutil.copytree(listing.root, copy)
    victim = copy / listing.pictures[0].path
    victim.write_bytes(b"no picture")
    (run.folder / "data.json").write_text(dataclasses.replace(listing, root=copy).to_json())
    queue.submit(run)
    wait(lambda: run.status == "failed")
    assert victim.name in run.state.message
    assert not any(isinstance(event, EpochEnded) for event in read_events(run.folder / "events.jsonl")[0])


def test_a_run_that_cannot_be_logged_does_not_keep_the_others_waiting(
    queue: JobQueue, new_run: Callable[..., Run]
) -> None:
    broken, sound = new_run(HEAD_ONLY), new_run(HEAD_ONLY)
    (broken.folder / "events.jsonl").unlink()
    (broken.folder / "events.jsonl").mkdir()
    queue.submit(broken)
    queue.submit(sound)
    wait(lambda: sound.status == "finished")


def test_stop_reaches_a_run_that_another_process_works_on(
    queue: JobQueue, new_run: Callable[..., Run], home: Path
) -> None:
    from tests.jobs.test_kill import _worker

    run = new_run(LONG)
    with _worker(home, run) as process:
        wait(lambda: run.state.steps)
        queue.stop(run)
        process.communicate()
    assert run.status == "stopped"
