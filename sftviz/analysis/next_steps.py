"""What to try when a run is not good enough, and why: from its curves and from the classes that it fails.

Shape legend: K classes, E epochs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sftviz.analysis.history import History
from sftviz.config import Recipe
from sftviz.results import IntArray, Predictions

Kind = Literal["more_epochs", "unfreeze", "next_model", "pictures"]

_MOST_CLASSES = 3
_WIDE_GAP = 0.1


@dataclass(frozen=True)
class NextStep:
    """One thing to try.

    Attributes:
        kind: what.
        reason: why, or why rather not: whole sentences, which hold class names as they are.
        is_promising: whether the numbers speak for it.
    """

    kind: Kind
    reason: str
    is_promising: bool


@dataclass(frozen=True)
class WeakClass:
    """A class that is recognised less often than the others.

    Attributes:
        recall: share of its validation examples that are right.
        num_validation, num_train: its examples.
        has_few: whether it has no more training examples than half of the classes.
    """

    name: str
    recall: float
    num_validation: int
    num_train: int
    has_few: bool


def weak_classes(predictions: Predictions, training_counts_K: IntArray) -> tuple[WeakClass, ...]:
    """At most three classes of recall below the mean: those with few training examples first, then the worst first."""
    num_classes = len(predictions.classes)
    support_K = np.bincount(predictions.labels_N, minlength=num_classes)
    right_K = np.bincount(predictions.labels_N[predictions.is_right_N], minlength=num_classes)
    occurs_K = support_K > 0
    if not occurs_K.any():
        return ()
    recall_K = np.where(occurs_K, right_K / np.maximum(support_K, 1), 1.0)
    few = float(np.median(training_counts_K))
    found = [
        WeakClass(
            name=predictions.classes[index],
            recall=float(recall_K[index]),
            num_validation=int(support_K[index]),
            num_train=int(training_counts_K[index]),
            has_few=bool(training_counts_K[index] <= few),
        )
        for index in np.flatnonzero(occurs_K & (recall_K < recall_K[occurs_K].mean())).tolist()
    ]
    return tuple(sorted(found, key=lambda each: (not each.has_few, each.recall, each.num_train)))[:_MOST_CLASSES]


def next_recipe(recipe: Recipe) -> str | None:
    """The preset that lets more of the backbone learn; None where all of it does already."""
    learns = [stage.learns for stage in recipe.stages]
    if "all" in learns or recipe.adapter_rank:
        return None
    return "gradual" if any(each != "head" for each in learns) else "last_blocks"


def next_steps(went: History, train_accuracy: float, recipe: Recipe, weak: Sequence[WeakClass]) -> tuple[NextStep, ...]:
    """All that can be tried, the promising first.

    Args:
        went: the validation measures of the run.
        train_accuracy: of its last epoch, in [0, 1].
        recipe: what it trained by.
        weak: as `weak_classes` found them.
    """
    steps = [_next_model(went)]
    if len(went.epochs_E) > 1:
        steps.insert(0, _more_epochs(went))
    if next_recipe(recipe):
        steps.insert(-1, _unfreeze(float(went.accuracy_E[-1]), train_accuracy))
    if weak:
        steps.append(_pictures(weak))
    return tuple(sorted(steps, key=lambda step: not step.is_promising))


def _is_rising(went: History) -> bool:
    """Whether the last epoch has the least loss of all that were trained, and less than the one before it."""
    loss_E = went.loss_E
    return len(loss_E) > 1 and bool(loss_E[-1] < loss_E[-2] and loss_E[-1] <= np.nanmin(loss_E[1:]))


def _more_epochs(went: History) -> NextStep:
    last, before = float(went.loss_E[-1]), float(went.loss_E[-2])
    if _is_rising(went):
        reason = f"The validation loss was still falling in the last epoch, from {before:.3f} to {last:.3f} nats."
        return NextStep("more_epochs", reason, is_promising=True)
    losses_E = np.nan_to_num(went.loss_E[1:], nan=np.inf)
    least = int(losses_E.argmin())
    reason = (
        f"The validation loss was least in epoch {went.epochs_E[1 + least]} with {losses_E[least]:.3f} nats, and "
        f"{last:.3f} in the last: more epochs of the same are unlikely to help."
    )
    return NextStep("more_epochs", reason, is_promising=False)


def _unfreeze(accuracy: float, train_accuracy: float) -> NextStep:
    both = (
        f"{100 * train_accuracy:.1f} % of the training pictures are right, and {100 * accuracy:.1f} % of the "
        "validation pictures"
    )
    if train_accuracy - accuracy > _WIDE_GAP:
        reason = f"{both}: it fits what it was shown better than what is new, and more freedom alone widens that gap."
        return NextStep("unfreeze", reason, is_promising=False)
    return NextStep("unfreeze", f"{both}: what learns so far finds little more to learn.", is_promising=True)


def _next_model(went: History) -> NextStep:
    gained = 100 * float(np.nanmax(went.accuracy_E) - went.accuracy_E[0])
    reason = (
        f"Fine-tuning brought {gained:.1f} points over the pretrained features. Other backbones were made or trained "
        "differently, and theirs may suit these pictures better."
    )
    return NextStep("next_model", reason, is_promising=not _is_rising(went))


def _pictures(weak: Sequence[WeakClass]) -> NextStep:
    named = "; ".join(
        f"{each.name}: {100 * each.recall:.0f} % of {each.num_validation} found, {each.num_train} training pictures"
        for each in weak
    )
    if weak[0].has_few:
        return NextStep("pictures", f"Found least, with few pictures to learn from: {named}.", is_promising=True)
    reason = f"Found least, though they have more pictures than most: {named}. Look at their mistakes first."
    return NextStep("pictures", reason, is_promising=False)
