"""More epochs for a finished run: the optimizer's state is kept, and the outcome does not depend on interruptions."""

from collections.abc import Callable
from pathlib import Path

import pytest
from safetensors.numpy import load_file

from sftviz.config import Recipe, Stage
from sftviz.errors import RunBusyError, RunError
from sftviz.events import EpochEnded, Event, StepEnded
from sftviz.jobs.work import carry_out
from sftviz.runs.extension import extend
from sftviz.runs.lock import RunLock
from sftviz.runs.run import Run
from tests.conftest import HEAD_ONLY, SHORT

HEAD_ADAM = HEAD_ONLY.model_copy(update={"optimizer": "adamw", "schedule": "cosine"})


def _carry_out(run: Run, home: Path, *, until: tuple[str, int, int] | None = None) -> None:
    """Train on, to the end or up to an event at a place: its kind, its epoch and its step (0 for an epoch's)."""
    seen: list[Event] = []

    def is_there() -> bool:
        last = seen[-1]
        return isinstance(last, StepEnded | EpochEnded) and until == (last.kind, last.epoch, getattr(last, "step", 0))

    with RunLock(run.folder):
        carry_out(run, home, on_event=seen.append, should_stop=is_there)


def _outcome(run: Run) -> tuple[object, ...]:
    """The final weights and the optimizer's state byte for byte, and every loss and measure."""
    last = run.folder / "checkpoints" / f"epoch-{run.recipe.num_epochs:04d}"
    files = sorted(path for path in last.iterdir() if path.suffix == ".safetensors")
    steps = [(step.epoch, step.step, step.loss, step.learning_rate) for step in run.state.steps]
    epochs = [(epoch.epoch, epoch.train, epoch.validation) for epoch in run.state.epochs]
    return [path.read_bytes() for path in files], steps, epochs


@pytest.mark.parametrize("recipe", [SHORT, HEAD_ADAM], ids=["stages", "head"])
def test_extended_it_ends_the_same_however_it_is_interrupted(
    recipe: Recipe, new_run: Callable[..., Run], home: Path
) -> None:
    whole = new_run(recipe)
    _carry_out(whole, home)
    extend(whole, 2)
    assert whole.status == "stopped"
    assert whole.recipe.num_epochs == recipe.num_epochs + 2
    _carry_out(whole, home)
    assert whole.status == "finished"
    assert [epoch.epoch for epoch in whole.state.epochs] == list(range(recipe.num_epochs + 3))
    run, first = new_run(recipe), recipe.num_epochs + 1
    _carry_out(run, home, until=("step_ended", 1, 2))
    assert run.status == "stopped"
    _carry_out(run, home)
    extend(run, 2)
    for place in (("step_ended", first, 1), ("epoch_ended", first, 0), ("step_ended", first + 1, 2)):
        _carry_out(run, home, until=place)
        assert run.status == "stopped"
    _carry_out(run, home)
    assert _outcome(run) == _outcome(whole)


@pytest.mark.parametrize("recipe", [SHORT, HEAD_ADAM], ids=["stages", "head"])
def test_extended_it_ends_like_one_that_was_planned_so(recipe: Recipe, new_run: Callable[..., Run], home: Path) -> None:
    run = new_run(recipe)
    _carry_out(run, home)
    extend(run, 1)
    _carry_out(run, home)
    planned = new_run(run.recipe)
    _carry_out(planned, home)
    assert _outcome(planned) == _outcome(run)


def test_the_optimizer_remembers_and_the_schedule_begins_anew(new_run: Callable[..., Run], home: Path) -> None:
    run = new_run(HEAD_ADAM)
    _carry_out(run, home)
    extend(run, 2)
    _carry_out(run, home)
    state = load_file(run.folder / "checkpoints" / "epoch-0005" / "state.safetensors")
    steps = [float(value) for name, value in state.items() if name.endswith("step")]
    assert steps
    assert set(steps) == {15.0}, "three steps an epoch, none forgotten"
    rates = {(step.epoch, step.step): step.learning_rate for step in run.state.steps}
    assert rates[3, 3] < rates[4, 1]


@pytest.mark.parametrize("settings", [{"target_value": 0.01}, {"patience": 1}], ids=["target", "patience"])
def test_a_run_that_ended_early_goes_on_from_there(
    settings: dict[str, float], new_run: Callable[..., Run], home: Path
) -> None:
    stages = tuple(Stage(learns="head", epochs=20, head_lr=rate) for rate in (5.0, 1.0))
    run = new_run(Recipe(name="early", stages=stages, batch_size=4, optimizer="sgd", **settings))
    _carry_out(run, home)
    ended = run.state.epochs[-1].epoch
    assert ended < 20
    extend(run, 3)
    assert run.recipe.num_epochs == ended + 3
    assert run.recipe.stages[-1].head_lr == 5.0, "the stage that it stood in"
    _carry_out(run, home)
    assert run.state.finished is not None
    reached, (best, *_) = run.state.epochs[-1].epoch, [e.epoch for e in reversed(run.state.epochs) if e.is_best]
    if "target_value" in settings:
        assert (run.state.finished.reason, reached) == ("completed", ended + 3)
    else:
        assert reached > ended
        assert reached == ended + 3 or reached - max(best, ended) == 1


def test_a_run_can_be_extended_again(new_run: Callable[..., Run], home: Path) -> None:
    run = new_run(HEAD_ONLY)
    for _ in range(2):
        _carry_out(run, home)
        extend(run, 1)
    _carry_out(run, home)
    assert [stage.continues for stage in run.recipe.stages] == [False, True, True]
    assert run.state.epochs[-1].epoch == 5


def test_what_cannot_be_extended_says_why(new_run: Callable[..., Run], home: Path) -> None:
    run = new_run(Recipe(name="probe"))
    with pytest.raises(RunError, match="has not finished"):
        extend(run, 1)
    _carry_out(run, home)
    with pytest.raises(RunError, match="'probe' solves for the head"):
        extend(run, 1)
    with RunLock(run.folder), pytest.raises(RunBusyError):
        extend(run, 1)
    assert run.status == "finished"


def test_a_stage_that_continues_learns_what_the_one_before_it_did() -> None:
    stage = Stage(learns="all", epochs=1, head_lr=1e-3, backbone_lr=1e-3, continues=True)
    with pytest.raises(ValueError, match="must learn what the one before it did"):
        Recipe(name="wrong", stages=(Stage(learns="head", epochs=1, head_lr=1e-3), stage))
    with pytest.raises(ValueError, match="None"):
        Recipe(name="wrong", stages=(stage,))
