"""A part of the training pictures that stands for all of them."""

import hashlib
from collections import Counter
from dataclasses import replace

from sftviz.data.listing import Listing, Picture

_LEAST_OF_A_CLASS = 5


def training_sample(listing: Listing, most: int, *, seed: int) -> Listing:
    """The listing itself where it has no more training pictures, else so many of these alone.

    Each class gives its first five before any gives more, and then its share.

    Args:
        listing: divided.
        most: training pictures.
        seed: the same seed draws the same pictures.
    """
    train = listing.side("train")
    if len(train) <= most:
        return listing
    totals = Counter(picture.label for picture in train)
    drawn: Counter[int] = Counter()
    places: dict[int, tuple[float, int]] = {}
    for index in sorted(range(len(train)), key=lambda index: _lot(seed, train[index])):
        label = train[index].label
        beyond = max(0, drawn[label] - _LEAST_OF_A_CLASS + 1)
        places[index] = (beyond / totals[label], drawn[label])
        drawn[label] += 1
    chosen = sorted(places, key=places.__getitem__)[:most]
    return replace(listing, pictures=tuple(train[index] for index in sorted(chosen)))


def _lot(seed: int, picture: Picture) -> bytes:
    return hashlib.blake2b(f"{seed}/sample/{picture.sha256}/{picture.path}".encode(), digest_size=16).digest()
