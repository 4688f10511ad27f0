"""All pictures of a data set in parts for cross-validation, each part held out once."""

from dataclasses import replace

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

from sftviz.data.grouping import known_groups
from sftviz.data.listing import Listing
from sftviz.data.names import shown
from sftviz.errors import DataError
from sftviz.results import IntArray


def most_folds(listing: Listing) -> int:
    """How many folds there can be at most: as many as the smallest class has different pictures, as far as is known."""
    labels = [picture.label for picture in listing.pictures]
    groups = set(zip(labels, known_groups(listing).tolist(), strict=True))
    counts = np.bincount([label for label, _ in groups], minlength=len(listing.classes))
    return int(counts.min(initial=len(groups)))


def draw_folds(listing: Listing, groups_N: IntArray, *, num_folds: int, seed: int) -> IntArray:
    """The fold of each picture, from 0: every fold has its share of each class, and no group is in two.

    Args:
        listing: N pictures; a split that it brings along is passed over.
        groups_N: numbers shared by pictures that must stay together, as `near_duplicates` finds them.
        num_folds: at least 2.
        seed: the same seed draws the same folds of the same pictures.

    Raises:
        DataError: a class has fewer different pictures than there are folds.
    """
    labels_N = np.array([picture.label for picture in listing.pictures], dtype=np.int64)
    _require_enough(listing, labels_N, groups_N, num_folds)
    fold_N = np.empty(len(labels_N), dtype=np.int64)
    splitter = StratifiedGroupKFold(num_folds, shuffle=True, random_state=seed)
    for fold, (train, held_out) in enumerate(splitter.split(labels_N, labels_N, groups_N)):
        fold_N[held_out] = fold
        missing = set(range(len(listing.classes))) - set(labels_N[train].tolist())
        if missing or not len(held_out):
            raise DataError(
                f"The near-duplicates cannot be kept together in {num_folds} folds that all learn every class; "
                "choose fewer folds, or remove copies."
            )
    return fold_N


def with_fold(listing: Listing, fold_N: IntArray, fold: int) -> Listing:
    """The pictures with one fold for validation and all others for training; arguments as of `draw_folds`."""
    pictures = tuple(
        replace(picture, side="validation" if own == fold else "train")
        for picture, own in zip(listing.pictures, fold_N.tolist(), strict=True)
    )
    return replace(listing, pictures=pictures, has_own_split=False)


def undivided(listing: Listing) -> Listing:
    """The pictures all on the training side, but for a test set that they bring along: that is left out."""
    pictures = tuple(replace(picture, side="train") for picture in listing.without_test().pictures)
    return replace(listing, pictures=pictures, has_own_split=False)


def _require_enough(listing: Listing, labels_N: IntArray, groups_N: IntArray, num_folds: int) -> None:
    for label, name in enumerate(listing.classes):
        distinct = len(np.unique(groups_N[labels_N == label]))
        if distinct < num_folds:
            raise DataError(
                f"The class {shown(name)} has {distinct} different pictures (near-duplicates count as one), too few "
                f"for {num_folds} folds; choose fewer folds, or add pictures."
            )
