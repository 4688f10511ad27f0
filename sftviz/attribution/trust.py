"""How far a map may be trusted: what was measured, and the verdict in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np

from sftviz.results import Drift, Source

Level = Literal["green", "amber", "red"]

_DEVIATIONS = 2
_COMPLETE = 0.05
_UNLIKE = 0.5


@dataclass(frozen=True)
class Faithfulness:
    """Areas under the probability of the class, each in [0, 1].

    Attributes:
        deletion: while the cells are covered in the map's order; low where they matter.
        insertion: while they are uncovered in it; high where they matter.
        random_deletions, random_insertions: the same in random orders.
    """

    deletion: float
    insertion: float
    random_deletions: tuple[float, ...]
    random_insertions: tuple[float, ...]

    @classmethod
    def of(cls, areas: Sequence[tuple[float, float]]) -> Self:
        """From the areas of deletion and insertion: those of the map, then those of the random orders."""
        (deletion, insertion), *random = areas
        return cls(deletion, insertion, tuple(each for each, _ in random), tuple(each for _, each in random))


@dataclass(frozen=True)
class Trust:
    """What was measured of one map.

    Attributes:
        source, example, method, target: which map.
        faithfulness: whether the prediction rests on the places that it marks.
        completeness_error: by how much the pixels of integrated gradients, of the same class, miss the change of the
            score, as a share of it; None where the score does not change.
        partner: the method that it was compared with.
        agreement: rank correlation with the partner's map, in [−1, 1].
        randomisation: rank correlation of its absolute values with those of maps of random heads, in [−1, 1].
        grid: rows and columns of its own resolution.
        no_change: how far it drifts between views of the picture that should change nothing.
    """

    source: Source
    example: str
    method: str
    target: int
    faithfulness: Faithfulness
    completeness_error: float | None
    partner: str
    agreement: float
    randomisation: float
    grid: tuple[int, int]
    no_change: tuple[Drift, ...]


@dataclass(frozen=True)
class Verdict:
    """Green, amber or red, and the sentences that say why."""

    level: Level
    reasons: tuple[str, ...]


def verdict(trust: Trust) -> Verdict:
    """The badge of a map."""
    return judge(
        deletion=trust.faithfulness.deletion,
        random_deletions=trust.faithfulness.random_deletions,
        completeness_error=trust.completeness_error,
        randomisation=trust.randomisation,
        is_of_pixels=trust.method == "integrated_gradients",
    )


def judge(
    *,
    deletion: float,
    random_deletions: Sequence[float],
    completeness_error: float | None,
    randomisation: float,
    is_of_pixels: bool,
) -> Verdict:
    """Green where all three checks are passed, red where deletion is no better than chance or two are failed.

    The checks: deletion lies more than two standard deviations below random orders, maps of random heads correlate
    with the map by less than 0.5, and integrated gradients miss less than 5 % of the change of the score. The last one
    is about a map of integrated gradients itself; any other loses its witness only, which by itself is never red.
    """
    chance = float(np.mean(random_deletions))
    own = []
    if not deletion < chance - _DEVIATIONS * float(np.std(random_deletions, ddof=1)):
        how = "hardly sooner than" if deletion < chance else "no sooner than"
        own.append(f"Covering what it marks lowers the probability of the class {how} covering random places.")
    if not randomisation < _UNLIKE:
        own.append(f"Heads that learned nothing give much the same map (rank correlation {randomisation:.2f}).")
    incomplete = _incompleteness(completeness_error, is_of_pixels=is_of_pixels)
    reasons = (*own, *incomplete)
    if not reasons:
        return Verdict("green", ("It passes all three checks: covered places, random heads, and the sum of pixels.",))
    num_failed = len(reasons if is_of_pixels else own)
    return Verdict("red" if not deletion < chance or num_failed > 1 else "amber", reasons)


def _incompleteness(error: float | None, *, is_of_pixels: bool) -> tuple[str, ...]:
    if error is not None and error < _COMPLETE:
        return ()
    if error is None:
        return ("The picture scores no differently from a uniform colour, so no sum of pixels can be checked.",)
    whose = "Its pixels" if is_of_pixels else "The pixels of Integrated Gradients, which it is compared with,"
    return (f"{whose} miss the change of the score by {100 * error:.1f}\u00a0%.",)
