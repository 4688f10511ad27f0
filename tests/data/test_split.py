from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sftviz.data.listing import Listing, Picture
from sftviz.data.scan import scan
from sftviz.data.split import split
from sftviz.errors import DataError

SHARES = st.floats(0.01, 0.99)
SEEDS = st.integers(0, 2**32 - 1)


def _listing(contents: list[list[int]]) -> Listing:
    """One class a list; equal numbers are equal pictures."""
    pictures = tuple(
        Picture(f"{label:03}/{n}.png", label, None, f"{content:064x}", 1, 1)
        for label, own in enumerate(contents)
        for n, content in enumerate(own)
    )
    return Listing(Path("root"), tuple(f"{label:03}" for label in range(len(contents))), pictures, ())


CONTENTS = st.lists(st.lists(st.integers(0, 40), min_size=1, max_size=12), min_size=2, max_size=6)


@given(CONTENTS, SHARES, SEEDS)
def test_every_picture_has_one_side_and_copies_stay_together(contents, share, seed):
    before = _listing(contents)
    try:
        after = split(before, validation_share=share, seed=seed)
    except DataError:
        bearers = defaultdict(set)
        for label, own in enumerate(contents):
            for content in own:
                bearers[content].add(label)
        assert not any(len(set(own)) > 1 and any(len(bearers[each]) == 1 for each in own) for own in contents)
        return
    train, validation = after.side("train"), after.side("validation")
    assert len(train) + len(validation) == len(before.pictures)
    assert [replace(each, side=None) for each in after.pictures] == list(before.pictures)
    assert not {each.sha256 for each in train} & {each.sha256 for each in validation}
    assert train
    assert validation
    assert {each.label for each in train} == set(range(len(contents)))


@given(st.lists(st.integers(1, 60), min_size=2, max_size=6), SHARES, SEEDS)
def test_each_class_is_on_both_sides_by_its_share(sizes, share, seed):
    assume(max(sizes) > 1)
    after = split(_listing([[100 * label + n for n in range(size)] for label, size in enumerate(sizes)]),
                  validation_share=share, seed=seed)  # fmt: skip
    for size, sides in zip(sizes, after.counts().values(), strict=True):
        if size == 1:
            assert sides == {"train": 1}
        else:
            assert 1 <= sides["validation"] <= size - 1
            assert abs(sides["validation"] - share * size) <= 1


@given(CONTENTS, SEEDS, st.randoms())
def test_only_seed_and_content_decide(contents, seed, random):
    before = _listing([*contents, [1000, 1001]])
    shuffled = list(before.pictures)
    random.shuffle(shuffled)
    other = replace(before, root=Path("elsewhere"), pictures=tuple(shuffled))
    one, two = (split(each, validation_share=0.3, seed=seed) for each in (before, other))
    assert set(one.pictures) == set(two.pictures)


def test_another_seed_draws_anew():
    before = _listing([list(range(50)), list(range(100, 150))])
    sides = {tuple(each.side for each in split(before, validation_share=0.2, seed=seed).pictures) for seed in range(5)}
    assert len(sides) == 5


def test_a_picture_with_two_labels_trains():
    after = split(_listing([[0, 1, 7], [2, 3, 7]]), validation_share=0.9, seed=3)
    assert {each.side for each in after.pictures if int(each.sha256, 16) == 7} == {"train"}


def test_an_own_split_is_kept(folder):
    listing = scan(folder(["train/cat/1.png", "train/cat/2.png", "train/dog/1.png", "val/cat/1.png"]))
    assert split(listing, validation_share=0.5, seed=0) == listing


def test_nothing_to_validate_on_is_refused():
    with pytest.raises(DataError, match="add a second, different picture"):
        split(_listing([[0, 0, 0], [1]]), validation_share=0.5, seed=0)
