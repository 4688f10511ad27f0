"""A closer look, through a pretrained network: pictures that show the same, and labels that are probably wrong."""

from collections.abc import Generator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter, ValidationError

from sftviz.audit.alike import alike_finding, find_alike
from sftviz.audit.appearance import is_blank
from sftviz.audit.doubts import Power, doubts, doubts_finding, power
from sftviz.audit.findings import Finding
from sftviz.audit.looks import look_at, looks_of
from sftviz.caches import CacheFolder
from sftviz.data.folds import undivided
from sftviz.data.listing import Listing
from sftviz.data.perceptual import near_groups
from sftviz.durable import write_durably
from sftviz.errors import DataError
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
    """The JSON text of a listing with all pictures on the training side."""
    return undivided(Listing.from_json(data)).to_json()


def rows_of(data: str, whole: str) -> IntArray:
    """The places of a listing's pictures in another one that has all of them; both as JSON text."""
    place = {picture.path: index for index, picture in enumerate(Listing.from_json(whole).pictures)}
    return np.array([place[picture.path] for picture in Listing.from_json(data).pictures], dtype=np.int64)


def closer_look(
    data: str, embeddings_ND: FloatArray, trial: LabelTrial, cache: CacheFolder
) -> Generator[PhaseProgressed, None, CloserLook]:
    """Look for pictures that are much alike and for doubtful labels.

    Args:
        data: JSON text of the listing, whose sides count where it brings its own.
        embeddings_ND: of its pictures.
        trial: what heads on these say of the labels.
        cache: where what the pictures look like is noted.

    Raises:
        DataError: a picture cannot be read any more, or the disk is full.
        CacheFullError: there is no room to note what the pictures look like.
    """
    listing = Listing.from_json(data)
    for done, total in look_at(listing, cache):
        yield PhaseProgressed(phase="looks", done=done, total=total, unit="examples")
    looks = looks_of(listing, cache)
    if looks is None:
        raise DataError("The cache was cleared just now; try again.")
    is_plain_N = is_blank(looks)
    groups_N = near_groups(looks["signature"])
    # What shows nothing is near to all that shows nothing, and has a card of its own.
    groups_N[is_plain_N] = groups_N.max() + 1
    alike = yield from find_alike(embeddings_ND, groups_N)
    tried = power(trial, embeddings_ND)
    found = alike_finding(listing, alike), doubts_finding(doubts(trial, embeddings_ND), tried)
    return CloserLook(len(listing.pictures), tuple(finding for finding in found if finding), tried)


def keep_closer_look(found: CloserLook, path: Path) -> None:
    """Keep what was found.

    Raises:
        DataError: the disk is full.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, _JSON.dump_json(found))
    except OSError as error:
        raise DataError(f"What was found could not be kept: {error.strerror}.") from error


def closer_path(folder: Path, version: str, backbone: str) -> Path:
    """Where what was found of one version of a data set by one backbone lies."""
    return folder / f"{version}-{backbone}-closer-{_VERSION}.json"


def kept_closer_look(path: Path) -> CloserLook | None:
    """What `keep_closer_look` kept; None where there is nothing, or it is damaged."""
    try:
        return _parsed(path, path.stat().st_mtime_ns)
    except (OSError, ValidationError):
        return None


@lru_cache(maxsize=16)  # pages ask at every click
def _parsed(path: Path, _modified_ns: int) -> CloserLook:
    return _JSON.validate_json(path.read_bytes())
