"""Analyses of saved predictions, each computed once however often a page is drawn."""

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import TypeVar, cast

from sftviz.results import Predictions
from sftviz.runs.run import EpochsSaid

_MOST_KEPT = 512

Result = TypeVar("Result")
Input = Predictions | tuple[Predictions, ...] | EpochsSaid


def analysed(analysis: Callable[..., Result], *inputs: Input, **options: Hashable) -> Result:
    """The analysis of these predictions, from memory where it was asked for before.

    A run hands out the same object for an epoch as long as its file stays, and predictions are equal only to
    themselves: nothing is compared or hashed but identities, and of many epochs the states of their files.
    """
    return cast("Result", _kept(analysis, inputs, tuple(options.items())))


@lru_cache(maxsize=_MOST_KEPT)
def _kept(
    analysis: Callable[..., object],
    inputs: tuple[Input, ...],
    options: tuple[tuple[str, Hashable], ...],
) -> object:
    return analysis(*inputs, **dict(options))
