"""Pictures that a person keeps together, as groups of a listing."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sftviz.data.listing import Listing
from sftviz.data.perceptual import joined


def together(listing: Listing, kept: Sequence[Sequence[str]]) -> Listing:
    """The pictures with some of their groups joined.

    Args:
        listing: whose near-duplicates are known.
        kept: paths of pictures that belong together; those that are not there count for nothing.
    """
    place = {picture.path: index for index, picture in enumerate(listing.pictures)}
    links = [
        (place[one], place[other]) for one, other in _links([[each for each in own if each in place] for own in kept])
    ]
    if not links:
        return listing
    rows, columns = np.array(links, dtype=np.intp).T
    groups_N = np.array([picture.group for picture in listing.pictures], dtype=np.int64)
    pictures = tuple(
        replace(picture, group=group)
        for picture, group in zip(listing.pictures, joined(groups_N, rows, columns).tolist(), strict=True)
    )
    said: dict[int, list[str]] = {}
    alone_N = np.arange(len(pictures))
    for picture, number in zip(pictures, joined(alone_N, rows, columns).tolist(), strict=True):
        said.setdefault(number, []).append(picture.path)
    groups = sorted(tuple(sorted(paths)) for paths in said.values() if len(paths) > 1)
    return replace(listing, pictures=pictures, together=tuple(groups))


def _links(kept: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    return [(paths[0], path) for paths in kept for path in paths[1:]]
