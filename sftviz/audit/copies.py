"""Pictures that are there more than once: copies, near-duplicates, under two labels, on two sides.

Shape legend: N pictures.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from sftviz.audit.findings import Finding, Noticed, counted
from sftviz.audit.looks import Looks
from sftviz.data.listing import Listing
from sftviz.data.perceptual import joined, near_pairs
from sftviz.results import IntArray

# Hashes say where a picture is brighter than beside it, not by how much: a hand before one wall is like another hand.
# So cells of 8 × 8 must be as bright, too: of real copies (half the size, strong compression) no cell differs by more
# than 0.45 standard deviations, and of 2,062 hand signs 129 pairs with like hashes differ by 0.5 and more.
_MOST_CELL_DIFFERENCE = 0.45
_MOST_AT_ONCE = 2**16

Groups = list[list[int]]


def near_groups(looks_N: Looks, is_plain_N: NDArray[np.bool_]) -> IntArray:
    """A number for each picture that all its near-duplicates share, mirrored ones included; int64 (N,).

    Args:
        looks_N: what the pictures look like.
        is_plain_N: pictures that show nothing, all of which look alike: each is a group of its own.
    """
    groups_N: IntArray = np.arange(len(looks_N))
    hashes, cells = looks_N["hash"], looks_N["cells"].astype(np.float32)
    for own_hashes, own_cells in ((hashes, cells), (looks_N["mirrored"], cells[:, :, ::-1])):
        for near, other in near_pairs(own_hashes, hashes):
            for start in range(0, len(near), _MOST_AT_ONCE):
                part = slice(start, start + _MOST_AT_ONCE)
                one, two = near[part], other[part]
                differing = np.abs(own_cells[one] - cells[two]).max(axis=(1, 2))
                is_copy = (differing <= _MOST_CELL_DIFFERENCE) & ~is_plain_N[one] & ~is_plain_N[two]
                groups_N = joined(groups_N, one[is_copy], two[is_copy])
    return groups_N


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
    groups = [group for group in near if len({side[index] for index in group}) > 1]
    if not groups:
        return None
    members = [index for group in groups for index in group]
    flattered = sum(side[index] == "validation" for index in members)
    share = 100 * flattered / side.count("validation")
    return Finding(
        "twins",
        "mend",
        counted(flattered, "validation picture has a twin in training", "validation pictures have a twin in training"),
        f"Your accuracy would be flattered by {counted(flattered, 'picture', 'pictures')}, {share:.1f} % of those that "
        "it is measured on: the model has seen them. Leave the twins in training out; validation stays as it is.",
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
