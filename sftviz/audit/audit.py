"""The whole audit of a data set, and where it is kept.

Shape legend: N pictures.
"""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from sftviz.audit.appearance import badly_shaped, hard_to_see, unlike_the_others
from sftviz.audit.balance import unbalanced
from sftviz.audit.copies import repeated
from sftviz.audit.findings import CHECKS, Finding, Noticed
from sftviz.audit.kept import keep, kept
from sftviz.audit.looks import Looks, look_at, looks_of
from sftviz.audit.properties import Property, properties_of
from sftviz.audit.shortcuts import Said, can_tell, said_by, shortcut
from sftviz.caches import CacheFolder
from sftviz.data.listing import Listing
from sftviz.data.perceptual import near_groups
from sftviz.errors import DataError
from sftviz.events import Event, PhaseProgressed
from sftviz.results import IntArray

_VERSION = 1  # of what is kept: another one is computed anew
_MOST_TYPICAL = 12  # pictures of a class that show what a shortcut is


@dataclass(frozen=True)
class Audit:
    """What was found.

    Attributes:
        num_pictures: how many pictures were looked at.
        findings: in the order of `CHECKS`, what must be mended first.
        said: what single properties say about the label; empty where there are too few pictures to tell.
        has_sides: whether twins across training and validation could be looked for.
    """

    num_pictures: int
    findings: tuple[Finding, ...]
    said: tuple[Said, ...]
    has_sides: bool


_JSON = TypeAdapter(Audit)


def audit(listing: Listing, looks_N: Looks) -> Audit:
    """Look for everything in `CHECKS`.

    Args:
        listing: N pictures.
        looks_N: what they look like.
    """
    labels_N = np.array([picture.label for picture in listing.pictures], dtype=np.int64)
    groups_N = near_groups(looks_N["signature"])
    # What a test set looks like is nobody's business until it is opened.
    open_N = np.flatnonzero([picture.side != "test" for picture in listing.pictures])
    labels_N, own_groups_N = labels_N[open_N], groups_N[open_N]
    shortcuts, said = [], []
    for each in _properties(listing.without_test(), looks_N[open_N], labels_N, own_groups_N):
        said.append(said_by(each, labels_N, own_groups_N, len(listing.classes)))
        if said[-1].strength in ("clear", "strong"):
            shortcuts.append(shortcut(said[-1], _typical(said[-1], each, listing, open_N)))
    findings = [
        *repeated(listing, groups_N),
        *unbalanced(listing),
        *hard_to_see(looks_N),
        *badly_shaped(listing),
        *unlike_the_others(listing, looks_N),
        *shortcuts,
    ]
    order = list(CHECKS)
    findings.sort(key=lambda finding: (finding.severity != "mend", order.index(finding.check)))
    ranked = sorted(said, key=lambda each: -each.accuracy)
    return Audit(len(listing.pictures), tuple(findings), tuple(ranked), listing.has_own_split)


def audit_pictures(listing: Listing, whole: Listing, cache: CacheFolder, folder: Path) -> Generator[Event, None, Audit]:
    """Audit a data set and keep what is found.

    Args:
        listing: the pictures.
        whole: the same, with those that were left out: what they look like is noted once for all.
        cache: where what they look like is noted.
        folder: where the audit goes; made where it is missing.

    Raises:
        DataError: a picture cannot be read any more, or the disk is full.
        CacheFullError: there is no room to note what the pictures look like.
    """
    for done, total in look_at(whole, cache):
        yield PhaseProgressed(phase="looks", done=done, total=total, unit="examples")
    looks = looks_of(whole, cache)
    if looks is None:
        raise DataError("The cache was cleared just now; try again.")
    place = {picture.path: index for index, picture in enumerate(whole.pictures)}
    found = audit(listing, looks[[place[picture.path] for picture in listing.pictures]])
    keep(found, _file(listing, folder), _JSON)
    return found


def kept_audit(listing: Listing, folder: Path) -> Audit | None:
    """What `audit_pictures` found of the same content; None where it was not asked, or it is damaged."""
    return kept(_file(listing, folder), _JSON)


def _properties(listing: Listing, looks_N: Looks, labels_N: IntArray, groups_N: IntArray) -> list[Property]:
    is_enough = can_tell(labels_N, groups_N, len(listing.classes))
    return properties_of(listing, looks_N) if is_enough else []


def _typical(said: Said, each: Property, listing: Listing, open_N: IntArray) -> tuple[Noticed, ...]:
    """Some pictures of each class in the bin that sets it apart, of those at these places of the listing."""
    shares_KB = np.array(said.shares)
    apart_K = (shares_KB - shares_KB.mean(axis=0)).argmax(axis=1)
    found: dict[int, list[Noticed]] = {label: [] for label in range(len(listing.classes))}
    for place, index in enumerate(open_N.tolist()):
        label = listing.pictures[index].label
        if each.bins_N[place] == apart_K[label] and len(found[label]) < _MOST_TYPICAL:
            value = each.names[each.bins_N[place]] if each.values_N is None else f"{each.values_N[place]:.3g}"
            found[label].append(Noticed(index, value, label))
    return tuple(noticed for of_class in found.values() for noticed in of_class)


def _file(listing: Listing, folder: Path) -> Path:
    return folder / f"{listing.identity}-{_VERSION}.json"
