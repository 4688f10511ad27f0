"""Configurations side by side: only what differs is named."""

from sftviz.analysis.differences import Difference, differences
from tests.conftest import HEAD_ONLY, SHORT


def test_equal_configurations_differ_in_nothing() -> None:
    assert differences([SHORT.model_dump(), SHORT.model_dump()]) == ()
    assert differences([SHORT.model_dump()]) == ()


def test_nested_values_are_named_by_their_place() -> None:
    first = {"seed": 1, "recipe": {"stages": ({"epochs": 2}, {"epochs": 3}), "mix": "none"}}
    second = {"seed": 1, "recipe": {"stages": ({"epochs": 5},), "mix": "none", "rank": 4}}
    assert differences([first, second, first]) == (
        Difference("recipe.stages.1.epochs", (2, 5, 2)),
        Difference("recipe.stages.2.epochs", (3, None, 3)),
        Difference("recipe.rank", (None, 4, None)),
    )


def test_a_value_that_one_has_not_and_another_has_as_none_is_no_difference() -> None:
    assert differences([{"target": None}, {}]) == ()


def test_recipes() -> None:
    names = [each.name for each in differences([SHORT.model_dump(), HEAD_ONLY.model_dump()])]
    assert {"name", "head", "optimizer", "stages.1.learns", "stages.2.epochs"} <= set(names)
    assert "batch_size" not in names
