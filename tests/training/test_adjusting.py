"""Options as a person writes them."""

import pytest

from sftviz.errors import TrainingError
from sftviz.training.adjusting import differences, with_options
from sftviz.training.recipes import RECIPES


def test_options_of_recipe_and_stages_are_read_and_written_again() -> None:
    written = [
        "batch_size=8",
        "clip_norm=none",
        "mix=none",
        "sampling=balanced",
        "averaging=0.9",
        "patience=3",
        "stage1.epochs=5",
        "stage1.backbone_lr=0.001",
    ]
    recipe = with_options(RECIPES["full"], written)
    assert (recipe.batch_size, recipe.clip_norm, recipe.mix, recipe.patience) == (8, None, "none", 3)
    assert (recipe.stages[0].epochs, recipe.stages[0].backbone_lr) == (5, 1e-3)
    assert sorted(differences(recipe, RECIPES["full"])) == sorted(written)
    assert with_options(RECIPES["full"], differences(recipe, RECIPES["full"])) == recipe
    assert differences(RECIPES["full"], RECIPES["full"]) == []


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("speed=9", "no option 'speed'"),
        ("stages=[]", "no option 'stages'"),
        ("stage2.epochs=3", "no option 'stage2.epochs'"),
        ("batch_size", "batch_size"),
        ("batch_size=0", "batch_size: Input should be greater than or equal to 1"),
        ("mix=shake", "mix: Input should be"),
        ("stage1.backbone_lr=0", "needs backbone_lr above 0"),
        ("adapter_rank=0", "adapter_rank"),
    ],
)
def test_what_is_not_fit_is_a_sentence(option: str, words: str) -> None:
    with pytest.raises(TrainingError, match=words):
        with_options(RECIPES["full"], [option])
