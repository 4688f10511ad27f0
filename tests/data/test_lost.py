"""Lost pictures: found whatever became of them, and few enough are left out or it is said why not."""

import errno
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sftviz.data.listing import Listing, Picture, Rejection, Side
from sftviz.data.lost import look_for_lost, read_as_scanned, skipped_words, without_lost
from sftviz.errors import DataError, LostPictureError
from sftviz.events import ExamplesSkipped


def _to_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _to_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _to_a_link(path: Path) -> None:
    path.rename(path.with_suffix(".moved"))
    path.symlink_to(path.with_suffix(".moved"))


HARMS = {
    "gone": Path.unlink,
    "cut short": lambda path: os.truncate(path, 40),
    "emptied": lambda path: os.truncate(path, 0),
    "another": lambda path: path.write_bytes((path.parent / "3.png").read_bytes()),
    "a folder": _to_a_folder,
    "a pipe": _to_a_pipe,
    "a link": _to_a_link,
}


@pytest.mark.parametrize("harm", HARMS)
def test_what_became_of_a_picture_is_said_and_the_others_are_not_named(listing: Listing, harm: str) -> None:
    HARMS[harm](listing.root / "cat/2.png")
    verdicts = list(look_for_lost(listing.root, listing.pictures))
    (picture,) = (each for each, verdict in zip(listing.pictures, verdicts, strict=True) if verdict)
    (lost,) = filter(None, verdicts)
    assert picture.path == lost.path == "cat/2.png"
    assert lost.reason.startswith(("The file '", "'2.png' is no plain file"))
    with pytest.raises(LostPictureError) as caught:
        read_as_scanned(listing.root, picture)
    assert caught.value.reason == lost.reason


def test_a_picture_that_may_not_be_read_is_lost(listing: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = os.open

    def refuse(path: Path, flags: int) -> int:
        if path.name == "2.png" and path.parent.name == "cat":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return allowed(path, flags)

    # Forced: whoever is root may read everything.
    monkeypatch.setattr(os, "open", refuse)
    (lost,) = filter(None, look_for_lost(listing.root, listing.pictures))
    assert "Permission denied" in lost.reason


def _listing(sides: list[tuple[int, Side]]) -> Listing:
    pictures = tuple(Picture(f"{place}", label, side, f"{place}", 2, 2) for place, (label, side) in enumerate(sides))
    return Listing(Path("/"), ("a", "b", "c"), pictures, ())


_SIDES: st.SearchStrategy[Side] = st.sampled_from(("train", "train", "train", "validation", "test"))


@given(
    st.lists(st.tuples(st.integers(0, 2), _SIDES), min_size=1, max_size=450),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=5),
    st.integers(0, 3),
)
def test_a_few_are_left_out_in_order_or_a_sentence_says_why_not(
    sides: list[tuple[int, Side]], lots: list[int], before: int
) -> None:
    earlier = tuple(Rejection(f"earlier {number}", "Gone.") for number in range(before))
    listing = replace(_listing(sides), skipped=earlier)
    candidates = listing.without_test().pictures
    if not candidates:
        return
    gone = {candidates[lot % len(candidates)].path for lot in lots}
    lost = [Rejection(picture.path, "Gone.") for picture in candidates if picture.path in gone]
    left = [picture for picture in listing.pictures if picture.path not in gone]
    is_few = 100 * (before + len(lost)) <= len(candidates) + before
    has, had = (Counter((each.label, each.side) for each in pictures) for pictures in (left, candidates))
    if is_few and all(pair in has for pair in had):
        made = without_lost(listing, lost)
        assert list(made.pictures) == left
        assert made.skipped == (*earlier, *lost)
        assert Listing.from_json(made.to_json()) == made
        return
    with pytest.raises(DataError) as caught:
        without_lost(listing, lost)
    message, total = str(caught.value), len(candidates) + before
    assert message.startswith(f"{before + len(lost)} of {total} pictures ")
    assert ("the last " in message) == is_few
    assert repr((*earlier, *lost)[0].path) in message


@pytest.mark.parametrize(("count", "most"), [(99, 0), (100, 1), (199, 1), (200, 2)])
def test_one_per_cent_is_rounded_down_and_counts_no_test_picture(count: int, most: int) -> None:
    listing = _listing([(0, "train"), (1, "validation")] * (count // 2) + [(0, "train")] * (count % 2) + [(2, "test")])
    for number in range(1, most + 1):
        lost = [Rejection(picture.path, "Gone.") for picture in listing.pictures[:number]]
        assert len(without_lost(listing, lost).pictures) == count + 1 - number
    too_many = [Rejection(picture.path, "Gone.") for picture in listing.pictures[: most + 1]]
    with pytest.raises(DataError, match="goes without 1 % at most"):
        without_lost(listing, too_many)


def test_a_class_keeps_a_picture_on_each_side_that_it_has() -> None:
    listing = _listing([(0, "train"), (1, "train"), (1, "validation")] + [(0, "train")] * 200)
    for place, words in ((1, "training"), (2, "validation")):
        with pytest.raises(DataError, match=f"^1 of 203 pictures .* the last {words} picture of the class 'b'; it is"):
            without_lost(listing, [Rejection(f"{place}", "Gone.")])
    assert without_lost(listing, [Rejection("0", "Gone.")]).counts()["a"]["train"] == 200


def test_a_person_is_told_how_many_and_the_first_names() -> None:
    one = ExamplesSkipped(examples={"a/\n.png": "Gone."}, num_train=80, num_validation=19)
    assert skipped_words(one) == (
        r"1 of 100 pictures is left out of this run, gone or changed since the scan: 'a/\n.png'."
    )
    five = ExamplesSkipped(examples=dict.fromkeys("abcde", "Gone."), num_train=1000, num_validation=95)
    assert "5 of 1,100 pictures are left out" in skipped_words(five)
    assert skipped_words(five).endswith("'a', 'b', 'c' and 2 more.")
