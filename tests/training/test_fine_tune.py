"""The engine on real pictures and weights: its events, its stops, and one outcome however it is interrupted."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from sftviz.config import Recipe, Stage
from sftviz.errors import DivergedError
from sftviz.events import CheckpointSaved, EpochEnded, Event, RunFinished, RunResumed, RunStarted, StepEnded
from sftviz.jobs.work import carry_out
from sftviz.runs.lock import RunLock
from sftviz.runs.run import Run
from sftviz.tasks.opening import open_task
from sftviz.training.fine_tune import fine_tune
from tests.conftest import HEAD_ONLY, SHORT


def _train(run: Run, home: Path) -> list[Event]:
    return list(fine_tune(run.config, open_task(run, home), run.folder))


def _outcome(run: Run, events: list[Event]) -> str:
    """A hash over the final weights, the optimizer's state, and every loss and measure."""
    digest = hashlib.sha256()
    last = run.folder / "checkpoints" / f"epoch-{run.config.recipe.num_epochs:04d}"
    for name in ("model.safetensors", "state.safetensors"):
        digest.update((last / name).read_bytes())
    steps = {(event.epoch, event.step): event.loss for event in events if isinstance(event, StepEnded)}
    epochs = {event.epoch: (event.train, event.validation) for event in events if isinstance(event, EpochEnded)}
    digest.update(json.dumps([sorted(steps.items()), sorted(epochs.items())]).encode())
    return digest.hexdigest()


def _until(last: Event, events: Iterator[Event]) -> Iterator[Event]:
    """Events up to the one at the same place in its run as `last`."""
    for event in events:
        yield event
        if _place(event) == _place(last):
            return


def _place(event: Event) -> tuple[object, ...]:
    return event.kind, getattr(event, "epoch", None), getattr(event, "step", None)


def test_events_tell_the_whole_run(new_run: Callable[..., Run], home: Path) -> None:
    run = new_run()
    events = _train(run, home)
    assert isinstance(events[0], RunStarted)
    assert (events[0].num_train, events[0].num_validation) == (12, 6)
    assert isinstance(events[-1], RunFinished)
    assert events[-1].reason == "completed"
    assert [event.epoch for event in events if isinstance(event, EpochEnded)] == [0, 1, 2]
    steps = [(event.epoch, event.step) for event in events if isinstance(event, StepEnded)]
    assert steps == [(epoch, step) for epoch in (1, 2) for step in (1, 2, 3)]
    kinds = [type(event) for event in events]
    assert kinds.index(CheckpointSaved) > kinds.index(EpochEnded, kinds.index(StepEnded))


def test_epoch_zero_is_the_probe_on_the_untouched_backbone(new_run: Callable[..., Run], home: Path) -> None:
    run = new_run(Recipe(name="probe"))
    _train(run, home)
    task = open_task(run, home)
    pretrained, network = task.pretrained(), task.empty()
    from sftviz.training.checkpoints import Checkpoints

    Checkpoints(run.folder / "checkpoints").at_epoch(0).load_weights(network)
    for (name, ours), theirs in zip(
        network.backbone.state_dict().items(), pretrained.backbone.state_dict().values(), strict=True
    ):
        assert torch.equal(ours, theirs), name
    network.eval()
    with torch.no_grad():
        logits = network(task.validation.evaluation_batch(range(6)))
    np.testing.assert_allclose(run.predictions(0).probabilities_NK, logits.softmax(dim=1).numpy(), atol=1e-5)


def test_frozen_backbone_and_batch_norm_do_not_move(new_run: Callable[..., Run], home: Path) -> None:
    run = new_run(HEAD_ONLY)
    _train(run, home)
    task = open_task(run, home)
    before, after = task.empty(), task.empty()
    from sftviz.training.checkpoints import Checkpoints

    checkpoints = Checkpoints(run.folder / "checkpoints")
    checkpoints.at_epoch(0).load_weights(before)
    checkpoints.at_epoch(3).load_weights(after)
    for (name, old), new in zip(
        before.backbone.state_dict().items(), after.backbone.state_dict().values(), strict=True
    ):
        assert torch.equal(old, new), name
    assert not torch.equal(before.head.weight, after.head.weight)
    np.testing.assert_array_equal(run.embedded(0).embeddings_ND, run.embedded(3).embeddings_ND)


def test_batch_norm_statistics_stay_while_everything_learns(new_run: Callable[..., Run], home: Path) -> None:
    run = new_run()
    _train(run, home)
    task = open_task(run, home)
    pretrained, trained = task.pretrained(), task.empty()
    from sftviz.training.checkpoints import Checkpoints

    Checkpoints(run.folder / "checkpoints").at_epoch(2).load_weights(trained)
    buffers = dict(trained.backbone.named_buffers())
    for name, buffer in pretrained.backbone.named_buffers():
        assert torch.equal(buffer, buffers[name]), name
    moved = [
        name
        for (name, old), new in zip(pretrained.named_parameters(), trained.parameters(), strict=True)
        if name.startswith("backbone") and not torch.equal(old, new)
    ]
    assert any("conv_stem" in name for name in moved)


