"""Labels by folders: each class's pictures lie in a folder of their own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sftviz.data.folders import files_below, folders_in, require_folder, require_text
from sftviz.data.layout import Found, Layout, require_two
from sftviz.data.names import is_text, shown
from sftviz.data.sides import Sides, sides_apart, sides_below
from sftviz.errors import DataError


@dataclass(frozen=True)
class ByFolders:
    """`<class>/**`, or `<side>/<class>/**` for train, val and perhaps test, inside any wrapping folders."""

    kind: Literal["folders"] = "folders"

    def layout(self, root: Path, validation: Path | None = None) -> Layout:
        """Find the class folders; files beside them are passed over.

        Args:
            root: the folder.
            validation: a second one, where the first is for training only.

        Raises:
            DataError: a folder cannot be read, there are fewer than two class folders, or the sides do not match.
        """
        root = _unwrapped(root)
        if validation:
            root, sides = sides_apart(root, _unwrapped(validation))
        else:
            sides = sides_below(root)
        classes = _classes(sides)
        files = sorted(
            (
                Found(file, label, side)
                for side, folder in sides
                for label, name in enumerate(classes)
                for file in files_below(folder / name, root)
            ),
            key=lambda found: found.path,
        )
        return Layout(root, classes, tuple(files), (), has_own_split=len(sides) > 1)


def _unwrapped(root: Path) -> Path:
    root = require_folder(root)
    while len(folders := folders_in(root)) == 1 and folders_in(folders[0]):
        root = folders[0]
    return require_text(root)


def _classes(sides: Sides) -> tuple[str, ...]:
    classes, *others = [{folder.name for folder in folders_in(folder)} for _, folder in sides]
    for (side, _), own in zip(sides[1:], others, strict=True):
        if unknown := own - classes:
            names = ", ".join(map(shown, sorted(unknown)))
            raise DataError(f"The {side} folder has classes that the training folder lacks: {names}.")
    if not classes:
        name = shown(sides[0][1].name)
        raise DataError(f"There are no class folders in {name}; put each class's pictures into a folder of their own.")
    if unreadable := [name for name in classes if not is_text(name)]:
        raise DataError(f"The folder name {shown(min(unreadable))} is not valid UTF-8 text; rename the folder.")
    return require_two(classes)
