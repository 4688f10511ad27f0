"""Numbers of an embedding space before and after, each with its interval and with what it would be by chance.

Shape legend: N examples.
"""

from dataclasses import dataclass, replace

import numpy as np

from sftviz.analysis.evidence import require_finite, require_pair
from sftviz.analysis.intervals import percentiles, stratified_resamples
from sftviz.errors import EmptyResultError
from sftviz.results import Embedded, FloatArray, IntArray

MOST_MEASURED = 3000  # every pair of examples is looked at, and an interval from so many is narrow


@dataclass(frozen=True)
class Score:
    """One number.

    Attributes:
        value: None where there is nothing to measure.
        interval: 95 %: lower and upper end, of a mean over examples that are drawn anew; None where it has none.
        chance: what it would be where labels or spaces had nothing to do with each other; None where that is not
            defined.
    """

    value: float | None
    interval: tuple[float, float] | None = None
    chance: float | None = None


@dataclass(frozen=True)
class PairedScore:
    """The same number before and after; the interval of the change compares example with example."""

    before: Score
    after: Score
    change: Score


def mean_score(values_N: FloatArray, labels_N: IntArray, chance: float | None = None) -> Score:
    """Mean over the examples that have a value, with its interval by the bootstrap within classes."""
    is_known_N = np.isfinite(values_N)
    if not is_known_N.any():
        return Score(None, None, chance)
    known = values_N[is_known_N].astype(np.float64)
    resampled_R = np.concatenate(
        [counts.T @ known / len(known) for counts in stratified_resamples(labels_N[is_known_N])]
    )
    low, high = percentiles(resampled_R).tolist()
    return Score(float(known.mean()), (low, high), chance)


def paired_score(
    before_N: FloatArray, after_N: FloatArray, labels_N: IntArray, chances: tuple[float | None, float | None]
) -> PairedScore:
    """Scores of one value an example, before and after."""
    old, new = (
        mean_score(values_N, labels_N, chance) for values_N, chance in zip((before_N, after_N), chances, strict=True)
    )
    return PairedScore(old, new, mean_score(after_N - before_N, labels_N, 0.0))


def measurable(before: Embedded, after: Embedded, most: int = MOST_MEASURED) -> tuple[Embedded, Embedded]:
    """Both, of the same examples: all of them, or so many drawn at random.

    Raises:
        EmptyResultError: the lists of examples differ, there are fewer than two, or an embedding is not finite.
    """
    require_pair(before, after)
    if len(before.examples) < 2:
        raise EmptyResultError("One picture has no neighbours and no spread; use a data set with more of them.")
    for each in (before, after):
        require_finite(each)
    if len(before.examples) <= most:
        return before, after
    drawn = np.sort(np.random.default_rng(0).permutation(len(before.examples))[:most])
    return _at(before, drawn), _at(after, drawn)


def _at(said: Embedded, places: IntArray) -> Embedded:
    return replace(
        said,
        examples=tuple(said.examples[place] for place in places.tolist()),
        labels_N=said.labels_N[places],
        probabilities_NK=said.probabilities_NK[places],
        embeddings_ND=said.embeddings_ND[places],
    )
