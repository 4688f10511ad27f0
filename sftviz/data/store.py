"""The data sets that this installation knows: read in place, or kept as a copy of an upload."""

import re
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from sftviz.data.archive import extract
from sftviz.data.changes import Change, keeping_together, leaving_out, relabelling, renaming
from sftviz.data.edits import Changes, edit, edits_of
from sftviz.data.labels import Labels
from sftviz.data.listing import Listing
from sftviz.data.mended import mended
from sftviz.data.names import shown
from sftviz.data.scan import OnProgress, scan
from sftviz.data.stored import BY_FOLDERS, Entry, StoredData, Version, keep_groups, read_stored, write_entry
from sftviz.durable import remove_leftovers, sync_folder
from sftviz.errors import DataError, UploadError

_PICTURES = "pictures"


class DataStore:
    """Data sets below `home/datasets/<identity>/`: dataset.json, pictures/ where it is a copy, edits.json if edited.

    What is on the way lies in `home/staging/` and moves over by one rename, so a data set is there in full or not at
    all. The same content twice is the same data set; the second time, near-duplicates are noted if nobody looked for
    them the first time.
    """

    def __init__(self, home: Path) -> None:
        self._sets = home / "datasets"
        self._staging = home / "staging"
        for folder in (self._sets, self._staging):
            folder.mkdir(parents=True, exist_ok=True)
        remove_leftovers(self._staging.iterdir())

    def add_folder(
        self,
        path: Path,
        name: str | None = None,
        *,
        labels: Labels = BY_FOLDERS,
        validation: Path | None = None,
        without: Collection[str] = (),
        on_progress: OnProgress | None = None,
    ) -> StoredData:
        """Register a folder of this machine; nothing is copied or changed.

        Args:
            path: the folder.
            name: what to call it; by default as the folder.
            labels: how each file gets its class.
            validation: a second folder, where the first is for training only.
            without: classes to leave out.
            on_progress: called with (files done, files in all).

        Raises:
            DataError: the folders do not hold pictures as `scan` wants them.
        """
        listing = scan(path, labels=labels, validation=validation, without=without, on_progress=on_progress)
        with self._on_the_way(self.new_staging()) as box:
            name = name or path.resolve().name or str(path)
            return self._settled(box, Entry(listing.identity, name, time.time(), listing, is_copy=False, labels=labels))

    def unpack(self, file: Path | BinaryIO) -> Path:
        """Unpack a zip into a new folder, as of `new_staging`.

        Raises:
            UploadError: the archive is refused; nothing of it is kept.
        """
        with self._on_the_way(self.new_staging()) as box:
            if not isinstance(file, Path):
                with (box / "archive.zip").open("xb") as copy:
                    shutil.copyfileobj(file, copy)
                file = box / "archive.zip"
            pictures = self.new_staging()
            pictures.rmdir()
            extract(file, pictures)
        return pictures

    def add_archive(
        self,
        file: Path | BinaryIO,
        name: str,
        *,
        labels: Labels = BY_FOLDERS,
        on_progress: OnProgress | None = None,
    ) -> StoredData:
        """Unpack a zip and keep its pictures.

        Raises:
            UploadError: the archive is refused.
            DataError: it does not hold pictures as `scan` wants them.
        """
        staging = self.unpack(file)
        try:
            return self.add_staged(staging, name, labels=labels, on_progress=on_progress)
        finally:
            self.discard(staging)

    def add_staged(
        self,
        staging: Path,
        name: str,
        *,
        labels: Labels = BY_FOLDERS,
        without: Collection[str] = (),
        on_progress: OnProgress | None = None,
    ) -> StoredData:
        """Take over a folder from `new_staging` that an upload has filled.

        What is refused stays there, so that it need not be sent again: for another try, or for `discard`.

        Raises:
            DataError: it does not hold pictures as `scan` wants them.
            UploadError: the disk is full; the folder may be gone.
        """
        listing = scan(staging, labels=labels, without=without, on_progress=on_progress)
        with self._on_the_way(self.new_staging()) as box:
            pictures = staging.rename(box / _PICTURES)
            # Relative to the data set, so that the whole store can be moved.
            listing = replace(listing, root=pictures.relative_to(box) / listing.root.relative_to(staging.absolute()))
            return self._settled(box, Entry(listing.identity, name, time.time(), listing, is_copy=True, labels=labels))

    def new_staging(self) -> Path:
        """An empty folder for an upload; what is left in it for a day is deleted."""
        staging = self._staging / token_hex(16)
        staging.mkdir()
        return staging

    def discard(self, staging: Path) -> None:
        """Delete what was uploaded or unpacked and is not to become a data set; nothing happens where it is gone."""
        if staging.parent == self._staging:
            shutil.rmtree(staging, ignore_errors=True)

    def list(self) -> tuple[StoredData, ...]:
        """All data sets, newest first; damaged entries are passed over."""
        known = filter(None, map(read_stored, self._sets.iterdir()))
        return tuple(sorted(known, key=lambda stored: stored.added_at, reverse=True))

    def get(self, identity: str) -> StoredData:
        """Look a data set up as it is now, by its identity or that of any version that it had.

        Raises:
            DataError: it is not known or damaged, or its folder is no longer there.
        """
        stored = self._known(identity)
        if not stored.listing.root.is_dir():
            raise DataError(
                f"The folder {shown(str(stored.listing.root))} of the data set {shown(stored.name)} is gone; "
                "put it back, or add the pictures again from where they are now."
            )
        return stored

    def folder(self, stored: StoredData) -> Path:
        """Where a data set lies, and what is kept with it goes."""
        return self._sets / stored.identity

    def version(self, identity: str) -> Version:
        """What a run means by the identity of a listing.

        Raises:
            DataError: it is not known or damaged.
        """
        stored = self._known(identity)
        number = 0 if identity == stored.identity else edits_of(self.folder(stored)).versions.get(identity)
        return Version(stored, number, identity == stored.listing.identity)

    def leave_out(self, stored: StoredData, paths: Iterable[str], reason: str = "") -> StoredData:
        """Go on without some pictures; like all changes, this leaves the files alone.

        Raises:
            DataError: too few pictures would be left, or the disk is full.
        """
        return self._edited(stored, lambda now: leaving_out(now, paths, reason))

    def relabel(self, stored: StoredData, paths: Iterable[str], to: str, reason: str = "") -> StoredData:
        """Go on with some pictures in another class.

        Raises:
            DataError: there is no such class, too few pictures would be left of another, or the disk is full.
        """
        return self._edited(stored, lambda now: relabelling(now, paths, to, reason))

    def rename_class(self, stored: StoredData, name: str, to: str, reason: str = "") -> StoredData:
        """Go on with a class under another name, or as a part of the class of that name.

        Raises:
            DataError: there is no such class, `to` is no name, no two classes would be left, or the disk is full.
        """
        return self._edited(stored, lambda now: renaming(now, name, to, reason))

    def keep_together(self, stored: StoredData, groups: Iterable[Sequence[str]], reason: str = "") -> StoredData:
        """Go on with the pictures of each group on one side of a split.

        Raises:
            DataError: the data bring their own split, nobody looked for near-duplicates, or the disk is full.
        """
        return self._edited(stored, lambda now: keeping_together(now, groups, reason))

    def take_back(self, stored: StoredData, changes: Collection[Change]) -> StoredData:
        """Go on without some of the changes; the others apply as before.

        Raises:
            DataError: another change rests on one of them, too few pictures would be left, or the disk is full.
        """
        edit(self.folder(stored), stored.whole, lambda known: tuple(each for each in known if each not in changes))
        return self.get(stored.identity)

    def remove(self, identity: str) -> None:
        """Forget a data set and delete its copy; a folder read in place is left alone.

        Raises:
            DataError: it is not known.
        """
        if not re.fullmatch("[0-9a-f]{16}", identity) or not (self._sets / identity).exists():
            raise DataError(f"There is no data set {shown(identity)} here; nothing was removed.")
        self._discard(self._sets / identity)

    def _known(self, identity: str) -> StoredData:
        stored = read_stored(self._sets / identity) if re.fullmatch("[0-9a-f]{16}", identity) else None
        stored = stored or next(
            (each for each in self.list() if identity in edits_of(self.folder(each)).versions), None
        )
        if stored is None:
            raise DataError(f"There is no data set {shown(identity)} here; add its pictures again.")
        return stored

    def _settled(self, box: Path, stored: Entry) -> StoredData:
        """Move a finished box into place, unless the same content is there already."""
        home = self._sets / stored.identity
        try:
            known = self.get(stored.identity)
            if known.identity == stored.identity and not known.whole.is_grouped:
                keep_groups(home, stored.listing)
            return self.get(stored.identity)
        except DataError:
            pass  # it is not there, or not usable any more
        write_entry(box, stored)
        if home.exists():
            if read_stored(home):  # its pictures have moved: what was changed and found since is still true
                _copy_rest(home, box)
            self._discard(home)
        box.rename(home)
        sync_folder(self._sets)
        return self.get(stored.identity)

    def _edited(self, stored: StoredData, add: Callable[[Listing], Changes]) -> StoredData:
        edit(self.folder(stored), stored.whole, lambda known: known + add(mended(stored.whole, known)))
        return self.get(stored.identity)

    def _discard(self, folder: Path) -> None:
        # Renamed first: nobody must meet a data set that is half deleted.
        shutil.rmtree(folder.rename(self._staging / token_hex(16)))

    @contextmanager
    def _on_the_way(self, staging: Path) -> Iterator[Path]:
        try:
            yield staging
        except OSError as error:
            raise UploadError(f"The pictures could not be stored: {error.strerror}.") from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def _copy_rest(home: Path, box: Path) -> None:
    """Copy what is kept beside a data set: all but its entry and its pictures."""
    for path in home.iterdir():
        if path.is_dir() and path.name != _PICTURES:
            shutil.copytree(path, box / path.name)
        elif path.is_file() and not (box / path.name).exists():
            shutil.copy2(path, box / path.name)
