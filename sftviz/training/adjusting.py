"""Recipes with other values than their preset's, as a person writes them: OPTION=VALUE. Loads no torch."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, ValidationError

from sftviz.config import Recipe
from sftviz.errors import TrainingError
from sftviz.training.options import RECIPE_OPTIONS, STAGE_OPTIONS

_OF_STAGE = re.compile(r"stage(\d+)\.(\w+)")


def differences(recipe: Recipe, preset: Recipe) -> list[str]:
    """What `with_options` must be told to make the one from the other; both have the same number of stages."""
    found = _changed(RECIPE_OPTIONS, recipe, preset)
    for number, (stage, other) in enumerate(zip(recipe.stages, preset.stages, strict=True), start=1):
        found += [f"stage{number}.{change}" for change in _changed(STAGE_OPTIONS, stage, other)]
    return found


def with_options(recipe: Recipe, options: Sequence[str]) -> Recipe:
    """A recipe with other values, each given as "mix=mixup", or "stage1.epochs=5" for a stage.

    Raises:
        TrainingError: an option is not known, or its value not fit.
    """
    values = recipe.model_dump()
    for option in options:
        key, _, written = option.partition("=")
        name, place = key, values
        if match := _OF_STAGE.fullmatch(key):
            name, index = match[2], int(match[1]) - 1
            place = values["stages"][index] if 0 <= index < len(values["stages"]) else {}
        if name not in place or name in ("name", "stages"):
            raise TrainingError(
                f"The recipe {recipe.name} has no option {key!r}; write OPTION=VALUE with one of "
                f"{', '.join(RECIPE_OPTIONS)}, or stage1.{', stage1.'.join(STAGE_OPTIONS)}."
            )
        place[name] = None if written == "none" and not isinstance(place[name], str) else _read(written)
    return checked(values)


def checked(values: Mapping[str, object]) -> Recipe:
    """A recipe from its values.

    Raises:
        TrainingError: a value is not fit, or some do not go together.
    """
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(each) for each in first["loc"])
        reason = first["msg"].removeprefix("Value error, ").rstrip(".")
        raise TrainingError(f"{f'{where}: ' if where else ''}{reason}.") from error


def _changed(names: Iterable[str], values: BaseModel, others: BaseModel) -> list[str]:
    return [
        f"{name}={_written(getattr(values, name))}" for name in names if getattr(values, name) != getattr(others, name)
    ]


def _written(value: object) -> str:
    if value is None:
        return "none"
    return value if isinstance(value, str) else json.dumps(value)


def _read(written: str) -> object:
    try:
        return json.loads(written)
    except ValueError:
        return written
