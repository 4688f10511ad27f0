"""A sample of the training pictures: every class has its first pictures, then its share."""

from collections import Counter
from pathlib import Path

import pytest

from sftviz.data.listing import Listing, Picture
from sftviz.data.sample import training_sample


def _listing(*counts: int) -> Listing:
    pictures = [
        Picture(f"{label}/{index}.png", label, "train" if index else "validation", f"{label}-{index}", 10, 10)
        for label, count in enumerate(counts)
        for index in range(count + 1)
    ]
    return Listing(Path("/nowhere"), tuple(str(label) for label in range(len(counts))), tuple(pictures), ())


def test_few_pictures_are_their_own_sample() -> None:
    listing = _listing(5, 5)
    assert training_sample(listing, 10, seed=0) is listing


@pytest.mark.parametrize(
    ("counts", "most", "expected"),
    [
        ((60, 30), 30, (20, 10)),
        ((900, 6), 100, (95, 5)),
        ((8, 8, 8), 3, (1, 1, 1)),
        ((3, 40), 20, (3, 17)),
    ],
)
def test_shares_are_kept_and_no_class_is_lost(counts: tuple[int, ...], most: int, expected: tuple[int, ...]) -> None:
    listing = _listing(*counts)
    sample = training_sample(listing, most, seed=0)
    found = Counter(picture.label for picture in sample.pictures)
    assert sum(found.values()) == most
    assert all(abs(found[label] - count) <= 2 for label, count in enumerate(expected)), found
    assert all(found.values())
    assert all(picture.side == "train" for picture in sample.pictures)
    order = [listing.pictures.index(picture) for picture in sample.pictures]
    assert order == sorted(order)


def test_the_seed_decides() -> None:
    listing = _listing(40, 40)
    first, again, other = (training_sample(listing, 20, seed=seed) for seed in (0, 0, 1))
    assert first.pictures == again.pictures
    assert first.pictures != other.pictures
