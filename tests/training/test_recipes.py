"""The presets, their sentences, and which of them is recommended."""

import pytest

from sftviz.config import Recipe, Stage
from sftviz.training.options import RECIPE_OPTIONS, STAGE_OPTIONS
from sftviz.training.recipes import RECIPES, WHEN_TO_USE, recommended_recipe


def test_every_preset_and_every_value_has_one_sentence() -> None:
    assert list(WHEN_TO_USE) == list(RECIPES)
    assert set(RECIPE_OPTIONS) == set(Recipe.model_fields) - {"name", "stages"}
    assert set(STAGE_OPTIONS) == set(Stage.model_fields) - {"continues"}
    for sentence in (*WHEN_TO_USE.values(), *RECIPE_OPTIONS.values(), *STAGE_OPTIONS.values()):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert ". " not in sentence


def test_presets_bear_their_names_and_come_back_from_json() -> None:
    for name, recipe in RECIPES.items():
        assert recipe.name == name
        assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe


@pytest.mark.parametrize(
    ("counts", "has_accelerator", "is_transformer", "name"),
    [
        ([10, 10], False, False, "last_blocks"),
        ([40, 60], True, False, "last_blocks"),
        ([500, 400], False, False, "last_blocks"),
        ([500, 400], True, False, "full"),
        ([500, 400], True, True, "adapters"),
    ],
)
def test_data_and_machine_decide_the_recommendation(
    counts: list[int], name: str, *, has_accelerator: bool, is_transformer: bool
) -> None:
    recipe = recommended_recipe(counts, has_accelerator=has_accelerator, is_transformer=is_transformer)
    assert recipe.name == name


@pytest.mark.parametrize(("counts", "size"), [([1, 1], 4), ([20, 30], 4), ([40, 40], 8), ([100, 100], 16)])
def test_little_data_gets_small_batches(counts: list[int], size: int) -> None:
    recipe = recommended_recipe(counts, has_accelerator=False)
    assert recipe.batch_size == size
    assert recipe == RECIPES["last_blocks"].model_copy(update={"batch_size": size})
