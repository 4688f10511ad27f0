"""One data set as it is kept: what is written of it once, and what it is with the changes that were made since."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from sftviz.data.by_folders import ByFolders
from sftviz.data.edits import Changes, Stamp, edits_of, edits_stamp
from sftviz.data.labels import Labels
from sftviz.data.listing import Listing
from sftviz.data.mended import mended
from sftviz.durable import replacing
from sftviz.errors import DataError

BY_FOLDERS = ByFolders()


@dataclass(frozen=True)
class StoredData:
    """A data set under its identity, the hash of its content.

    Attributes:
        name: as its owner calls it; text only, never a path.
        added_at: seconds since 1970, UTC.
        listing: the pictures to work with; its own identity is that of this version, which runs record.
        is_copy: whether the pictures lie in the store; else they are read where they were found.
        changes: what a person changed since it was added, in the order in which it applies.
        whole: the listing without the changes.
        labels: how the labels came about.
    """

    identity: str
    name: str
    added_at: float
    listing: Listing
    is_copy: bool
    changes: Changes
    whole: Listing
    labels: Labels

    @property
    def num_left_out(self) -> int:
        """Number of pictures that are there and not in the listing."""
        return len(self.whole.pictures) - len(self.listing.pictures)


@dataclass(frozen=True)
class Version:
    """What a data set was at some time.

    Attributes:
        num_changes: since it was added; None where that was not noted.
        is_current: whether nothing was changed since.
    """

    stored: StoredData
    num_changes: int | None
    is_current: bool


@dataclass(frozen=True)
class Entry:
    """What is written of a data set, once."""

    identity: str
    name: str
    added_at: float
    listing: Listing
    is_copy: bool
    labels: Labels = BY_FOLDERS


_FILE = "dataset.json"
_JSON = TypeAdapter(Entry)


def write_entry(folder: Path, entry: Entry) -> None:
    """Write what does not change any more, but for groups that were not known.

    Raises:
        OSError: the disk is full or cannot be written.
    """
    with replacing(folder / _FILE) as file:
        file.write(_JSON.dump_json(entry))


def keep_groups(folder: Path, listing: Listing) -> None:
    """Note in the entry of a folder which of its pictures are near-duplicates; all else stays as it was written.

    Args:
        folder: of the data set.
        listing: the same pictures, grouped.

    Raises:
        OSError: the disk is full or cannot be written.
    """
    entry = _JSON.validate_json((folder / _FILE).read_bytes())
    group_of = {picture.path: picture.group for picture in listing.pictures}
    pictures = tuple(replace(picture, group=group_of[picture.path]) for picture in entry.listing.pictures)
    write_entry(folder, replace(entry, listing=replace(entry.listing, pictures=pictures)))


def read_stored(folder: Path) -> StoredData | None:
    """The data set in a folder as it is now; None where there is none, or it is damaged."""
    file = folder / _FILE
    try:
        return _mended(file, file.stat().st_mtime_ns, edits_stamp(folder))
    except (OSError, ValidationError, DataError):
        return None


@lru_cache(maxsize=64)  # pages ask at every click, and a listing can have 50,000 pictures
def _mended(file: Path, modified_ns: int, _edits: Stamp | None) -> StoredData:
    entry = _entry(file, modified_ns)
    whole, changes = entry.listing, edits_of(file.parent).changes
    listing = mended(whole, changes)
    return StoredData(entry.identity, entry.name, entry.added_at, listing, entry.is_copy, changes, whole, entry.labels)


@lru_cache(maxsize=64)
def _entry(file: Path, _modified_ns: int) -> Entry:
    entry = _JSON.validate_json(file.read_bytes())
    return replace(entry, listing=replace(entry.listing, root=file.parent / entry.listing.root))
