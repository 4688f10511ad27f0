"""Every option of a recipe in the engine: interrupted anywhere it ends the same, and it does what it says."""

import hashlib
import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from sftviz.config import DataConfig, Recipe, RunConfig, Stage
from sftviz.errors import ModelError
from sftviz.events import EpochEnded, Event, RunResumed, StepEnded
from sftviz.models.adapters import merged_weights
from sftviz.training.checkpoints import Checkpoints
from sftviz.training.fine_tune import fine_tune
from sftviz.training.learning import StageLearning
from tests.training.small_task import SmallTask

_HEAD = Stage(learns="head", epochs=1, head_lr=1e-2)
_LAST = Stage(learns=1, epochs=2, head_lr=1e-2, backbone_lr=1e-2)
_ALL = Stage(learns="all", epochs=3, head_lr=1e-2, backbone_lr=1e-2)

RECIPES = {
    "averaged, balanced, blended": Recipe(
        name="a",
        stages=(_HEAD, _ALL),
        batch_size=4,
        optimizer="sgd",
        averaging=0.9,
        mix="mixup",
        class_weights="balanced",
        sampling="balanced",
        schedule="one-cycle",
    ),
    "pulled, clipped, accumulated": Recipe(
        name="b",
        stages=(_LAST, _ALL),
        batch_size=2,
        accumulate=3,
        pull_to_start=0.1,
        clip_norm=0.5,
        mix="mixup",
        mix_alpha=1.0,
        averaging=0.99,
        layer_decay=0.5,
        label_smoothing=0.1,
        schedule="cosine",
    ),
    "cut": Recipe(name="e", stages=(_ALL,), batch_size=4, mix="cutmix", mix_alpha=1.0),
    "adapted": Recipe(
        name="c", stages=(_HEAD, _ALL, _LAST), batch_size=8, adapter_rank=2, clip_norm=1.0, schedule="one-cycle"
    ),
    "adapted, averaged": Recipe(
        name="d", stages=(_ALL, _HEAD), head="fresh", batch_size=4, adapter_rank=2, averaging=0.9, weight_decay=0.1
    ),
}


def _task(recipe: Recipe) -> SmallTask:
    return SmallTask(is_transformer=recipe.adapter_rank is not None)


def _config(recipe: Recipe) -> RunConfig:
    # Named, because each task here has caches of its own, and a measurement may turn out otherwise the next time.
    way = "32-bit, channels last, folded"
    return RunConfig(name="small", data=DataConfig(dataset="small"), recipe=recipe, numerics=way)


def _folder(path: Path) -> Path:
    for name in ("epochs", "checkpoints"):
        (path / name).mkdir(parents=True)
    return path


def _outcome(folder: Path, events: list[Event], recipe: Recipe) -> str:
    digest = hashlib.sha256()
    last = folder / "checkpoints" / f"epoch-{recipe.num_epochs:04d}"
    for name in ("model.safetensors", "state.safetensors"):
        digest.update((last / name).read_bytes())
    steps = {(event.epoch, event.step): event.loss for event in events if isinstance(event, StepEnded)}
    epochs = {event.epoch: (event.train, event.validation) for event in events if isinstance(event, EpochEnded)}
    for epoch in epochs:
        with np.load(folder / "epochs" / f"{epoch:04d}.npz") as kept:
            digest.update(kept["maps_Phw"].tobytes())
    digest.update(json.dumps([sorted(steps.items()), sorted(epochs.items())]).encode())
    return digest.hexdigest()


