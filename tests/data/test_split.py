from collections import Counter, defaultdict
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sftviz.data.listing import Listing, Picture
from sftviz.data.scan import scan
from sftviz.data.split import split, training_counts, unmet_shares
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


def _grouped(groups: list[list[int]]) -> Listing:
    """One class a list; equal numbers are near-duplicates."""
    listing = _listing([[1000 * label + n for n in range(len(own))] for label, own in enumerate(groups)])
    numbers = chain.from_iterable(groups)
    pictures = tuple(replace(picture, group=number) for picture, number in zip(listing.pictures, numbers, strict=True))
    return replace(listing, pictures=pictures)


GROUPS = st.lists(st.integers(0, 25), min_size=1, max_size=30)
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


@given(st.lists(GROUPS, min_size=2, max_size=5), SHARES, SEEDS)
def test_no_group_is_parted_and_no_group_more_would_come_nearer(groups, share, seed):
    before = _grouped(groups)
    labels_of = defaultdict(set)
    for picture in before.pictures:
        labels_of[picture.group].add(picture.label)
    try:
        after = split(before, validation_share=share, seed=seed)
    except DataError:
        return  # what then holds is tested with copies
    sides_of = defaultdict(set)
    for picture in after.pictures:
        sides_of[picture.group].add(picture.side)
    assert [replace(each, side=None) for each in after.pictures] == list(before.pictures)
    assert all(len(sides) == 1 for sides in sides_of.values())
    assert all(sides_of[group] == {"train"} for group, labels in labels_of.items() if len(labels) > 1)
    for label, sides in enumerate(after.counts().values()):
        sizes = Counter(each.group for each in after.pictures if each.label == label and each.side == "train")
        could_go = [size for group, size in sizes.items() if len(labels_of[group]) == 1 and size < sides["train"]]
        assert sides["train"]
        assert sides["validation"] or not could_go
        wanted = min(sides.total() - 1, max(1, round(share * sides.total())))
        missed = abs(sides["validation"] - wanted)
        assert all(abs(sides["validation"] + size - wanted) >= missed for size in could_go)


@given(st.lists(GROUPS, min_size=2, max_size=5), SHARES)
def test_as_many_train_as_were_counted_on(groups, share):
    before = _grouped([*groups, list(range(1000, 1010))])
    counted = training_counts(before, validation_share=share)
    singles = _grouped([[100 * label + n for n in range(len(own))] for label, own in enumerate([*groups, range(10)])])
    of_singles = split(singles, validation_share=share, seed=0).counts().values()
    assert training_counts(singles, validation_share=share) == tuple(sides["train"] for sides in of_singles)
    after = split(before, validation_share=share, seed=0).counts().values()
    for own, number, sides in zip([*groups, [0]], counted, after, strict=True):
        assert abs(number - sides["train"]) <= max(Counter(own).values())


@given(st.lists(GROUPS, min_size=2, max_size=5), st.floats(0.05, 0.5), st.floats(0.05, 0.45), SEEDS)
def test_a_test_set_is_drawn_from_what_would_train(groups, share, test_share, seed):
    before = _grouped([*groups, list(range(1000, 1010))])
    without = split(before, validation_share=share, seed=seed)
    divided = split(before, validation_share=share, test_share=test_share, seed=seed)
    assert divided.side("validation") == without.side("validation")
    assert len(divided.side("train")) + len(divided.side("test")) == len(without.side("train"))
    sides_of = defaultdict(set)
    for picture in divided.pictures:
        sides_of[picture.group].add(picture.side)
    assert all(len(sides) == 1 for sides in sides_of.values())
    assert {each.label for each in divided.side("train")} == {each.label for each in without.side("train")}
    of_singles = divided.counts()[divided.classes[-1]]
    assert abs(of_singles["test"] - 10 * test_share) <= 1


def test_a_test_set_that_cannot_be_drawn_is_refused():
    with pytest.raises(DataError, match="No picture is left for a test set"):
        split(_grouped([[0, 1], [2, 3]]), validation_share=0.2, test_share=0.2, seed=0)
    assert training_counts(_grouped([list(range(10))]), validation_share=0.2, test_share=0.3) == (5,)


def test_a_burst_is_not_torn_apart_and_the_page_is_told():
    burst = _grouped([[0] * 200 + [1, 2, 3, 4, 5], list(range(10, 60)), [70] * 30])
    for seed in range(5):
        counts = split(burst, validation_share=0.2, seed=seed).counts()
        assert counts["000"] == {"train": 200, "validation": 5}
        assert counts["001"] == {"train": 40, "validation": 10}
        assert counts["002"] == {"train": 30}
    said = unmet_shares(burst, validation_share=0.2)
    assert "can hold out 20%" in said
    assert said.endswith(": 5 of 205 pictures of '000', 0 of 30 pictures of '002'.")
    assert unmet_shares(_grouped([list(range(10)), list(range(10, 20))]), validation_share=0.2) == ""


def test_many_classes_that_cannot_be_divided_are_named_in_part():
    said = unmet_shares(_grouped([[label] * 9 for label in range(40)]), validation_share=0.2)
    assert said.endswith(", 0 of 9 pictures of '001', 0 of 9 pictures of '002' and 37 more classes.")


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
