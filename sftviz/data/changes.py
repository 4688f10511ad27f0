"""What a person changes in a data set: pictures left out or moved to another class, classes renamed or merged.

Changes are a list and apply one after the other to the pictures as they were added, see `mended`; no file is touched.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
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
    names = {picture.path: listing.classes[picture.label] for picture in listing.pictures}
    moved = [path for path in dict.fromkeys(paths) if names.get(path, after) != after]
    now = time.time()
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


def _require_class(listing: Listing, name: str) -> None:
    if name not in listing.classes:
        raise DataError(f"There is no class {shown(name)} any more; look at the classes again, and choose another.")
