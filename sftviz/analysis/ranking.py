"""Which pretrained backbone suits some pictures: candidates compared on the same folds of one sample."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sftviz.analysis.evidence import require_pair
from sftviz.analysis.folds import fold_difference
from sftviz.analysis.measures import Measure
from sftviz.analysis.pareto import pareto
from sftviz.analysis.significance import exact_mcnemar
from sftviz.analysis.targets import estimate, measured
from sftviz.config import Metric
from sftviz.models.catalogue import backbone_named
from sftviz.results import FloatArray, IntArray, Predictions
from sftviz.trials import CandidateScore

_MOST_IMBALANCE = 2.0
_UNLIKELY = 0.05


@dataclass(frozen=True, eq=False)
class Ranked:
    """A candidate beside the others.

    Attributes:
        score: what was measured of it.
        value: what it is ranked by, with its 95 % interval.
        by_neighbours: the same of its nearest neighbours' votes: a second opinion.
        behind: how far it lies behind the best one, in the mean of the folds.
        behind_interval: 95 %; None where all folds agree.
        is_tied: whether it may be as good as the best one, which is tied with itself.
        is_on_front: whether none is as good for less time, or better for as much (Pareto front).
    """

    score: CandidateScore
    value: Measure
    by_neighbours: Measure
    behind: float
    behind_interval: tuple[float, float] | None
    is_tied: bool
    is_on_front: bool

    @property
    def imagenet_top1(self) -> float | None:
        """The publisher's accuracy on ImageNet, in [0, 1]: what one would go by without measuring."""
        return backbone_named(self.score.backbone).imagenet_top1


@dataclass(frozen=True, eq=False)
class Ranking:
    """At least one candidate.

    Attributes:
        metric: what they are ranked by.
        candidates: the best first.
        luck: from the least to the most that heads score which learned shuffled labels.
    """

    metric: Metric
    candidates: tuple[Ranked, ...]
    luck: tuple[float, float]

    @property
    def is_above_luck(self) -> bool:
        """Whether the best one's whole interval lies above what shuffled labels give."""
        return self.candidates[0].value.interval[0] > self.luck[1]

    @property
    def tied(self) -> tuple[Ranked, ...]:
        """The best one and all that may be as good."""
        return tuple(each for each in self.candidates if each.is_tied)

    @property
    def recommended(self) -> Ranked:
        """The quickest of those that are tied with the best."""
        return min(self.tied, key=lambda each: each.score.forward_s)

    @property
    def first_by_prior(self) -> Ranked | None:
        """The one with the highest accuracy on ImageNet, of those whose publisher states it."""
        stated = [each for each in self.candidates if each.imagenet_top1 is not None]
        return max(stated, key=lambda each: each.imagenet_top1 or 0.0, default=None)


def ranked_by(labels_N: IntArray) -> Metric:
    """Balanced accuracy where one class has more than twice the examples of another, else accuracy."""
    counts = np.bincount(labels_N)
    counts = counts[counts > 0]
    return "balanced_accuracy" if counts.max() > _MOST_IMBALANCE * counts.min() else "accuracy"


def rank(scores: Sequence[CandidateScore]) -> Ranking:
    """Put candidates in order, and say which of them cannot be told from the best.

    Two are tied where the 95 % interval of their paired difference over the folds reaches 0, or where all folds agree
    on the difference and the exact McNemar test does not rule out luck.

    Source: Nadeau & Bengio 2003, "Inference for the generalization error" (the interval).

    Raises:
        EmptyResultError: there is no example, or the candidates were not asked about the same ones.
    """
    metric = ranked_by(scores[0].predictions.labels_N)
    valued = [(score, estimate(score.predictions, metric)) for score in scores]
    valued.sort(key=lambda pair: (-pair[1].value, pair[0].forward_s))
    best = valued[0][0]
    is_on_front = pareto([score.forward_s for score, _ in valued], [value.value for _, value in valued])
    return Ranking(
        metric=metric,
        candidates=tuple(
            _beside(best, score, value, metric, is_on_front=bool(on_front))
            for (score, value), on_front in zip(valued, is_on_front, strict=True)
        ),
        luck=(
            min(float(score.null_P.min()) for score in scores),
            max(float(score.null_P.max()) for score in scores),
        ),
    )


def _beside(
    best: CandidateScore, score: CandidateScore, value: Measure, metric: Metric, *, is_on_front: bool
) -> Ranked:
    require_pair(best.predictions, score.predictions)
    behind, interval = fold_difference(_by_fold(score, metric), _by_fold(best, metric))
    return Ranked(
        score=score,
        value=value,
        by_neighbours=estimate(_said_by_neighbours(score), metric),
        behind=behind,
        behind_interval=interval,
        is_tied=interval[0] <= 0 if interval else _may_be_luck(best, score),
        is_on_front=is_on_front,
    )


def _may_be_luck(best: CandidateScore, score: CandidateScore) -> bool:
    first, second = best.predictions.is_right_N, score.predictions.is_right_N
    return exact_mcnemar(int((first & ~second).sum()), int((second & ~first).sum())) >= _UNLIKELY


def _by_fold(score: CandidateScore, metric: Metric) -> list[float]:
    said = score.predictions
    return [
        measured(said.labels_N[held_out], said.predicted_N[held_out], len(said.classes))[metric]
        for held_out in (np.flatnonzero(score.fold_N == fold) for fold in np.unique(score.fold_N))
    ]


def _said_by_neighbours(score: CandidateScore) -> Predictions:
    votes_NK: FloatArray = np.eye(len(score.predictions.classes), dtype=np.float32)[score.by_neighbours_N]
    return replace(score.predictions, probabilities_NK=votes_NK)
