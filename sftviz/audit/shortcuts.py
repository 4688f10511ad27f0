"""Which single property of the pictures gives their label away, so that a model may learn it instead of the content.

Shape legend: N pictures, K classes, B bins, F folds, P permutations.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sftviz.audit.findings import Finding, Noticed
from sftviz.audit.properties import Property
from sftviz.results import IntArray

Strength = Literal["none", "weak", "clear", "strong"]

_NUM_FOLDS = 5
_NUM_PERMUTATIONS = 200
_LEAST_PICTURES = 5  # of each class: one a fold
# Ten properties are tested, and few should be named by luck: 4 standard deviations of the permuted accuracies are one
# in 30,000 for each where these are normal.
_LEAST_DEVIATIONS = 4.0
_WEAK, _CLEAR, _STRONG = 0.1, 0.25, 0.5  # shares of the way from chance to always right


@dataclass(frozen=True)
class Said:
    """What one property alone says about the label.

    Attributes:
        key, title, is_content: of the property.
        accuracy: balanced accuracy of the best guess from the property alone, cross-validated, in [0, 1].
        null: the middle 95 % of that accuracy with labels dealt out anew.
        chance: one over the number of classes that were judged.
        strength: in a word.
        names: of the property's bins.
        shares: for each class, the share of its pictures in each bin.
        spread: for each class, the 5th, 25th, 50th, 75th and 95th hundredth of its values; empty where it has none.
    """

    key: str
    title: str
    is_content: bool
    accuracy: float
    null: tuple[float, float]
    chance: float
    strength: Strength
    names: tuple[str, ...]
    shares: tuple[tuple[float, ...], ...]
    spread: tuple[tuple[float, ...], ...] = ()


def can_tell(labels_N: IntArray, groups_N: IntArray, num_classes: int) -> bool:
    """Whether two classes at least have enough different pictures for shortcuts to be told from luck."""
    judged = _judged(labels_N, groups_N, num_classes)
    return len(np.unique(labels_N[judged])) > 1


def said_by(each: Property, labels_N: IntArray, groups_N: IntArray, num_classes: int) -> Said:
    """How well one property predicts the label, against labels dealt out at random.

    The guess is the class that has the largest share of its pictures in the same bin, counted in the other folds. Of
    near-duplicates one counts: together they would prove more than they do. Classes with fewer than five different
    pictures are left out. The outcome is always the same.

    Source of the test: Good 2005, "Permutation, parametric and bootstrap tests of hypotheses".

    Args:
        each: the property of N pictures.
        labels_N: their classes, so that `can_tell`.
        groups_N: numbers shared by near-duplicates.
        num_classes: K.
    """
    judged = _judged(labels_N, groups_N, num_classes)
    bins, labels = each.bins_N[judged], labels_N[judged]
    random = np.random.default_rng(0)
    folds = _folds(labels, random)
    accuracy = _accuracy(bins, labels, folds, num_classes)
    null_P = np.array(
        [_accuracy(bins, random.permutation(labels), folds, num_classes) for _ in range(_NUM_PERMUTATIONS)]
    )
    low, high = np.quantile(null_P, [0.025, 0.975]).tolist()
    is_real = accuracy > null_P.mean() + _LEAST_DEVIATIONS * null_P.std()
    chance = 1 / len(np.unique(labels))
    return Said(
        each.key,
        each.title,
        each.is_content,
        accuracy,
        (low, high),
        chance,
        _strength((accuracy - chance) / (1 - chance)) if is_real else "none",
        each.names,
        tuple(map(tuple, _shares(each.bins_N, labels_N, num_classes).tolist())),
        _spread(each, labels_N, num_classes),
    )


def shortcut(said: Said, pictures: tuple[Noticed, ...]) -> Finding:
    """A warning of a property that says too much.

    Args:
        said: what it says.
        pictures: some of each class that show it.
    """
    cause = (
        "It may belong to what the classes are; but if it comes from how the pictures were taken, a model learns it "
        "instead of what is shown."
        if said.is_content
        else "It comes from how the pictures were taken, sized or saved, and a model learns its traces instead of what "
        "is shown."
    )
    low, high = (f"{100 * end:.0f}" for end in said.null)
    return Finding(
        f"shortcut-{said.key}",
        "mend" if said.strength == "strong" and not said.is_content else "look",
        f"The {said.title.partition(',')[0]} alone tells the classes apart",
        f"A {said.strength} sign: a guess from it alone is right in {100 * said.accuracy:.0f} % of the cases, each "
        f"class counting the same; with labels dealt out at random, in {low} to {high} %. {cause} Take pictures of all "
        "classes in the same way, or test on pictures from elsewhere.",
        pictures,
    )


def _judged(labels_N: IntArray, groups_N: IntArray, num_classes: int) -> NDArray[np.intp]:
    """Places of one picture of each group, of the classes that have enough of them."""
    _, first = np.unique(groups_N, return_index=True)
    counts_K = np.bincount(labels_N[first], minlength=num_classes)
    judged: NDArray[np.intp] = first[counts_K[labels_N[first]] >= _LEAST_PICTURES]
    return judged


def _strength(way: float) -> Strength:
    limits: tuple[tuple[float, Strength], ...] = ((_STRONG, "strong"), (_CLEAR, "clear"), (_WEAK, "weak"))
    return next((name for limit, name in limits if way >= limit), "none")


def _folds(labels_N: IntArray, random: np.random.Generator) -> IntArray:
    """Folds that all have their share of each class."""
    order = random.permutation(len(labels_N))
    order = order[np.argsort(labels_N[order], kind="stable")]
    folds_N = np.empty(len(labels_N), np.int64)
    folds_N[order] = np.arange(len(labels_N)) % _NUM_FOLDS
    return folds_N


def _accuracy(bins_N: IntArray, labels_N: IntArray, folds_N: IntArray, num_classes: int) -> float:
    num_bins = int(bins_N.max()) + 1
    cells_N = (folds_N * num_bins + bins_N) * num_classes + labels_N
    counts_FBK = np.bincount(cells_N, minlength=_NUM_FOLDS * num_bins * num_classes).reshape(
        _NUM_FOLDS, num_bins, num_classes
    )
    others_FBK = counts_FBK.sum(axis=0) - counts_FBK
    shares_FBK = others_FBK / np.maximum(others_FBK.sum(axis=1, keepdims=True), 1)
    guesses_FB = shares_FBK.argmax(axis=2)
    is_right_N = guesses_FB[folds_N, bins_N] == labels_N
    right_K = np.bincount(labels_N, weights=is_right_N, minlength=num_classes)
    count_K = np.bincount(labels_N, minlength=num_classes)
    return float((right_K[count_K > 0] / count_K[count_K > 0]).mean())


def _shares(bins_N: IntArray, labels_N: IntArray, num_classes: int) -> NDArray[np.float64]:
    num_bins = int(bins_N.max()) + 1
    counts_KB = np.bincount(labels_N * num_bins + bins_N, minlength=num_classes * num_bins).reshape(num_classes, -1)
    shares_KB: NDArray[np.float64] = counts_KB / np.maximum(counts_KB.sum(axis=1, keepdims=True), 1)
    return shares_KB


def _spread(each: Property, labels_N: IntArray, num_classes: int) -> tuple[tuple[float, ...], ...]:
    if each.values_N is None:
        return ()
    hundredths = [0.05, 0.25, 0.5, 0.75, 0.95]
    return tuple(
        tuple(np.quantile(each.values_N[labels_N == label], hundredths).tolist()) for label in range(num_classes)
    )
