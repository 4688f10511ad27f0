"""What was found by trying: learning rates, costs, parts of the data, pretrained backbones. Frozen, as all results.

Shape legend: N examples or whatever is listed, S trials, P permutations.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sftviz.results import FloatArray, IntArray, Predictions


@dataclass(frozen=True)
class RateTest:
    """How the loss answered to a learning rate that rose step by step, until it diverged.

    Attributes:
        rates_N: learning rate of the head at each step; that of the backbone rose in proportion.
        losses_N: mean negative log-likelihood of each step's batch before the step, in nats.
        smoothed_N: the same as a moving average.
        suggestion: the rate at which the smoothed loss falls most steeply; None where it never falls.
    """

    rates_N: FloatArray
    losses_N: FloatArray
    smoothed_N: FloatArray
    suggestion: float | None


@dataclass(frozen=True)
class CostComparison:
    """What N runs reached, and what they cost.

    Attributes:
        runs: N identities.
        labels: what tells each run from the others.
        seconds_N: wall time.
        accuracy_N: best validation accuracy, in [0, 1].
        is_on_front_N: whether no other run is as good for less, or better for as much (Pareto front).
    """

    runs: tuple[str, ...]
    labels: tuple[str, ...]
    seconds_N: FloatArray
    accuracy_N: FloatArray
    is_on_front_N: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class CurveTrials:
    """Which examples a head got right that had learned from a part of the others.

    Attributes:
        sizes_S: training examples of each of S trials: the mean of its folds.
        is_right_SN: whether each example was predicted rightly when its fold was left out.
    """

    sizes_S: IntArray
    is_right_SN: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class HeadFolds:
    """What heads on frozen features say of the examples that they never saw, fold by fold.

    Attributes:
        predictions: of all N examples.
        fold_N: which fold each example was held out in.
        trials: of the learning curve.
    """

    predictions: Predictions
    fold_N: IntArray
    trials: CurveTrials


@dataclass(frozen=True, eq=False)
class CandidateScore:
    """How well a pretrained backbone that stays as it is tells the classes of a sample apart, and what it costs.

    Attributes:
        backbone: its name in the catalogue.
        predictions: what ridge heads say of the N examples, each of which they never saw.
        fold_N: which fold each example was held out in.
        by_neighbours_N: what the nearest examples outside of its fold say of each.
        log_evidence: LogME: of the labels as a linear function of the embeddings, in nats for an example and a class.
        null_P: the score of heads that learned labels shuffled P times; accuracy, or balanced accuracy where that is
            what candidates are ranked by.
        forward_s: seconds for a forward pass of one example.
        memory_mib: most memory taken to load the network and to pass one batch forward, in MiB.
        recipe: the one that `training_s` is about.
        training_s: projected seconds to fine-tune by it on all examples, not the sample alone.
    """

    backbone: str
    predictions: Predictions
    fold_N: IntArray
    by_neighbours_N: IntArray
    log_evidence: float
    null_P: FloatArray
    forward_s: float
    memory_mib: float
    recipe: str
    training_s: float


@dataclass(frozen=True, eq=False)
class LabelTrial:
    """What heads say of labels that they never saw: of the given ones, and of some that were swapped to test them.

    Attributes:
        said: of the N examples with their given labels.
        swapped_SN: the labels in each of S trials; a few are others than the given ones.
        said_SNK: what heads say in each trial that learned from those labels, and never saw the example.
    """

    said: Predictions
    swapped_SN: IntArray
    said_SNK: FloatArray
