"""Who learns, checks or is held out, where a person has decided it: by the names of folders, or by two folders."""

import os
from collections.abc import Collection
from itertools import chain
from pathlib import Path

from sftviz.data.folders import folders_in
from sftviz.data.listing import Side
from sftviz.data.names import shown
from sftviz.errors import DataError

Sides = list[tuple[Side | None, Path]]

_NAMES: dict[Side, tuple[str, ...]] = {  # in order of preference
    "train": ("train", "training"),
    "validation": ("val", "valid", "validation", "test"),
}
_TEST = "test"
SIDE_NAMES = frozenset(chain(*_NAMES.values()))


def sides_named(names: Collection[str]) -> dict[str, Side]:
    """Those names that mean a side, at most one for each: test is for validation where nothing else is."""
    preferred = {side: next((name for name in known if name in names), None) for side, known in _NAMES.items()}
    sides = {name: side for side, name in preferred.items() if name}
    return sides if _TEST not in names or _TEST in sides else {**sides, _TEST: "test"}


def sides_below(root: Path) -> Sides:
    """Train, validation and test folders; or the root alone, where these names are missing or are classes themselves.

    Raises:
        DataError: a folder cannot be read.
    """
    folders = {folder.name.casefold(): folder for folder in folders_in(root)}
    sides: Sides = [(side, folders[name]) for name, side in sides_named(folders).items()]
    if {side for side, _ in sides} >= _NAMES.keys() and (folders_in(sides[0][1]) or SIDE_NAMES.issuperset(folders)):
        return sides
    return [(None, root)]


def sides_apart(train: Path, validation: Path) -> tuple[Path, Sides]:
    """The folder that holds two others, and those two as sides.

    Raises:
        DataError: one holds the other, or they are one and the same.
    """
    train, validation = train.resolve(), validation.resolve()
    if train == validation:
        raise DataError(f"{shown(str(train))} is given for both training and validation; validation needs others.")
    if train in validation.parents or validation in train.parents:
        raise DataError(
            f"Of {shown(str(train))} and {shown(str(validation))} one lies in the other; give two that lie apart."
        )
    return Path(os.path.commonpath([train, validation])), [("train", train), ("validation", validation)]
