"""Who learns and who checks: drawn once from the seed and the pictures' content, so that it can be drawn again."""

import hashlib
from collections import Counter
from dataclasses import replace
from functools import partial
from itertools import chain

from sftviz.data.listing import Listing
from sftviz.errors import DataError


def split(listing: Listing, *, validation_share: float, seed: int) -> Listing:
    """Give every picture a side; a split that the folder brings along is kept as it is.

    Otherwise each class gives its share of distinct pictures to validation, at least one and never all. Copies of a
    picture stay together. A picture found under two labels trains: it could not be scored fairly.

    Args:
        listing: from a scan.
        validation_share: in (0, 1), of each class.
        seed: the same seed draws the same split of the same content.

    Raises:
        DataError: no picture would be left for validation.
    """
    if not listing.has_own_split:
        held_out = _held_out(listing, validation_share, seed)
        pictures = tuple(
            replace(picture, side="validation" if picture.sha256 in held_out else "train")
            for picture in listing.pictures
        )
        listing = replace(listing, pictures=pictures)
    if not listing.side("validation"):
        raise DataError(
            "No picture is left for validation; add a second, different picture to at least one of the classes."
        )
    return listing


def training_counts(listing: Listing, *, validation_share: float) -> tuple[int, ...]:
    """How many pictures of each class `split` leaves for training: nearly, where classes hold copies."""
    counts = listing.counts().values()
    if listing.has_own_split:
        return tuple(of_class["train"] for of_class in counts)
    totals = [of_class.total() for of_class in counts]
    return tuple(total - min(total - 1, max(1, round(validation_share * total))) for total in totals)


def _held_out(listing: Listing, share: float, seed: int) -> set[str]:
    """Content hashes of the pictures for validation."""
    contents: list[set[str]] = [set() for _ in listing.classes]
    for picture in listing.pictures:
        contents[picture.label].add(picture.sha256)
    bearers = Counter(chain.from_iterable(contents))
    held_out: set[str] = set()
    for own in contents:
        unambiguous = sorted((content for content in own if bearers[content] == 1), key=partial(_lot, seed))
        most = min(len(unambiguous), len(own) - 1)
        held_out.update(unambiguous[: min(most, max(1, round(share * len(own))))])
    return held_out


def _lot(seed: int, content: str) -> bytes:
    return hashlib.blake2b(f"{seed}/split/{content}".encode(), digest_size=16).digest()
