"""The list of what a person changed in a data set after it was added, kept beside it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, TypeAdapter

from sftviz.data.changes import Change, LeftOut
from sftviz.data.listing import Listing
from sftviz.data.mended import mended
from sftviz.durable import alone, write_durably
from sftviz.errors import DataError

Changes = tuple[Change, ...]
Stamp = tuple[int, int, int]

_FILE = "edits.json"


@dataclass(frozen=True)
class Edits:
    """All changes, in the order in which they apply.

    Attributes:
        versions: identities of all listings that came of changes, each with the number of its changes: runs name the
            one that they learned from. None where the number was not noted.
    """

    changes: Changes = ()
    versions: dict[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class _Before:
    """What was written when pictures could only be left out."""

    left_out: tuple[LeftOut, ...]
    versions: tuple[str, ...] = ()


def _upgraded(content: Any) -> Any:
    if not isinstance(content, dict) or "left_out" not in content:
        return content
    before = TypeAdapter(_Before).validate_python(content)
    return {"changes": before.left_out, "versions": dict.fromkeys(before.versions)}


_JSON: TypeAdapter[Edits] = TypeAdapter(Annotated[Edits, BeforeValidator(_upgraded)])


def edits_of(folder: Path) -> Edits:
    """The changes to the data set in a folder.

    Raises:
        OSError: they cannot be read.
        ValidationError: they are damaged.
    """
    stamp = edits_stamp(folder)
    return _parsed(folder / _FILE, stamp) if stamp else Edits()


def edits_stamp(folder: Path) -> Stamp | None:
    """What tells one content of the list from the next; None where nothing was changed."""
    try:
        state = (folder / _FILE).stat()
    except FileNotFoundError:
        return None
    # A clock's tick can be longer than the time between two changes; each is a new file.
    return state.st_mtime_ns, state.st_size, state.st_ino


def edit(folder: Path, whole: Listing, revise: Callable[[Changes], Changes]) -> None:
    """Revise the list as it is on disk: what others change at the same time comes before or after.

    Args:
        folder: of the data set.
        whole: its pictures as they were added.
        revise: from the changes that there are to those that there shall be.

    Raises:
        DataError: too little would be left, a change rests on one that is missing, or the disk is not to be written.
    """
    try:
        with alone(folder / "edits.lock"):
            edits = edits_of(folder)
            changes = revise(edits.changes)
            if changes != edits.changes:
                versions = edits.versions | {mended(whole, changes).identity: len(changes)}
                write_durably(folder / _FILE, _JSON.dump_json(Edits(changes, versions)))
    except OSError as error:
        raise DataError(f"The change could not be noted in {folder}: {error.strerror}.") from error


@lru_cache(maxsize=256)  # pages ask at every click
def _parsed(file: Path, _stamp: Stamp) -> Edits:
    return _JSON.validate_json(file.read_bytes())
