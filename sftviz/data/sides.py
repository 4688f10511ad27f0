"""Which pictures learn and which check, where a person has decided it: by the names of folders, or by two folders."""

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
SIDE_NAMES = frozenset(chain(*_NAMES.values()))


def sides_named(names: Collection[str]) -> dict[str, Side]:
    """Those names that mean a side, at most one for each: where there are both val and test, test means none."""
    preferred = {side: next((name for name in known if name in names), None) for side, known in _NAMES.items()}
    return {name: side for side, name in preferred.items() if name}


def sides_below(root: Path) -> Sides:
    """Train and validation folders; or the root alone, where such names are missing or are classes themselves.

    Raises:
        DataError: a folder cannot be read.
    """
    folders = {folder.name.casefold(): folder for folder in folders_in(root)}
    sides: Sides = [(side, folders[name]) for name, side in sides_named(folders).items()]
    if len(sides) == len(_NAMES) and (folders_in(sides[0][1]) or SIDE_NAMES.issuperset(folders)):
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
