"""Folds: each picture in one, no group in two, each class in all; a sentence where that cannot be."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from sftviz.config import DataConfig
from sftviz.data.folds import draw_folds, most_folds, undivided, with_fold
from sftviz.data.listing import Listing, Picture
from sftviz.errors import DataError


def _listing(*counts: int) -> Listing:
    pictures = tuple(
        Picture(f"{label}/{number}.png", label, "train" if number else "validation", f"{label}-{number}", 9, 9)
        for label, count in enumerate(counts)
        for number in range(count)
    )
    classes = tuple(map(str, range(len(counts))))
    return Listing(Path("/pictures"), classes, pictures, (), has_own_split=True)


def _counts(listing: Listing, fold_N: np.ndarray, num_folds: int) -> np.ndarray:
    labels = np.array([picture.label for picture in listing.pictures])
    return np.array([np.bincount(labels[fold_N == fold], minlength=len(listing.classes)) for fold in range(num_folds)])


@pytest.mark.parametrize("counts", [(10, 10, 10), (23, 7, 5), (50, 51, 86)])
def test_each_fold_has_its_share_of_each_class(counts: tuple[int, ...]) -> None:
    listing = _listing(*counts)
    fold_N = draw_folds(listing, np.arange(len(listing.pictures)), num_folds=5, seed=0)
    counts_FK = _counts(listing, fold_N, 5)
    np.testing.assert_array_equal(counts_FK.sum(axis=0), counts)
    assert np.ptp(counts_FK, axis=0).max() <= 1


def test_no_group_is_in_two_folds_and_every_class_is_learned() -> None:
    listing = _listing(40, 40, 24)
    groups_N = np.random.default_rng(0).integers(0, 40, len(listing.pictures))
    fold_N = draw_folds(listing, groups_N, num_folds=4, seed=1)
    for group in np.unique(groups_N):
        assert len(set(fold_N[groups_N == group].tolist())) == 1
    counts_FK = _counts(listing, fold_N, 4)
    assert ((counts_FK.sum(axis=0) - counts_FK) > 0).all()
    assert np.abs(counts_FK / counts_FK.sum(axis=0) - 1 / 4).max() < 0.1


def test_the_seed_decides() -> None:
    listing = _listing(20, 20)
    alone = np.arange(40)
    first, again, other = (draw_folds(listing, alone, num_folds=5, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_two_pictures_a_class_make_two_folds() -> None:
    listing = _listing(2, 2)
    assert most_folds(listing) == 2
    alike = replace(listing, pictures=tuple(replace(each, group=each.label) for each in listing.pictures))
    assert most_folds(alike) == 1
    assert _counts(listing, draw_folds(listing, np.arange(4), num_folds=2, seed=0), 2).tolist() == [[1, 1], [1, 1]]


def test_too_few_pictures_are_a_sentence() -> None:
    with pytest.raises(DataError, match=r"class '1' has 3 different pictures .* too few for 5 folds; choose fewer"):
        draw_folds(_listing(9, 3), np.arange(12), num_folds=5, seed=0)
    with pytest.raises(DataError, match="'0' has 2 different"):
        draw_folds(_listing(4, 4), np.array([0, 0, 0, 1, 2, 3, 4, 5]), num_folds=3, seed=0)


def test_a_fold_validates_and_the_rest_trains_whatever_split_there_was() -> None:
    listing = _listing(4, 4)
    fold_N = np.array([0, 1, 2, 1, 0, 1, 2, 1])
    part = with_fold(listing, fold_N, 1)
    assert [picture.side == "validation" for picture in part.pictures] == (fold_N == 1).tolist()
    assert not part.has_own_split
    assert {picture.side for picture in undivided(listing).pictures} == {"train"}


def test_a_fold_is_one_of_them() -> None:
    assert DataConfig(dataset="d", fold=4).num_folds == 5
    with pytest.raises(ValidationError, match="from 0 to 4; there is no fold 5"):
        DataConfig(dataset="d", fold=5)


def test_copies_count_once() -> None:
    listing = _listing(5, 4)
    copies = tuple(
        Picture(each.path, each.label, None, "same" if each.label else each.sha256, 9, 9) for each in listing.pictures
    )
    assert most_folds(Listing(listing.root, listing.classes, copies, ())) == 1


def test_a_test_set_is_in_no_fold() -> None:
    listing = _listing(6, 6)
    held_out = tuple(
        replace(each, side="test" if each.path.endswith("5.png") else each.side) for each in listing.pictures
    )
    left = undivided(replace(listing, pictures=held_out))
    assert [each.path for each in left.pictures] == [
        f"{label}/{number}.png" for label in range(2) for number in range(5)
    ]
    assert {each.side for each in left.pictures} == {"train"}
