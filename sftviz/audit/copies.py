"""Pictures that are there more than once: copies, near-duplicates, under two labels, on two sides.

Shape legend: N pictures.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sftviz.audit.findings import Finding, Noticed, counted
from sftviz.data.listing import Listing
from sftviz.results import IntArray

Groups = list[list[int]]


def repeated(listing: Listing, groups_N: IntArray) -> list[Finding]:
    """Everything about pictures that are there more than once.

    Args:
        listing: N pictures.
        groups_N: their near-duplicates, as `near_groups` finds them.
    """
    copies = _shared(picture.sha256 for picture in listing.pictures)
    near = _shared(groups_N.tolist())
    findings = [_two_labels(listing, copies, near), _twins(listing, near)]
    findings += [_copies(listing, _plain(listing, copies)), _near_duplicates(listing, _plain(listing, near))]
    return [finding for finding in findings if finding]


def _two_labels(listing: Listing, copies: Groups, near: Groups) -> Finding | None:
    groups = [group for group in near if len(_labels(listing, group)) > 1]
    known = {index for group in groups for index in group}
    # Copies of a blank picture are no near-duplicates, and yet one file.
    groups += [group for group in copies if len(_labels(listing, group)) > 1 and not known & set(group)]
    if not groups:
        return None
    members = [index for group in groups for index in group]
    return Finding(
        "labels",
        "mend",
        counted(len(groups), "picture stands under two labels", "pictures stand under two labels"),
        "The same picture, or nearly the same, is in several classes; whatever a model answers, it is wrong once. Keep "
        "the file in the class that is right; where you cannot tell, leave all of them out.",
        _noticed(listing, groups),
        tuple(sorted(members)),
    )


def _twins(listing: Listing, near: Groups) -> Finding | None:
    if not listing.has_own_split:
        return None
    side = [picture.side for picture in listing.pictures]
    groups = [group for group in near if {"train"} < {side[index] for index in group}]
    if not groups:
        return None
    members = [index for group in groups for index in group]
    flattered = sum(side[index] != "train" for index in members)
    share = 100 * flattered / (len(side) - side.count("train"))
    held_out = "validation or test" if "test" in side else "validation"
    return Finding(
        "twins",
        "mend",
        counted(
            flattered, f"{held_out} picture has a twin in training", f"{held_out} pictures have a twin in training"
        ),
        f"Your accuracy would be flattered by {counted(flattered, 'picture', 'pictures')}, {share:.1f} % of those that "
        f"it is measured on: the model has seen them. Leave the twins in training out; {held_out} stays as it is.",
        _noticed(listing, groups, by_side=True),
        tuple(index for index in members if side[index] == "train"),
    )


def _copies(listing: Listing, copies: Groups) -> Finding | None:
    if not copies:
        return None
    surplus = [index for group in copies for index in _surplus(listing, group)]
    return Finding(
        "copies",
        "mend",
        counted(sum(len(group) - 1 for group in copies), "file is an exact copy", "files are exact copies"),
        "A copy adds nothing but weight: its picture counts twice. Leave out all but one of each.",
        _noticed(listing, copies),
        tuple(surplus),
    )


def _near_duplicates(listing: Listing, near: Groups) -> Finding | None:
    groups = [group for group in near if len({listing.pictures[index].sha256 for index in group}) > 1]
    if not groups:
        return None
    return Finding(
        "near",
        "look",
        counted(len(groups), "group of near-duplicates", "groups of near-duplicates"),
        "One picture in another size or quality, mirrored, or two shots of one moment. They count double, and where a "
        "split puts one on each side, the accuracy is flattered. Leave out all but the largest of each group.",
        _noticed(listing, groups),
        tuple(index for group in groups for index in _surplus(listing, group)),
    )


def _surplus(listing: Listing, group: Sequence[int]) -> list[int]:
    """All of a group but its largest picture."""
    largest = max(group, key=lambda index: listing.pictures[index].width * listing.pictures[index].height)
    return [index for index in group if index != largest]


def _plain(listing: Listing, groups: Groups) -> Groups:
    """What of groups of one label lies on one side; the rest is found as two labels, and as twins."""
    pictures = listing.pictures
    plain: Groups = []
    for group in groups:
        if len(_labels(listing, group)) == 1:
            plain += [[group[place] for place in part] for part in _shared(pictures[index].side for index in group)]
    return plain


def _shared(keys: Iterable[object]) -> Groups:
    """Places of equal keys, where there is more than one."""
    places: dict[object, list[int]] = defaultdict(list)
    for index, key in enumerate(keys):
        places[key].append(index)
    return [group for group in places.values() if len(group) > 1]


def _labels(listing: Listing, group: Sequence[int]) -> set[int]:
    return {listing.pictures[index].label for index in group}


def _noticed(listing: Listing, groups: Groups, *, by_side: bool = False) -> tuple[Noticed, ...]:
    found = []
    for number, group in enumerate(groups):
        for index in group:
            picture = listing.pictures[index]
            note = str(picture.side) if by_side else f"{picture.width} × {picture.height} px"
            found.append(Noticed(index, note, number))
    return tuple(found)
