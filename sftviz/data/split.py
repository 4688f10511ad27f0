"""Who learns and who checks: drawn once from the seed and the pictures' content, so that it can be drawn again."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from sftviz.data.grouping import known_groups
from sftviz.data.listing import Listing
from sftviz.data.names import shown
from sftviz.errors import DataError

Group = list[int]  # places of the pictures that stay together

_FAR_OFF = 1.5  # times too many or too few pictures of a class: worth a sentence
_MOST_NAMED = 3


def split(listing: Listing, *, validation_share: float, seed: int) -> Listing:
    """Give every picture a side; a split that the folder brings along is kept as it is.

    Otherwise each class gives its share of pictures to validation, as nearly as its groups of near-duplicates allow: at
    least one group and never all. A group found under two labels trains: it could not be scored fairly.

    Args:
        listing: from a scan.
        validation_share: in (0, 1), of each class.
        seed: the same seed draws the same split of the same content.

    Raises:
        DataError: no picture would be left for validation.
    """
    if not listing.has_own_split:
        held_out = _held_out(listing, validation_share, seed)
        pictures = tuple(
            replace(picture, side="validation" if place in held_out else "train")
            for place, picture in enumerate(listing.pictures)
        )
        listing = replace(listing, pictures=pictures)
    if not listing.side("validation"):
        raise DataError(
            "No picture is left for validation; add a second, different picture to at least one of the classes."
        )
    return listing


def training_counts(listing: Listing, *, validation_share: float) -> tuple[int, ...]:
    """How many pictures of each class `split` leaves for training: nearly, where classes hold near-duplicates."""
    counts = listing.counts().values()
    if listing.has_own_split:
        return tuple(of_class["train"] for of_class in counts)
    held_out = _held_out_counts(listing, validation_share)
    return tuple(of_class.total() - held for of_class, held in zip(counts, held_out, strict=True))


def unmet_shares(listing: Listing, *, validation_share: float) -> str:
    """A sentence about classes that `split` cannot divide by their share; empty where there are none."""
    if listing.has_own_split:
        return ""
    held_out = _held_out_counts(listing, validation_share)
    found = []
    for (name, of_class), held in zip(listing.counts().items(), held_out, strict=True):
        wanted = _wanted(of_class.total(), validation_share)
        if not wanted / _FAR_OFF <= held <= _FAR_OFF * wanted:
            found.append(f"{held} of {of_class.total()} of {shown(name)}")
    if not found:
        return ""
    more = f" and {len(found) - _MOST_NAMED} more classes" if len(found) > _MOST_NAMED else ""
    return (
        f"Not every class can hold out {validation_share:.0%} for validation, because pictures that are nearly alike "
        f"stay together, and those under two labels train: {', '.join(found[:_MOST_NAMED])}{more}."
    )


def _held_out(listing: Listing, share: float, seed: int) -> set[int]:
    """Places of the pictures for validation."""

    def lot(group: Group) -> bytes:
        first = min(listing.pictures[place].sha256 for place in group)
        return hashlib.blake2b(f"{seed}/split/{first}".encode(), digest_size=16).digest()

    drawn = _taken(listing, sorted(_groups(listing), key=lot), share)
    return {place for groups in drawn for group in groups for place in group}


def _held_out_counts(listing: Listing, share: float) -> list[int]:
    return [sum(map(len, groups)) for groups in _taken(listing, _groups(listing), share)]


def _groups(listing: Listing) -> list[Group]:
    groups: dict[int, Group] = {}
    for place, number in enumerate(known_groups(listing).tolist()):
        groups.setdefault(number, []).append(place)
    return list(groups.values())


def _taken(listing: Listing, groups: Sequence[Group], share: float) -> list[list[Group]]:
    """For each class the groups to be held out, the first ones first."""
    own: list[list[Group]] = [[] for _ in listing.classes]
    for group in groups:
        labels = {listing.pictures[place].label for place in group}
        if len(labels) == 1:
            own[labels.pop()].append(group)
    totals = [of_class.total() for of_class in listing.counts().values()]
    return [_of_class(mine, total, share) for mine, total in zip(own, totals, strict=True)]


def _of_class(groups: Sequence[Group], total: int, share: float) -> list[Group]:
    """Groups with its share of the class's pictures, or nearly: what else it has trains."""
    wanted = _wanted(total, share)
    taken: list[Group] = []
    left: list[Group] = []
    held = 0
    for group in groups:
        fits = held + len(group) <= wanted
        (taken if fits else left).append(group)
        held += len(group) if fits else 0
    # Each of those that are left is too much; still, the smallest may come nearer, and something is to be held out.
    smallest = min(left, key=len, default=[])
    is_all = held + len(smallest) == total
    if not is_all and (not taken or held + len(smallest) - wanted < wanted - held):
        taken += [smallest] if smallest else []
    return taken


def _wanted(total: int, share: float) -> int:
    return min(total - 1, max(1, round(share * total)))
