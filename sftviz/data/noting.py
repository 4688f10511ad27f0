"""A few bytes noted of each picture, once: in parallel, kept in the cache, resumed where it was interrupted."""

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sftviz.caches import CacheFolder
from sftviz.data.decode import read
from sftviz.data.listing import Listing, Picture
from sftviz.data.parallel import in_threads
from sftviz.errors import DataError

Note = Callable[[bytes, Picture], bytes]


def note_pictures(
    listing: Listing, cache: CacheFolder, kind: str, num_bytes: int, note: Note
) -> Iterator[tuple[int, int]]:
    """Note something of all pictures in a file of the cache; nothing is done where it is there already.

    Args:
        listing: whose pictures they are.
        cache: where the file goes.
        kind: what is noted, `<folder>/<version>`: a new version where the same picture gives other bytes.
        num_bytes: of each note.
        note: a picture file's bytes to those that are noted.

    Yields:
        Pictures done, and pictures in all.

    Raises:
        DataError: a picture cannot be read any more, or the disk is full.
        CacheFullError: the notes do not fit into the cache.
    """
    name, total = _name(listing, kind), len(listing.pictures)
    try:
        for written in cache.awaited(name):
            yield written // num_bytes, total
        with cache.growing(name, total * num_bytes) as file:
            first = file.position // num_bytes
            file.rewind(first * num_bytes)
            notes = in_threads(partial(_noted, listing.root, note), listing.pictures[first:])
            for done, content in enumerate(notes, start=first + 1):
                file.write(content)
                yield done, total
    except OSError as error:
        raise DataError(f"What the pictures look like could not be noted: {error.strerror}.") from error


def has_notes(listing: Listing, cache: CacheFolder, kind: str) -> bool:
    """Whether `note_pictures` has nothing left to do."""
    return cache.find(_name(listing, kind)) is not None


def read_notes(listing: Listing, cache: CacheFolder, kind: str) -> NDArray[np.uint8] | None:
    """What `note_pictures` noted, one after the other; None where it is not there."""
    file = cache.find(_name(listing, kind))
    try:
        return None if file is None else np.fromfile(file, np.uint8)
    except FileNotFoundError:  # the cache was cleared just now
        return None


def _noted(root: Path, note: Note, picture: Picture) -> bytes:
    return note(read(root / picture.path), picture)


def _name(listing: Listing, kind: str) -> str:
    contents = hashlib.sha256("".join(picture.sha256 for picture in listing.pictures).encode()).hexdigest()[:16]
    folder, version = kind.split("/")
    return f"{folder}/{contents}-{version}.bin"
