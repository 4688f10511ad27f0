"""What a person changes in a data set: pictures left out or moved to another class, classes renamed or merged.

Changes are a list and apply one after the other to the pictures as they were added; no file is touched.
"""

import time
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal

from pydantic import Field

from sftviz.data.listing import Listing
from sftviz.data.names import MAX_NAME_BYTES, is_text, shown
from sftviz.errors import DataError


@dataclass(frozen=True)
class LeftOut:
    """A picture that is neither learned from nor counted.

    Attributes:
        path: as the listing has it.
        reason: in a few words; may be empty.
        at: seconds since 1970, UTC; None where it was not noted.
    """

    path: str
    reason: str = ""
    at: float | None = None
    kind: Literal["left out"] = "left out"

    @property
    def what(self) -> str:
        """What was changed, as a line of a list."""
        return self.path


@dataclass(frozen=True)
class Relabelled:
    """A picture that was moved from one class to another; the rest as of `LeftOut`."""

    path: str
    before: str
    after: str
    reason: str = ""
    at: float | None = None
    kind: Literal["relabelled"] = "relabelled"

    @property
    def what(self) -> str:
        """What was changed, as a line of a list."""
        return f"{self.path}: {self.before} → {self.after}"


@dataclass(frozen=True)
class Renamed:
    """A class under another name; where another class has that name, the two are one from then on."""

    before: str
    after: str
    reason: str = ""
    at: float | None = None
    kind: Literal["renamed"] = "renamed"

    @property
    def what(self) -> str:
        """What was changed, as a line of a list."""
        return f"{self.before} → {self.after}"


Change = Annotated[LeftOut | Relabelled | Renamed, Field(discriminator="kind")]


def leaving_out(listing: Listing, paths: Iterable[str], reason: str) -> tuple[Change, ...]:
    """Leave those out that are still there."""
    known, now = {picture.path for picture in listing.pictures}, time.time()
    return tuple(LeftOut(path, reason, now) for path in dict.fromkeys(paths) if path in known)


def relabelling(listing: Listing, paths: Iterable[str], after: str, reason: str) -> tuple[Change, ...]:
    """Move those to a class that are still there and in another one.

    Raises:
        DataError: there is no such class.
    """
    _require_class(listing, after)
    names, now = _names(listing), time.time()
    moved = [path for path in dict.fromkeys(paths) if names.get(path, after) != after]
    return tuple(Relabelled(path, names[path], after, reason, now) for path in moved)


def renaming(listing: Listing, before: str, after: str, reason: str) -> tuple[Change, ...]:
    """Give a class another name, or merge it with the class of that name.

    Raises:
        DataError: there is no such class, or the new name is none.
    """
    _require_class(listing, before)
    after = " ".join(after.split())
    if not after or not is_text(after) or len(after.encode()) > MAX_NAME_BYTES:
        raise DataError(f"A class needs a name of at most {MAX_NAME_BYTES} bytes, not {shown(after)}; type another.")
    return () if before == after else (Renamed(before, after, reason, time.time()),)


def mended(listing: Listing, changes: Sequence[Change]) -> Listing:
    """The pictures after all changes; a class without pictures is gone, and sides stay as they are.

    Args:
        listing: the pictures as they were added.
        changes: in the order in which they were made.

    Raises:
        DataError: a change rests on one that is missing before it, or too few classes or pictures would be left.
    """
    if not changes:
        return listing
    given = _names(listing)
    now = _replayed(given, changes).classes
    classes = tuple(sorted(set(now.values())))
    label_of = {name: label for label, name in enumerate(classes)}
    pictures = tuple(
        picture if picture.label == label_of[now[picture.path]] else replace(picture, label=label_of[now[picture.path]])
        for picture in listing.pictures
        if picture.path in now
    )
    differs = any(given[path] != name for path, name in now.items())
    own = listing.has_own_labels or differs
    made = replace(listing, classes=classes, pictures=pictures, has_own_labels=own)
    _require_enough(listing, made)
    return made


def kinds(listing: Listing, changes: Sequence[Change]) -> tuple[str, ...]:
    """What each change is, in words; arguments as of `mended`."""
    return tuple(_replayed(_names(listing), changes).kinds)


@dataclass
class _Replay:
    """Where the changes have led so far.

    Attributes:
        classes: of each picture by its path, by name.
        sizes: number of pictures of each class.
        kinds: what each change was.
    """

    classes: dict[str, str]
    sizes: Counter[str]
    kinds: list[str] = field(default_factory=list)

    def apply(self, change: Change) -> bool:
        """Go on by one change; false where there is nothing that it could change."""
        match change:
            case LeftOut(path):
                return self._move(path, self.classes.get(path), None, "left out")
            case Relabelled(path, before, after):
                return self.sizes[after] > 0 and self._move(path, before, after, "moved to another class")
            case Renamed(before, after):
                return self._rename(before, after)

    def _move(self, path: str, before: str | None, after: str | None, kind: str) -> bool:
        if before is None or self.classes.get(path) != before:
            return False
        del self.classes[path]
        self.sizes[before] -= 1
        if after is not None:
            self.classes[path] = after
            self.sizes[after] += 1
        self.kinds.append(kind)
        return True

    def _rename(self, before: str, after: str) -> bool:
        if not self.sizes[before]:
            return False
        self.kinds.append("class merged" if self.sizes[after] else "class renamed")
        self.classes = {path: after if name == before else name for path, name in self.classes.items()}
        self.sizes[after] += self.sizes.pop(before)
        return True


def _replayed(given: dict[str, str], changes: Iterable[Change]) -> _Replay:
    replay = _Replay(dict(given), Counter(given.values()))
    for change in changes:
        if not replay.apply(change):
            raise DataError(
                f"The change {shown(change.what)} rests on one before it that would be missing; take the later one "
                "back first, or both together."
            )
    return replay


def _names(listing: Listing) -> dict[str, str]:
    return {picture.path: listing.classes[picture.label] for picture in listing.pictures}


def _require_class(listing: Listing, name: str) -> None:
    if name not in listing.classes:
        raise DataError(f"There is no class {shown(name)} any more; look at the classes again, and choose another.")


def _require_enough(before: Listing, after: Listing) -> None:
    if len(after.classes) < 2:
        left = f"Only {_quoted(after.classes)}" if after.classes else "No class"
        raise DataError(f"{left} would be left, and a classifier needs at least two classes; change less.")
    learned = {picture.label for picture in after.pictures if picture.side in (None, "train")}
    if lacking := [name for label, name in enumerate(after.classes) if label not in learned]:
        raise DataError(f"No picture to learn from would be left of {_quoted(lacking)}; change less.")
    if before.side("validation") and not after.side("validation"):
        raise DataError("No picture would be left for validation; change less.")


def _quoted(names: Collection[str]) -> str:
    return ", ".join(map(shown, names))
