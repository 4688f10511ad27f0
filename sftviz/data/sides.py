"""Training and validation pictures that lie in two folders of their own."""

import os
from dataclasses import replace
from pathlib import Path

from sftviz.data.listing import Listing, Picture, Rejection, Side
from sftviz.data.scan import scan
from sftviz.errors import DataError


def scan_sides(train: Path, validation: Path) -> Listing:
    """Scan two folders with the same classes into one listing with its own split.

    Raises:
        DataError: one of them cannot be used, they are one and the same, or the classes differ.
    """
    sides: dict[Side, Listing] = {"train": scan(train.resolve()), "validation": scan(validation.resolve())}
    if sides["train"].root == sides["validation"].root:
        raise DataError(f"{str(train)!r} is given for both training and validation; validation needs other pictures.")
    classes = sides["train"].classes
    if classes != sides["validation"].classes:
        differing = sorted(set(classes) ^ set(sides["validation"].classes))
        raise DataError(f"Training and validation need the same class folders; only one has {', '.join(differing)}.")
    root = Path(os.path.commonpath([listing.root for listing in sides.values()]))
    pictures: list[Picture] = []
    rejections: list[Rejection] = []
    for side, listing in sides.items():
        prefix = listing.root.relative_to(root)
        pictures += [
            replace(each, path=(prefix / each.path).as_posix(), side=side, group=None) for each in listing.pictures
        ]
        rejections += [replace(each, path=(prefix / each.path).as_posix()) for each in listing.rejections]
    pictures.sort(key=lambda each: each.path)
    return Listing(root, classes, tuple(pictures), tuple(rejections), has_own_split=True)
