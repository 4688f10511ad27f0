"""A sweep: a configuration, the values to vary in it, and the runs that come of it."""

import math
from collections.abc import Iterator, Mapping
from itertools import product

import numpy as np
from pydantic import Field, ValidationError

from sftviz.config import Config, RunConfig
from sftviz.errors import SweepError
from sftviz.sweeps.dimensions import DIMENSIONS, Value, describe, value_text

MOST_RUNS = 200

_DRAWS_PER_RUN = 50
_EXPECTED = "The values of {name} are {what}, with commas between them; {text!r} does not fit."


class Range(Config):
    """All values from `low` to `high`; rates, epochs and batch sizes are drawn log-uniformly."""

    low: float
    high: float


Choices = tuple[Value, ...] | Range


class Sweep(Config):
    """What a group of runs has in common, and in what they differ.

    Attributes:
        base: the configuration to start from; its `group` names the sweep.
        vary: choices by dimension, as `sftviz.sweeps.dimensions` lists them.
        num_random: how many combinations to draw at random; None for every combination.
        seed: of that draw.
    """

    base: RunConfig
    vary: dict[str, Choices] = Field(min_length=1)
    num_random: int | None = Field(None, ge=1, le=MOST_RUNS)
    seed: int = Field(0, ge=0, lt=2**32)

    def configs(self) -> tuple[RunConfig, ...]:
        """The runs, each once: combinations that come to the same configuration are one.

        Raises:
            SweepError: a choice does not fit its dimension or the recipe, or there are too many runs.
        """
        found: dict[RunConfig, None] = {}
        for values in self._grid() if self.num_random is None else self._drawn():
            found.setdefault(self._config(values))
            if len(found) == self.num_random:
                break
            if len(found) > MOST_RUNS:
                raise SweepError(f"That makes more than {MOST_RUNS} runs; give fewer values, or draw some at random.")
        return tuple(self._named(config) for config in found)

    def _grid(self) -> Iterator[dict[str, Value]]:
        choices = {name: values for name, values in self.vary.items() if not isinstance(values, Range)}
        for name in self.vary.keys() - choices.keys():
            raise SweepError(
                f"A range of {name} has no end of values; give single ones, or draw combinations at random."
            )
        for values in product(*choices.values()):
            yield dict(zip(self.vary, values, strict=True))

    def _drawn(self) -> Iterator[dict[str, Value]]:
        # Few choices have few combinations: drawing ends where nothing new comes.
        for index in range((self.num_random or 0) * _DRAWS_PER_RUN):
            generator = np.random.default_rng([self.seed, index])
            yield {name: _draw(name, choices, generator) for name, choices in self.vary.items()}

    def _config(self, values: Mapping[str, Value]) -> RunConfig:
        config = self.base
        for name, dimension in DIMENSIONS.items():
            if name in values:
                config = dimension.write(config, values[name])
        try:
            return RunConfig.model_validate(config.model_dump())
        except ValidationError as error:
            what = ", ".join(f"{name} {value_text(value)}" for name, value in values.items())
            reason = error.errors()[0]["msg"].removeprefix("Value error, ")
            raise SweepError(f"There is no run with {what} on the recipe {config.recipe.name!r}: {reason}") from error

    def _named(self, config: RunConfig) -> RunConfig:
        return config.model_copy(update={"name": f"{config.name}, {describe(config, self.vary)}"[:200]})


def parse_choices(name: str, text: str) -> Choices:
    """Choices of a dimension as a person writes them: "1e-4, 1e-3", or "1e-5..1e-2" for a range.

    Raises:
        SweepError: the dimension is not known, or a value does not fit it.
    """
    if name not in DIMENSIONS:
        raise SweepError(f"{name!r} cannot be varied; choose among {', '.join(DIMENSIONS)}.")
    try:
        if ".." in text:
            low, high = map(float, text.split(".."))
            return _range(name, low, high)
        values = tuple(dict.fromkeys(DIMENSIONS[name].parse(part.strip()) for part in text.split(",") if part.strip()))
    except ValueError as error:
        raise SweepError(_EXPECTED.format(name=name, what=_kind(name), text=text)) from error
    if not values:
        raise SweepError(_EXPECTED.format(name=name, what=_kind(name), text=text))
    return values


def _kind(name: str) -> str:
    dimension = DIMENSIONS[name]
    if dimension.options:
        others = f", or {dimension.others}" if dimension.others else ""
        return f"among {', '.join(dimension.options)}{others}"
    return "whole numbers" if dimension.parse is int else "numbers"


def _range(name: str, low: float, high: float) -> Range:
    scale = DIMENSIONS[name].scale
    if scale is None:
        raise SweepError(f"There is no range of {name}; give single values.")
    if not (low < high < math.inf and (low > 0 or scale == "linear")):
        least = ", and starts above zero" if scale == "log" else ""
        raise SweepError(f"A range of {name} goes from a smaller to a larger number{least}; not {low:g}..{high:g}.")
    return Range(low=low, high=high)


def _draw(name: str, choices: Choices, generator: np.random.Generator) -> Value:
    if not isinstance(choices, Range):
        return choices[generator.integers(len(choices))]
    dimension = DIMENSIONS[name]
    if dimension.scale == "log":
        value = math.exp(generator.uniform(math.log(choices.low), math.log(choices.high)))
    else:
        value = generator.uniform(choices.low, choices.high)
    # Three digits say enough, and make a run easy to repeat by hand.
    return round(value) if dimension.parse is int else float(f"{value:.3g}")
