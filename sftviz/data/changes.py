"""What a person changes in a data set: pictures left out, moved to another class or kept together, classes renamed.

Changes are a list and apply one after the other to the pictures as they were added, see `mended`; no file is touched.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from sftviz.data.listing import Listing
from sftviz.data.names import MAX_NAME_BYTES, first_few, is_text, shown
from sftviz.errors import DataError

_MOST_NAMED = 5


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


@dataclass(frozen=True)
class KeptTogether:
    """Pictures that go to one side of a split, with all that are nearly the same as one of them."""

    paths: tuple[str, ...]
    reason: str = ""
    at: float | None = None
    kind: Literal["kept together"] = "kept together"

    @property
    def what(self) -> str:
        """What was changed, as a line of a list."""
        return first_few(self.paths, _MOST_NAMED)


Change = Annotated[LeftOut | Relabelled | Renamed | KeptTogether, Field(discriminator="kind")]


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


def keeping_together(listing: Listing, groups: Iterable[Sequence[str]], reason: str) -> tuple[Change, ...]:
    """Keep the pictures of each group on one side, as far as they are still there and not together already.

    Raises:
        DataError: the data bring their own split, or nobody looked for near-duplicates.
    """
    if listing.has_own_split:
        raise DataError("These data bring their own split, which is kept as it is; move the files to one side instead.")
    if not listing.is_grouped:
        raise DataError(
            "Nobody looked for near-duplicates when these pictures were added; add the same pictures again, then keep "
            "these together."
        )
    group_of, now = {picture.path: picture.group for picture in listing.pictures}, time.time()
    known = [tuple(path for path in dict.fromkeys(paths) if path in group_of) for paths in groups]
    return tuple(KeptTogether(paths, reason, now) for paths in known if len({group_of[path] for path in paths}) > 1)


def _require_class(listing: Listing, name: str) -> None:
    if name not in listing.classes:
        raise DataError(f"There is no class {shown(name)} any more; look at the classes again, and choose another.")
