"""Pictures that are gone or have changed since the scan: found by their content, and how many a run goes without."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from sftviz.data.decode import read
from sftviz.data.listing import Listing, Picture, Rejection
from sftviz.data.names import first_few, shown
from sftviz.data.parallel import in_threads
from sftviz.errors import DataError, LostPictureError, UnreadablePictureError
from sftviz.events import ExamplesSkipped

_ONE_OF = 100  # so many pictures may be lost
_MOST_NAMED = 3


def read_as_scanned(root: Path, picture: Picture) -> bytes:
    """The bytes of a picture file, which are those that the scan saw.

    Raises:
        LostPictureError: the file cannot be read any more, or holds something else.
    """
    try:
        data = read(root / picture.path)
    except UnreadablePictureError as error:
        raise LostPictureError(str(error)) from error
    if hashlib.sha256(data).hexdigest() != picture.sha256:
        raise LostPictureError(f"The file {shown(picture.path)} has changed since the scan.")
    return data


def look_for_lost(root: Path, pictures: Sequence[Picture]) -> Iterator[Rejection | None]:
    """Why each picture is lost, in their order; None where it is not."""
    return in_threads(partial(_verdict, root), pictures)


def without_lost(listing: Listing, lost: Collection[Rejection]) -> Listing:
    """What a run goes on with, of which `skipped` says what it goes without.

    Args:
        listing: the run's, each picture with its side.
        lost: those of its training and validation pictures that are lost, at least one.

    Raises:
        DataError: with what it goes without already, they are more than 1 %, or a class would lose its last picture of
            a side.
    """
    gone = {each.path for each in lost}
    left = replace(
        listing,
        pictures=tuple(picture for picture in listing.pictures if picture.path not in gone),
        skipped=(*listing.skipped, *lost),
    )
    total = len(left.skipped) + len(left.without_test().pictures)
    if len(left.skipped) > total // _ONE_OF:
        raise _refusal(left.skipped, total, "and a run goes without 1 % at most")
    if emptied := _emptied(listing, left):
        raise _refusal(left.skipped, total, f"among them {emptied}")
    return left


def skipped_words(event: ExamplesSkipped) -> str:
    """What a person is told of the pictures that a run goes without."""
    names, count = [*map(shown, event.examples)], len(event.examples)
    total = count + event.num_train + event.num_validation
    return (
        f"{count:,} of {total:,} pictures {'is' if count == 1 else 'are'} left out of this run, gone or changed since "
        f"the scan: {first_few(names, _MOST_NAMED)}."
    )


def _verdict(root: Path, picture: Picture) -> Rejection | None:
    try:
        read_as_scanned(root, picture)
    except LostPictureError as error:
        return Rejection(picture.path, error.reason)
    return None


def _emptied(before: Listing, after: Listing) -> str:
    """Which class has pictures of a side before and none after, in words; empty where there is none."""
    pairs = {(picture.label, picture.side) for picture in after.pictures}
    for picture in before.without_test().pictures:
        if (picture.label, picture.side) not in pairs:
            side = "training" if picture.side == "train" else "validation"
            return f"the last {side} picture of the class {shown(before.classes[picture.label])}"
    return ""


def _refusal(lost: Sequence[Rejection], total: int, why: str) -> DataError:
    number = f"1 of {total:,} pictures is gone or has"
    which, them = "it is", "it"
    if len(lost) > 1:
        number, which, them = f"{len(lost):,} of {total:,} pictures are gone or have", "the first is", "them"
    return DataError(
        f"{number} changed since the scan, {why}; {which} {shown(lost[0].path)}. {lost[0].reason} Put {them} back, or "
        "scan the folder again and start a new run."
    )
