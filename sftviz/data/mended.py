"""The pictures of a data set after a list of changes."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from sftviz.data.changes import Change, KeptTogether, LeftOut, Relabelled, Renamed
from sftviz.data.listing import Listing
from sftviz.data.names import shown
from sftviz.data.together import together
from sftviz.errors import DataError


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
    now = _replayed(listing, changes).classes()
    classes = tuple(sorted(set(now.values())))
    label_of = {name: label for label, name in enumerate(classes)}
    kept = [picture for picture in listing.pictures if picture.path in now]
    labels = [label_of[now[picture.path]] for picture in kept]
    pictures = tuple(
        picture if picture.label == label else replace(picture, label=label)
        for picture, label in zip(kept, labels, strict=True)
    )
    differs = any(listing.classes[picture.label] != now[picture.path] for picture in kept)
    made = replace(listing, classes=classes, pictures=pictures, has_own_labels=listing.has_own_labels or differs)
    _require_enough(listing, made)
    return together(made, [change.paths for change in changes if isinstance(change, KeptTogether)])


def kinds(listing: Listing, changes: Sequence[Change]) -> tuple[str, ...]:
    """What each change is, in words; arguments as of `mended`."""
    return tuple(_replayed(listing, changes).kinds)


@dataclass
class _Replay:
    """Where the changes have led so far.

    Attributes:
        places: of each picture's class in `names`, by its path.
        names: of the classes; merged ones stand there more than once.
        sizes: number of pictures of each class, by its name.
        kinds: what each change was.
    """

    places: dict[str, int]
    names: list[str]
    sizes: Counter[str]
    kinds: list[str] = field(default_factory=list)

    def classes(self) -> dict[str, str]:
        """The class of each picture that is left, by its path."""
        return {path: self.names[place] for path, place in self.places.items()}

    def apply(self, change: Change) -> bool:
        """Go on by one change; false where there is nothing that it could change."""
        match change:
            case LeftOut(path):
                return self._leave_out(path)
            case Relabelled(path, before, after):
                return self._move(path, before, after)
            case Renamed(before, after):
                return self._rename(before, after)
            case KeptTogether(paths):
                self.kinds.append("kept together")
                return self.places.keys() >= {*paths}

    def _leave_out(self, path: str) -> bool:
        if path not in self.places:
            return False
        self.sizes[self.names[self.places.pop(path)]] -= 1
        self.kinds.append("left out")
        return True

    def _move(self, path: str, before: str, after: str) -> bool:
        if path not in self.places or self.names[self.places[path]] != before or not self.sizes[after]:
            return False
        self.places[path] = self.names.index(after)
        self.sizes[before] -= 1
        self.sizes[after] += 1
        self.kinds.append("moved to another class")
        return True

    def _rename(self, before: str, after: str) -> bool:
        if not self.sizes[before]:
            return False
        self.kinds.append("class merged" if self.sizes[after] else "class renamed")
        self.names = [after if name == before else name for name in self.names]
        self.sizes[after] += self.sizes.pop(before)
        return True


def _replayed(listing: Listing, changes: Iterable[Change]) -> _Replay:
    places = {picture.path: picture.label for picture in listing.pictures}
    replay = _Replay(places, list(listing.classes), Counter(listing.classes[place] for place in places.values()))
    for change in changes:
        if not replay.apply(change):
            raise DataError(
                f"The change {shown(change.what)} rests on one before it that would be missing; take the later one "
                "back first, or both together."
            )
    return replay


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
