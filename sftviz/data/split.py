"""Who learns, who checks and who is held out: drawn once from the seed and the pictures' content: repeatable."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from sftviz.data.grouping import known_groups
from sftviz.data.listing import Listing, Side
from sftviz.data.names import shown
from sftviz.errors import DataError

Group = list[int]  # places of the pictures that stay together

_FAR_OFF = 1.5  # times too many or too few pictures of a class: worth a sentence
_MOST_NAMED = 3


def split(listing: Listing, *, validation_share: float, test_share: float = 0.0, seed: int) -> Listing:
    """Give every picture a side; a split that the folder brings along is kept as it is.

    Otherwise each class gives its share of pictures to validation, as nearly as its groups of near-duplicates allow: at
    least one group and never all. A group found under two labels trains: it could not be scored fairly.

    Args:
        listing: from a scan.
        validation_share: in (0, 1), of each class.
        test_share: likewise held out as a test set, after validation has drawn; 0 for none.
        seed: the same seed draws the same split of the same content.

    Raises:
        DataError: no picture would be left for validation, or none for a test set that is asked for.
    """
    if not listing.has_own_split:
        side = _sides(listing, validation_share, test_share, seed)
        pictures = tuple(
            replace(picture, side=side.get(place, "train")) for place, picture in enumerate(listing.pictures)
        )
        listing = replace(listing, pictures=pictures)
    if not listing.side("validation"):
        raise DataError(
            "No picture is left for validation; add a second, different picture to at least one of the classes."
        )
    if test_share and not listing.side("test"):
        raise DataError(
            "No picture is left for a test set; add pictures, bring them in a folder test/, or go without a test set."
        )
    return listing


def training_counts(listing: Listing, *, validation_share: float, test_share: float = 0.0) -> tuple[int, ...]:
    """How many pictures of each class `split` leaves for training: nearly, where classes hold near-duplicates."""
    counts = listing.counts().values()
    if listing.has_own_split:
        return tuple(of_class["train"] for of_class in counts)
    held_out = [validation + test for validation, test in _held_out_counts(listing, validation_share, test_share)]
    return tuple(of_class.total() - held for of_class, held in zip(counts, held_out, strict=True))


def unmet_shares(listing: Listing, *, validation_share: float) -> str:
    """A sentence about classes that `split` cannot divide by their share; empty where there are none."""
    if listing.has_own_split:
        return ""
    held_out = _held_out_counts(listing, validation_share, 0.0)
    found = []
    for (name, of_class), (held, _) in zip(listing.counts().items(), held_out, strict=True):
        wanted = _wanted(of_class.total(), validation_share)
        if not wanted / _FAR_OFF <= held <= _FAR_OFF * wanted:
            found.append(f"{held} of {of_class.total()} pictures of {shown(name)}")
    if not found:
        return ""
    more = f" and {len(found) - _MOST_NAMED} more classes" if len(found) > _MOST_NAMED else ""
    return (
        f"Not every class can hold out {validation_share:.0%} for validation, because pictures that are nearly alike "
        f"stay together, and those under two labels train: {', '.join(found[:_MOST_NAMED])}{more}."
    )


def _sides(listing: Listing, validation_share: float, test_share: float, seed: int) -> dict[int, Side]:
    """The side of each picture that does not train, by its place."""

    def lot(group: Group) -> bytes:
        first = min(listing.pictures[place].sha256 for place in group)
        return hashlib.blake2b(f"{seed}/split/{first}".encode(), digest_size=16).digest()

    side: dict[int, Side] = {}
    for validation, test in _drawn(listing, sorted(_groups(listing), key=lot), validation_share, test_share):
        side |= dict.fromkeys(chain.from_iterable(validation), "validation")
        side |= dict.fromkeys(chain.from_iterable(test), "test")
    return side


def _held_out_counts(listing: Listing, validation_share: float, test_share: float) -> list[tuple[int, int]]:
    """How many pictures of each class go to validation, and to the test set."""
    drawn = _drawn(listing, _groups(listing), validation_share, test_share)
    return [(sum(map(len, validation)), sum(map(len, test))) for validation, test in drawn]


def _groups(listing: Listing) -> list[Group]:
    groups: dict[int, Group] = {}
    for place, number in enumerate(known_groups(listing).tolist()):
        groups.setdefault(number, []).append(place)
    return list(groups.values())


def _drawn(
    listing: Listing, groups: Sequence[Group], validation_share: float, test_share: float
) -> list[tuple[list[Group], list[Group]]]:
    """For each class the groups for validation and those for the test set, the first ones first."""
    own: list[list[Group]] = [[] for _ in listing.classes]
    for group in groups:
        labels = {listing.pictures[place].label for place in group}
        if len(labels) == 1:
            own[labels.pop()].append(group)
    drawn = []
    for mine, of_class in zip(own, listing.counts().values(), strict=True):
        total = of_class.total()
        validation, left = _taken(mine, total, _wanted(total, validation_share))
        remaining = total - sum(map(len, validation))
        wanted = min(remaining - 1, _wanted(total, test_share)) if test_share else 0
        drawn.append((validation, _taken(left, remaining, wanted)[0]))
    return drawn


def _taken(groups: Sequence[Group], total: int, wanted: int) -> tuple[list[Group], list[Group]]:
    """Groups with as many pictures as are wanted, or nearly, and those that are left: never all of a total."""
    taken: list[Group] = []
    left: list[Group] = []
    held = 0
    for group in groups:
        fits = held + len(group) <= wanted
        (taken if fits else left).append(group)
        held += len(group) if fits else 0
    # Each of those that are left is too much; still, the smallest may come nearer, and something is to be held out.
    smallest = min(left, key=len, default=None)
    is_nearer = not taken or held + len(smallest or []) - wanted < wanted - held
    if smallest and wanted and is_nearer and held + len(smallest) < total:
        left.remove(smallest)
        taken.append(smallest)
    return taken, left


def _wanted(total: int, share: float) -> int:
    return min(total - 1, max(1, round(share * total)))
