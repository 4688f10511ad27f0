"""What to try next follows from the numbers, and the promising comes first."""

from collections.abc import Callable

import numpy as np
import pytest

from sftviz.analysis.history import History
from sftviz.analysis.next_steps import NextStep, WeakClass, next_recipe, next_steps, weak_classes
from sftviz.config import Recipe, Stage
from sftviz.results import Predictions
from sftviz.training.recipes import RECIPES

ALL = Recipe(name="all", stages=(Stage(learns="all", epochs=3, head_lr=1e-3, backbone_lr=1e-4),))
HEAD = Recipe(name="head", stages=(Stage(learns="head", epochs=3, head_lr=1e-3),))
FEW = WeakClass("emu", recall=0.25, num_validation=8, num_train=5, has_few=True)


def _went(*losses: float) -> History:
    count = np.arange(len(losses))
    loss = np.array(losses, np.float32)
    return History(count, count, count.astype(np.float32), 1 - loss, loss)


def _by_kind(steps: tuple[NextStep, ...]) -> dict[str, NextStep]:
    return {step.kind: step for step in steps}


def test_more_epochs_where_the_loss_still_falls() -> None:
    steps = next_steps(_went(0.6, 0.5, 0.4), 0.62, ALL, ())
    assert (steps[0].kind, steps[0].is_promising) == ("more_epochs", True)
    assert "from 0.500 to 0.400 nats" in steps[0].reason
    assert not _by_kind(steps)["next_model"].is_promising


@pytest.mark.parametrize("losses", [(0.6, 0.4, 0.5), (0.6, 0.7), (0.6, 0.5, float("nan"))])
def test_no_more_epochs_where_it_does_not(losses: tuple[float, ...]) -> None:
    steps = _by_kind(next_steps(_went(*losses), 0.6, ALL, ()))
    assert not steps["more_epochs"].is_promising
    assert "epoch 1 with" in steps["more_epochs"].reason
    assert steps["next_model"].is_promising


def test_epoch_zero_alone_has_no_epochs_to_add_to() -> None:
    steps = _by_kind(next_steps(_went(0.3), 0.7, Recipe(name="probe"), ()))
    assert set(steps) == {"unfreeze", "next_model"}
    assert steps["unfreeze"].is_promising


def test_a_network_that_knows_its_training_pictures_needs_no_more_freedom() -> None:
    step = _by_kind(next_steps(_went(0.5, 0.4), 0.99, HEAD, ()))["unfreeze"]
    assert not step.is_promising
    assert step.reason.startswith("99.0 % of the training pictures are right, and 60.0 % of the validation")


def test_classes_with_few_pictures_are_named_with_their_numbers() -> None:
    step = _by_kind(next_steps(_went(0.5, 0.4), 0.6, HEAD, (FEW,)))["pictures"]
    assert step.is_promising
    assert "emu: 25 % of 8 found, 5 training pictures" in step.reason


def test_the_next_recipe_lets_more_learn_until_all_does() -> None:
    found = [next_recipe(recipe) for recipe in (Recipe(name="probe"), HEAD, RECIPES["last_blocks"], ALL)]
    assert found == ["last_blocks", "last_blocks", "gradual", None]
    assert {name for name in found if name} <= set(RECIPES)
    assert "unfreeze" not in _by_kind(next_steps(_went(0.5, 0.4), 0.6, ALL, ()))


def test_weak_classes_with_few_pictures_come_first(said: Callable[..., Predictions]) -> None:
    predictions = said([0] * 4 + [1] * 4 + [2] * 4, [0] * 4 + [1, 0, 0, 0] + [2, 2, 0, 0])
    found = weak_classes(predictions, np.array([30, 90, 10]))
    assert [(each.name, each.recall, each.has_few) for each in found] == [("emu", 0.5, True), ("dog", 0.25, False)]
    assert [(each.num_validation, each.num_train) for each in found] == [(4, 10), (4, 90)]


def test_no_class_is_weak_where_all_are_right_or_none_is_seen(said: Callable[..., Predictions]) -> None:
    counts = np.array([1, 1, 1])
    assert weak_classes(said([0, 1], [0, 1]), counts) == ()
    assert weak_classes(said([], []), counts) == ()
