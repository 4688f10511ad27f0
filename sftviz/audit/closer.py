"""A closer look, through a pretrained network: pictures that show the same, and labels that are probably wrong."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from sftviz.audit.alike import alike_finding, find_alike
from sftviz.audit.doubts import Power, doubts, doubts_finding, power
from sftviz.audit.findings import Finding
from sftviz.audit.kept import keep, kept
from sftviz.caches import CacheFolder
from sftviz.data.folds import undivided
from sftviz.data.grouping import near_duplicates
from sftviz.data.listing import Listing
from sftviz.events import PhaseProgressed
from sftviz.results import FloatArray, IntArray
from sftviz.trials import LabelTrial

_VERSION = 1  # of what is kept: another one is computed anew


@dataclass(frozen=True)
class CloserLook:
    """What was found.

    Attributes:
        num_pictures: how many pictures were looked at.
        findings: as of an audit.
        power: how many wrong labels would be found.
    """

    num_pictures: int
    findings: tuple[Finding, ...]
    power: Power


_JSON = TypeAdapter(CloserLook)


def all_to_learn_from(data: str) -> str:
    """The JSON text of a listing with all pictures on the training side, but for a test set."""
    return undivided(Listing.from_json(data)).to_json()


def rows_of(data: str, whole: str) -> IntArray:
    """The places of a listing's pictures in another one that has all of them; both are JSON text."""
    place = {picture.path: index for index, picture in enumerate(Listing.from_json(whole).pictures)}
    return np.array([place[picture.path] for picture in Listing.from_json(data).pictures], dtype=np.int64)


def closer_look(
    data: str, embeddings_ND: FloatArray, trial: LabelTrial, cache: CacheFolder
) -> Generator[PhaseProgressed, None, CloserLook]:
    """Look for pictures that are much alike and for labels in doubt; a test set is not looked at.

    Args:
        data: JSON text of the listing.
        embeddings_ND: of its pictures, but for a test set.
        trial: what heads on these say of the labels.
        cache: where near-duplicates are known from, if the listing does not know them.

    Raises:
        DataError: a picture cannot be read any more, or the disk is full.
        CacheFullError: there is no room to note what near-duplicates are found by.
    """
    whole = Listing.from_json(data)
    listing = whole.without_test()
    alike = yield from find_alike(embeddings_ND, near_duplicates(listing, cache))
    tried = power(trial, embeddings_ND)
    found = alike_finding(listing, alike), doubts_finding(doubts(trial, embeddings_ND), tried)
    places = [index for index, picture in enumerate(whole.pictures) if picture.side != "test"]
    findings = tuple(_placed(finding, places) for finding in found if finding)
    return CloserLook(len(listing.pictures), findings, tried)


def _placed(finding: Finding, places: list[int]) -> Finding:
    """The finding with each picture's place in the whole listing."""
    pictures = tuple(replace(noticed, index=places[noticed.index]) for noticed in finding.pictures)
    return replace(finding, pictures=pictures, leave_out=tuple(places[index] for index in finding.leave_out))


def keep_closer_look(found: CloserLook, path: Path) -> None:
    """Keep what was found.

    Raises:
        DataError: the disk is full.
    """
    keep(found, path, _JSON)


def closer_path(folder: Path, version: str, backbone: str) -> Path:
    """Where what was found of one version of a data set by one backbone lies."""
    return folder / f"{version}-{backbone}-closer-{_VERSION}.json"


def kept_closer_look(path: Path) -> CloserLook | None:
    """What `keep_closer_look` kept; None where there is nothing, or it is damaged."""
    return kept(path, _JSON)
