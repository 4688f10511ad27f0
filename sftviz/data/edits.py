"""What a person changed in a data set after it was added: a list beside it, so that everything can be taken back."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter

from sftviz.durable import write_durably
from sftviz.errors import DataError


@dataclass(frozen=True)
class LeftOut:
    """A picture that a person left out, and why, in a few words."""

    path: str
    reason: str


@dataclass(frozen=True)
class Edits:
    """All changes.

    Attributes:
        left_out: in the order in which they were left out.
        versions: identities of all listings that there have been: runs name the one that they learned from.
    """

    left_out: tuple[LeftOut, ...] = ()
    versions: tuple[str, ...] = ()


_FILE = "edits.json"
_JSON = TypeAdapter(Edits)


def edits_of(folder: Path) -> Edits:
    """The changes to the data set in a folder.

    Raises:
        OSError: they cannot be read.
        ValidationError: they are damaged.
    """
    file = folder / _FILE
    return _parsed(file, file.stat().st_mtime_ns) if file.exists() else Edits()


def write_edits(folder: Path, left_out: tuple[LeftOut, ...], version: str) -> None:
    """Replace what is left out.

    Args:
        folder: of the data set.
        left_out: all that is left out from now on.
        version: identity of the listing that comes of it.

    Raises:
        DataError: the disk is full or not to be written.
    """
    versions = dict.fromkeys((*edits_of(folder).versions, version))
    try:
        write_durably(folder / _FILE, _JSON.dump_json(Edits(left_out, tuple(versions))))
    except OSError as error:
        raise DataError(f"What is left out could not be noted: {error.strerror}.") from error


@lru_cache(maxsize=256)
def _parsed(file: Path, _modified_ns: int) -> Edits:
    return _JSON.validate_json(file.read_bytes())
