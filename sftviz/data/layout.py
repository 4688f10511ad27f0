"""How a folder of pictures is laid out, by its names alone: nothing is opened here."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sftviz.data.listing import Side
from sftviz.data.names import is_passed_over, is_text, shown
from sftviz.errors import DataError

_TRAIN_NAMES = ("train", "training")
_VALIDATION_NAMES = ("val", "valid", "validation", "test")  # in order of preference
_SIDE_NAMES = frozenset(_TRAIN_NAMES + _VALIDATION_NAMES)


@dataclass(frozen=True)
class Found:
    """A file below a class folder; `path` is relative to the layout's root."""

    path: Path
    label: int
    side: Side | None


@dataclass(frozen=True)
class Layout:
    """Class folders and what lies in them, sorted by path."""

    root: Path
    classes: tuple[str, ...]
    files: tuple[Found, ...]
    has_own_split: bool


def layout_of(root: Path) -> Layout:
    """Find the class folders of a folder, below train/ and val/ where it has them, inside any wrapping folders.

    Hidden and system files and all links are passed over, and so are files beside the class folders.

    Raises:
        DataError: the folder cannot be read, or has fewer than two class folders.
    """
    if not root.is_dir():
        raise DataError(f"{shown(str(root))} is not a folder on this machine; check the path.")
    root = _unwrapped(root.absolute())
    sides = _sides(root)
    classes = _classes(root, sides)
    files = sorted(
        (
            Found(file.relative_to(root), label, side)
            for side, folder in sides
            for label, name in enumerate(classes)
            for file in _files_below(folder / name)
        ),
        key=lambda found: found.path.as_posix(),
    )
    return Layout(root, classes, tuple(files), has_own_split=len(sides) > 1)


def _unwrapped(root: Path) -> Path:
    while len(folders := _folders(root)) == 1 and _folders(folders[0]):
        root = folders[0]
    if not is_text(str(root)):
        raise DataError(f"The path {shown(str(root))} is not valid UTF-8 text; rename its folders.")
    return root


def _sides(root: Path) -> list[tuple[Side | None, Path]]:
    """Train and validation folders; or the root alone, where such names are missing or are classes themselves."""
    folders = {folder.name.casefold(): folder for folder in _folders(root)}
    train = next((folders[name] for name in _TRAIN_NAMES if name in folders), None)
    validation = next((folders[name] for name in _VALIDATION_NAMES if name in folders), None)
    if train and validation and (_folders(train) or _SIDE_NAMES.issuperset(folders)):
        return [("train", train), ("validation", validation)]
    return [(None, root)]


def _classes(root: Path, sides: list[tuple[Side | None, Path]]) -> tuple[str, ...]:
    classes, *others = [{folder.name for folder in _folders(folder)} for _, folder in sides]
    if unknown := set().union(*others) - classes:
        names = ", ".join(map(shown, sorted(unknown)))
        raise DataError(f"The validation folder has classes that the training folder lacks: {names}.")
    if not classes:
        raise DataError(
            f"There are no class folders in {shown(root.name)}; put each class's pictures into a folder of their own."
        )
    if len(classes) == 1:
        raise DataError(f"There is only one class, {shown(classes.pop())}; a classifier needs at least two.")
    if unreadable := [name for name in classes if not is_text(name)]:
        raise DataError(f"The folder name {shown(min(unreadable))} is not valid UTF-8 text; rename the folder.")
    return tuple(sorted(classes))


def _folders(folder: Path) -> list[Path]:
    return [Path(entry) for entry in _entries(folder) if entry.is_dir(follow_symlinks=False)]


def _files_below(folder: Path) -> Iterator[Path]:
    # No recursion: folders can be nested deeper than Python's stack.
    waiting = [folder]
    while waiting:
        for entry in _entries(waiting.pop()):
            if entry.is_dir(follow_symlinks=False):
                waiting.append(Path(entry))
            elif entry.is_file(follow_symlinks=False):
                yield Path(entry)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if not is_passed_over(entry.name)]
    except FileNotFoundError:
        return []  # a class that one side lacks
    except OSError as error:
        raise DataError(f"The folder {shown(str(folder))} cannot be read: {error.strerror}.") from error
