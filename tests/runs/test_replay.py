"""A run's state as a fold over its events."""

from sftviz.config import Stage
from sftviz.events import (
    EpochEnded,
    Event,
    ExamplesSkipped,
    PhaseProgressed,
    RunExtended,
    RunFailed,
    RunFinished,
    RunQueued,
    RunResumed,
    RunStarted,
    RunStopped,
    StepEnded,
)
from sftviz.runs.forecast import seconds_left, share_done, steps_left
from sftviz.runs.replay import RunState


def _step(epoch: int, step: int, at: float = 0.0) -> StepEnded:
    return StepEnded(epoch=epoch, step=step, num_steps=4, loss=1.0, learning_rate=1e-3, examples_per_s=8.0, at=at)


def _epoch(epoch: int, *, accuracy: float = 0.5, is_best: bool = False) -> EpochEnded:
    measures = {"accuracy": accuracy, "loss": 1.0}
    return EpochEnded(epoch=epoch, train=measures, validation=measures, is_best=is_best, elapsed_s=1.0)


def _state(*events: Event) -> RunState:
    state = RunState()
    for event in events:
        state.apply(event)
    return state


def test_status_follows_the_last_word() -> None:
    started = RunStarted(classes=("a", "b"), num_train=8, num_validation=2, num_epochs=2, environment={})
    assert _state(RunQueued()).status == "queued"
    assert _state(RunQueued(), started).status == "running"
    assert _state(started, RunStopped()).status == "stopped"
    assert _state(started, RunFailed(message="why")).message == "why"
    resumed = _state(started, RunFailed(message="why"), RunResumed(epoch=0, step=0))
    assert (resumed.status, resumed.message) == ("running", "")
    assert _state(started, RunFinished(reason="completed", seconds={})).status == "finished"


def test_a_resumed_run_forgets_what_lies_beyond_its_position() -> None:
    lost = [_epoch(0), *(_step(1, each) for each in (1, 2, 3, 4)), _epoch(1), _step(2, 1), _step(2, 2), _step(2, 3)]
    state = _state(*lost, RunResumed(epoch=1, step=1))
    assert [(step.epoch, step.step) for step in state.steps] == [(1, 1), (1, 2), (1, 3), (1, 4), (2, 1)]
    assert [epoch.epoch for epoch in state.epochs] == [0, 1]
    state = _state(*lost, RunResumed(epoch=0, step=0))
    assert state.steps == []
    assert [epoch.epoch for epoch in state.epochs] == [0]


def test_the_best_epoch_is_the_last_that_said_so_and_before_that_epoch_zero() -> None:
    assert _state().best is None
    zero = _epoch(0, accuracy=0.9)
    assert _state(zero).best == zero
    better = _epoch(2, accuracy=0.8, is_best=True)
    assert _state(zero, _epoch(1, is_best=True), better, _epoch(3)).best == better


def test_a_phase_is_over_when_it_is_done() -> None:
    half = PhaseProgressed(phase="features", done=1, total=2, unit="examples")
    assert _state(half).phase == half
    assert _state(half, PhaseProgressed(phase="features", done=2, total=2, unit="examples")).phase is None


def test_forecast_counts_the_steps_that_are_left() -> None:
    state = _state(_step(1, 3, at=10.0), _step(1, 4, at=12.0), _step(2, 1, at=14.0), _step(2, 2, at=16.0))
    assert steps_left(state, num_epochs=3) == 6
    assert seconds_left(state, num_epochs=3) == 12.0
    assert share_done(state, num_epochs=3) == 0.5
    assert seconds_left(_state(_step(1, 1)), num_epochs=3) is None
    assert share_done(_state(), num_epochs=3) == 0.0


def test_a_run_that_starts_over_forgets_its_first_attempt() -> None:
    started = RunStarted(classes=("a", "b"), num_train=8, num_validation=2, num_epochs=2, environment={})
    state = _state(started, _epoch(0), RunFailed(message="no network"), started, _epoch(0))
    assert [epoch.epoch for epoch in state.epochs] == [0]
    assert (state.status, state.message) == ("running", "")


def test_a_run_that_goes_without_examples_has_those_that_are_left() -> None:
    started = RunStarted(classes=("a", "b"), num_train=8, num_validation=2, num_epochs=2, environment={})
    skipped = ExamplesSkipped(examples={"a/1": "Gone."}, num_train=7, num_validation=2)
    state = _state(started, skipped, skipped, _epoch(0))
    assert state.started is not None
    assert (state.started.num_train, state.started.num_validation) == (7, 2)
    assert state.apply(RunResumed(epoch=0, step=0)).skipped == skipped
    again = started.model_copy(update={"num_train": 7})
    assert state.apply(again).skipped is None, "it is said again"
    assert state.apply(skipped).started == again


def test_an_extended_run_stands_like_a_stopped_one_and_keeps_its_extension() -> None:
    started = RunStarted(classes=("a", "b"), num_train=8, num_validation=2, num_epochs=2, environment={})
    finished = RunFinished(reason="target", seconds={})
    more = RunExtended(epoch=1, ended_by="target", stage=Stage(learns="head", epochs=2, head_lr=1e-3))
    state = _state(started, _epoch(0), _epoch(1), finished, more)
    assert (state.status, state.finished, state.extensions) == ("stopped", None, [more])
    assert state.apply(RunResumed(epoch=1, step=0)).extensions == [more]
    assert state.apply(started).extensions == [more]
