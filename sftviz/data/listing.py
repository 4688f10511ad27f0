"""What a folder of pictures holds, as plain facts: the outcome of a scan, and of a split."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from sftviz.errors import DataError

Side = Literal["train", "validation", "test"]


@dataclass(frozen=True, slots=True)
class Picture:
    """One readable picture.

    Attributes:
        path: POSIX, relative to the listing's root.
        label: index into the listing's classes.
        side: None until a split has decided.
        sha256: of the file's bytes, in hex.
        width, height: in pixels, upright.
        group: number that the picture shares with its copies and near-duplicates; None where nobody looked for them.
    """

    path: str
    label: int
    side: Side | None
    sha256: str
    width: int
    height: int
    group: int | None = None


@dataclass(frozen=True)
class Rejection:
    """A file among the pictures, or a name in their table, that is left out; `reason` is a whole sentence."""

    path: str
    reason: str


@dataclass(frozen=True)
class Listing:
    """Pictures of several classes under one root.

    Attributes:
        root: the folder that all paths are relative to.
        classes: names, sorted; a picture's label is a place among them.
        has_own_split: whether the sides were found in the folder (train/, val/), not drawn.
        has_own_labels: whether somebody said what the classes are, and not the folders that the pictures lie in.
        together: paths of pictures that share a group because somebody said so, a tuple for each such group; sorted.
        skipped: what a run goes without: pictures that it was given and that were gone or changed when it began.
    """

    root: Path
    classes: tuple[str, ...]
    pictures: tuple[Picture, ...]
    rejections: tuple[Rejection, ...]
    has_own_split: bool = False
    has_own_labels: bool = False
    together: tuple[tuple[str, ...], ...] = ()
    skipped: tuple[Rejection, ...] = ()

    @cached_property
    def identity(self) -> str:
        """16 hex digits that stand for the content, wherever it lies and however it is split afterwards.

        What somebody keeps together is part of it: it decides the split.
        """
        facts = sorted(
            (picture.path, picture.label, str(picture.side if self.has_own_split else None), picture.sha256)
            for picture in self.pictures
        )
        # Paths name the classes where folders are the classes; data sets and runs from before are known by that.
        content: object = [facts, self.classes] if self.has_own_labels else facts
        if self.together:
            content = [content, "together", self.together]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]

    @cached_property
    def is_grouped(self) -> bool:
        """Whether it is known which pictures are near-duplicates."""
        return all(picture.group is not None for picture in self.pictures)

    def counts(self) -> dict[str, Counter[Side | None]]:
        """Number of pictures by class name, then by side."""
        counts: dict[str, Counter[Side | None]] = {name: Counter() for name in self.classes}
        for picture in self.pictures:
            counts[self.classes[picture.label]][picture.side] += 1
        return counts

    def side(self, name: Side) -> tuple[Picture, ...]:
        """The pictures on one side, in their order here."""
        return tuple(picture for picture in self.pictures if picture.side == name)

    def without_test(self) -> "Listing":
        """All but what is held out as a test set."""
        return replace(self, pictures=tuple(picture for picture in self.pictures if picture.side != "test"))

    def to_json(self) -> str:
        """All of it, for `from_json`."""
        return _JSON.dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str) -> "Listing":
        """The listing that `to_json` wrote.

        Raises:
            DataError: the text is none.
        """
        try:
            return _JSON.validate_json(text)
        except ValidationError as error:
            raise DataError("The saved list of pictures is damaged; scan the folder again.") from error


_JSON = TypeAdapter(Listing)