@pytest.mark.parametrize("recipe", [SHORT, HEAD_ONLY], ids=["stages", "head"])
def test_closed_at_any_event_and_resumed_it_ends_the_same(
    recipe: Recipe, new_run: Callable[..., Run], home: Path
) -> None:
    whole = new_run(recipe)
    events = _train(whole, home)
    expected = _outcome(whole, events)
    positions = [event for event in events if isinstance(event, StepEnded | EpochEnded)]
    for last_seen in (positions[1], positions[3], positions[-2]):
        run = new_run(recipe)
        first = fine_tune(run.config, open_task(run, home), run.folder)
        seen = list(_until(last_seen, first))
        first.close()
        rest = _train(run, home)
        assert isinstance(rest[0], RunResumed)
        assert rest[0].differences == ()
        assert _outcome(run, seen + rest) == expected


def test_two_runs_of_one_seed_are_equal_and_of_another_differ(new_run: Callable[..., Run], home: Path) -> None:
    first, second, other = new_run(seed=1), new_run(seed=1), new_run(seed=2)
    outcomes = [_outcome(run, _train(run, home)) for run in (first, second, other)]
    assert outcomes[0] == outcomes[1]
    assert outcomes[0] != outcomes[2]


def test_a_loss_that_is_not_finite_ends_the_run_and_names_the_step(new_run: Callable[..., Run], home: Path) -> None:
    stage = Stage(learns="all", epochs=1, head_lr=1e30, backbone_lr=1e30)
    run = new_run(Recipe(name="wild", stages=(stage,), batch_size=4, optimizer="sgd"))
    with pytest.raises(DivergedError, match=r"epoch 1, step \d"):
        _train(run, home)
    assert run.checkpoint_epochs() == (0,)


def test_target_and_patience_end_a_run_early(new_run: Callable[..., Run], home: Path) -> None:
    many = Stage(learns="head", epochs=50, head_lr=5.0)
    reasons = {}
    for name, settings in {"target": {"target_value": 0.01}, "patience": {"patience": 2}}.items():
        run = new_run(Recipe(name=name, stages=(many,), batch_size=4, optimizer="sgd", **settings))
        events = _train(run, home)
        assert isinstance(events[-1], RunFinished)
        reasons[name] = (events[-1].reason, max(event.epoch for event in events if isinstance(event, EpochEnded)))
    assert reasons["target"] == ("target", 1)
    assert reasons["patience"][0] == "patience"
    assert reasons["patience"][1] < 50


def test_a_sure_target_waits_for_the_interval(new_run: Callable[..., Run], home: Path) -> None:
    stage = Stage(learns="head", epochs=2, head_lr=1e-3)
    sure = {"target_value": 0.99, "target_sure": True}
    run = new_run(Recipe(name="sure", stages=(stage,), batch_size=4, **sure))
    events = _train(run, home)
    assert isinstance(events[-1], RunFinished)
    assert events[-1].reason == "completed", "three pictures prove no 99 %, even if all are right"
    for epoch in (event for event in events if isinstance(event, EpochEnded)):
        assert set(epoch.validation) == {"loss", "accuracy", "f1", "balanced_accuracy"}


@pytest.mark.parametrize("metric", ["f1", "balanced_accuracy"])
def test_a_run_ends_at_any_measure(metric: str, new_run: Callable[..., Run], home: Path) -> None:
    stage = Stage(learns="head", epochs=50, head_lr=1e-3)
    target = {"target_value": 0.01, "target_metric": metric}
    events = _train(new_run(Recipe(name="any", stages=(stage,), batch_size=4, **target)), home)
    assert isinstance(events[-1], RunFinished)
    assert events[-1].reason == "target"


def test_only_epoch_zero_the_best_and_the_last_checkpoint_are_kept(new_run: Callable[..., Run], home: Path) -> None:
    stage = Stage(learns="head", epochs=5, head_lr=1e-2)
    run = new_run(Recipe(name="head", stages=(stage,), batch_size=4))
    _train(run, home)
    kept = run.checkpoint_epochs()
    assert kept[0] == 0
    assert kept[-1] == 5
    assert len(kept) <= 3


def test_weights_that_explode_in_the_last_step_leave_the_log_readable(new_run: Callable[..., Run], home: Path) -> None:
    stage = Stage(learns="all", epochs=1, head_lr=10.0, backbone_lr=10.0)
    recipe = Recipe(name="wild", stages=(stage,), batch_size=64)
    run = new_run(recipe, backbone="resnet18")
    with RunLock(run.folder):
        carry_out(run, home)
    assert run.status == "failed"
    assert "diverged" in run.state.message
    assert run.checkpoint_epochs() == (0,)


def test_the_last_finished_epoch_is_kept_when_training_stops_within_the_next(
    new_run: Callable[..., Run], home: Path
) -> None:
    run = new_run()
    events = fine_tune(run.config, open_task(run, home), run.folder)
    for event in events:
        if isinstance(event, StepEnded) and (event.epoch, event.step) == (2, 1):
            break
    events.close()
    assert run.checkpoint_epochs() == (0, 1)
