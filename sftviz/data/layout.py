"""Which files are the pictures of which class, as found by their names alone: what a scan then opens."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from sftviz.data.listing import Rejection, Side
from sftviz.data.names import as_text, shown
from sftviz.errors import DataError


@dataclass(frozen=True)
class Found:
    """A file that has a label; `path` is POSIX, relative to the layout's root."""

    path: str
    label: int
    side: Side | None


class Labelled(NamedTuple):
    """What is known of a file: the name of its class, and its side where that is given."""

    label: str
    side: Side | None


@dataclass(frozen=True)
class Layout:
    """Classes and their files, sorted by path.

    Attributes:
        root: the folder that all paths are relative to.
        classes: names, sorted.
        files: those that have a label.
        left_out: those that have none, with reasons.
        has_own_split: whether each file's side is given.
        has_own_labels: whether some file does not lie in a folder of its class's name.
    """

    root: Path
    classes: tuple[str, ...]
    files: tuple[Found, ...]
    left_out: tuple[Rejection, ...]
    has_own_split: bool
    has_own_labels: bool = False

    @cached_property
    def sides(self) -> frozenset[Side | None]:
        """Those that some file has."""
        return frozenset(file.side for file in self.files)

    def without(self, names: Collection[str]) -> "Layout":
        """The same without some classes; what was left out so is told with the rest.

        Raises:
            DataError: there is no such class, or fewer than two others.
        """
        if not names:
            return self
        if unknown := sorted(set(names).difference(self.classes)):
            raise DataError(
                f"There is no class {shown(unknown[0])} to leave out; there are {', '.join(map(shown, self.classes))}."
            )
        classes = require_two(set(self.classes).difference(names))
        label_of = {name: label for label, name in enumerate(classes)}
        kept: list[Found] = []
        dropped = {name: Rejection(as_text(name), _on_request(name)) for name in names}
        for file in self.files:
            name = self.classes[file.label]
            if name in label_of:
                kept.append(replace(file, label=label_of[name]))
            else:
                dropped.pop(name, None)
                dropped[file.path] = Rejection(as_text(file.path), _on_request(name))
        return replace(self, classes=classes, files=tuple(kept), left_out=self.left_out + tuple(dropped.values()))


def _on_request(name: str) -> str:
    return f"The class {shown(name)} was left out on request."


def laid_out(
    root: Path, labelled: Mapping[str, Labelled], left_out: Iterable[Rejection], *, has_own_split: bool
) -> Layout:
    """The layout that comes of labels, one by one.

    Args:
        root: the folder that holds all files.
        labelled: by POSIX path, relative to the root.
        left_out: files without a label.
        has_own_split: whether each label has a side.

    Raises:
        DataError: there are fewer than two classes.
    """
    classes = require_two({each.label for each in labelled.values()})
    places = {name: place for place, name in enumerate(classes)}
    files = (Found(path, places[each.label], each.side) for path, each in sorted(labelled.items()))
    has_own_labels = any(f"/{each.label}/" not in f"/{path}" for path, each in labelled.items())
    return Layout(root, classes, tuple(files), tuple(left_out), has_own_split, has_own_labels)


def require_two(classes: Collection[str]) -> tuple[str, ...]:
    """The classes, sorted.

    Raises:
        DataError: there is only one.
    """
    if len(classes) == 1:
        raise DataError(f"There is only one class, {shown(next(iter(classes)))}; a classifier needs at least two.")
    return tuple(sorted(classes))
