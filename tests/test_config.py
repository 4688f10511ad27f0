"""What is asked of a run: also as older versions wrote it down."""

import pytest

from sftviz.config import Recipe, Target
from sftviz.errors import TrainingError
from sftviz.training.adjusting import differences, with_options


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ('{"name": "old", "target_accuracy": null}', None),
        ('{"name": "old", "target_accuracy": 0.9}', Target(value=0.9)),
        ('{"name": "new"}', None),
        (
            '{"name": "new", "target_value": 0.8, "target_metric": "f1", "target_sure": true}',
            Target(metric="f1", value=0.8, sure=True),
        ),
    ],
)
def test_the_target_of_a_recipe(written: str, target: Target | None) -> None:
    recipe = Recipe.model_validate_json(written)
    assert recipe.target == target
    assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe


def test_a_target_is_written_in_a_terminal() -> None:
    options = ["target_value=0.9", "target_metric=f1", "target_sure=true"]
    recipe = with_options(Recipe(name="probe"), options)
    assert recipe.target == Target(metric="f1", value=0.9, sure=True)
    assert differences(recipe, Recipe(name="probe")) == options
    with pytest.raises(TrainingError, match="target_metric"):
        with_options(Recipe(name="probe"), ["target_metric=beauty"])