@pytest.mark.parametrize("name", RECIPES)
def test_closed_after_any_event_and_resumed_it_ends_the_same(name: str, tmp_path: Path) -> None:
    recipe = RECIPES[name]
    whole = _folder(tmp_path / "whole")
    events = list(fine_tune(_config(recipe), _task(recipe), whole))
    expected = _outcome(whole, events, recipe)
    for place in range(len(events) // 4, len(events) - 1, len(events) // 4):
        folder = _folder(tmp_path / str(place))
        first = fine_tune(_config(recipe), _task(recipe), folder)
        seen = list(islice(first, place))
        first.close()
        rest = list(fine_tune(_config(recipe), _task(recipe), folder))
        assert isinstance(rest[0], RunResumed)
        assert _outcome(folder, seen + rest, recipe) == expected, place


@pytest.mark.parametrize("name", RECIPES)
def test_the_predictions_of_an_epoch_are_those_of_its_kept_weights(name: str, tmp_path: Path) -> None:
    recipe, folder = RECIPES[name], _folder(tmp_path / "run")
    task = _task(recipe)
    list(fine_tune(_config(recipe), task, folder))
    plain = task.empty()
    Checkpoints(folder / "checkpoints").at_epoch(recipe.num_epochs).load_weights(plain)
    plain.eval()
    with torch.no_grad():
        ours = plain(task.validation.evaluation_batch(range(12))).softmax(dim=1).numpy()
    with np.load(folder / "epochs" / f"{recipe.num_epochs:04d}.npz") as kept:
        np.testing.assert_allclose(kept["probabilities_NK"], ours, atol=1e-5)
        np.testing.assert_allclose(kept["maps_Phw"], task.watch(plain, kept["watched_P"])(), atol=1e-5)


def _learning(recipe: Recipe, stage: Stage, task: SmallTask) -> StageLearning:
    network = task.pretrained()
    pretrained = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    labels_N = task.train.labels_N
    return StageLearning(recipe, stage, network, network, labels_N, seed=0, most_at_once=0, pretrained=pretrained)


def _steps(learning: StageLearning, task: SmallTask, count: int) -> dict[str, torch.Tensor]:
    labels = torch.from_numpy(task.train.labels_N)
    for step in range(count):
        learning.learner.step(task.train.evaluation_batch(range(20)), labels, epoch=1, step=step)
    return learning.shown_weights()


def test_accumulated_batches_take_the_step_of_one_large_batch() -> None:
    task = SmallTask()
    stage = Stage(learns="all", epochs=1, head_lr=0.1, backbone_lr=0.1)
    shared = {"optimizer": "sgd", "class_weights": "balanced", "label_smoothing": 0.1}
    large = _learning(Recipe(name="large", stages=(stage,), batch_size=20, **shared), stage, task)
    small = _learning(Recipe(name="small", stages=(stage,), batch_size=4, accumulate=5, **shared), stage, task)
    one, other = _steps(large, task, 3), _steps(small, task, 3)
    for name in one:
        torch.testing.assert_close(one[name], other[name], rtol=1e-4, atol=1e-6)


def test_a_strong_pull_holds_the_backbone_at_its_start_and_leaves_the_head_alone() -> None:
    task = SmallTask()
    stage = Stage(learns="all", epochs=1, head_lr=0.1, backbone_lr=0.01)
    start = task.pretrained().state_dict()
    moved = {}
    for strength in (0.0, 50.0):
        recipe = Recipe(name="pull", stages=(stage,), optimizer="sgd", momentum=0.0, pull_to_start=strength)
        weights = _steps(_learning(recipe, stage, task), task, 10)
        moved[strength] = {name: float((weights[name] - start[name]).norm()) for name in start if "num" not in name}
    assert moved[50.0]["backbone.0.0.weight"] < 0.5 * moved[0.0]["backbone.0.0.weight"]
    assert moved[50.0]["head.weight"] > 0.5 * moved[0.0]["head.weight"]


def test_gradients_are_clipped_to_their_norm() -> None:
    task = SmallTask()
    stage = Stage(learns="all", epochs=1, head_lr=1.0, backbone_lr=1.0)
    recipe = Recipe(name="clip", stages=(stage,), optimizer="sgd", momentum=0.0, clip_norm=1e-3)
    start = {name: tensor for name, tensor in task.pretrained().state_dict().items() if tensor.is_floating_point()}
    weights = _steps(_learning(recipe, stage, task), task, 1)
    # Plain descent at rate 1: the step is the gradient.
    step = torch.cat([(weights[name] - start[name]).flatten() for name in start]).double()
    assert float(step.norm()) == pytest.approx(1e-3, rel=1e-2)


def test_adapters_change_linear_layers_only_and_a_convolutional_network_refuses_them(tmp_path: Path) -> None:
    task = SmallTask(is_transformer=True)
    stage = Stage(learns="all", epochs=1, head_lr=0.1, backbone_lr=0.1)
    recipe = Recipe(name="adapted", stages=(stage,), optimizer="sgd", adapter_rank=2)
    start, weights = task.pretrained().state_dict(), _steps(_learning(recipe, stage, task), task, 3)
    changed = {name for name in start if not torch.equal(start[name], weights[name])}
    assert "backbone.encoder.layers.encoder_layer_0.self_attention.in_proj_weight" in changed
    assert all(name.startswith("head.") or name.endswith("weight") for name in changed)
    with pytest.raises(ModelError, match="linear layers"):
        list(fine_tune(_config(recipe), SmallTask(), _folder(tmp_path / "refused")))


def test_settled_the_network_is_plain_and_shows_what_was_shown() -> None:
    recipe, task = RECIPES["adapted, averaged"], SmallTask(is_transformer=True)
    network = task.pretrained()
    labels_N = task.train.labels_N
    learning = StageLearning(recipe, _ALL, network, network, labels_N, seed=0, most_at_once=0, pretrained={})
    shown = _steps(learning, task, 2)
    own = {name: tensor.clone() for name, tensor in merged_weights(network).items()}
    assert any(not torch.equal(own[name], shown[name]) for name in shown)
    learning.settle()
    assert list(network.state_dict()) == list(task.empty().state_dict())
    assert all(torch.equal(tensor, shown[name]) for name, tensor in network.state_dict().items())


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"mix": "cutmix", "stages": (_LAST,)}, "choose mixup"),
        ({"adapter_rank": 4, "pull_to_start": 0.1}, "pull_to_start 0"),
    ],
)
def test_values_that_do_not_go_together_are_refused_with_a_sentence(values: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Recipe.model_validate({"name": "odd"} | values)
