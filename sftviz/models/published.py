"""What torchvision and timm publish, from a table of plain facts that `tabulate` writes. Loads neither."""

import gzip
import json
import math
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from sftviz.models.backbone import Backbone, Source

_TABLE = Path(__file__).with_name("published.json.gz")
_READER = TypeAdapter(Backbone)


@dataclass(frozen=True)
class Listed:
    """One line of a list of backbones: what to choose by; None where it is not stated or not counted yet.

    Attributes:
        side: in pixels, of the square that it sees.
    """

    name: str
    source: Source
    licence: str
    side: int
    million_parameters: float | None = None
    gmac: float | None = None
    file_mib: float | None = None
    imagenet_top1: float | None = None


def published_backbone(name: str) -> Backbone | None:
    """One of them by its full name; None where there is none, or where it is listed but not described yet."""
    return _read(name) if "blocks" in _table().get(name, {}) else None


def published_in(files: Collection[str]) -> tuple[Backbone, ...]:
    """Those whose weights are among files of these names."""
    kept = {*files, *(file.rpartition("--")[0] for file in files)}
    return tuple(_read(name) for name, facts in _table().items() if "blocks" in facts and _file_key(facts) in kept)


def _file_key(facts: dict[str, Any]) -> str:
    address: str = facts["address"]
    return address.rpartition("/")[2] if "://" in address else address.replace("/", "--")


def num_published() -> int:
    """How many there are."""
    return len(_table())


def search_published(words: str, most: int) -> tuple[list[Listed], int]:
    """Those whose names hold all words, torchvision's first and small ones before large ones.

    Args:
        words: with spaces between them; case, "-" and "_" do not count.
        most: that are wanted.

    Returns:
        The first of them, and how many there are in all.
    """
    asked = _folded(words).split()
    found = [facts for name, facts in _table().items() if asked and all(word in _folded(name) for word in asked)]
    found.sort(
        key=lambda facts: (facts["source"] != "torchvision", facts.get("million_parameters") or math.inf, facts["name"])
    )
    return [_listed(facts) for facts in found[:most]], len(found)


def _folded(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _listed(facts: dict[str, Any]) -> Listed:
    own = {field.name: facts[field.name] for field in fields(Listed) if field.name in facts}
    return Listed(**{"side": facts["preprocessing"]["crop"] if "preprocessing" in facts else 0, **own})


@lru_cache(maxsize=256)
def _read(name: str) -> Backbone:
    return _READER.validate_python(_table()[name])


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, Any]]:
    if not _TABLE.exists():
        return {}
    content = json.loads(gzip.decompress(_TABLE.read_bytes()))
    described = {each["name"]: {**each, "blocks": content["blocks"][each["blocks"]]} for each in content["backbones"]}
    return described | {each["name"]: each for each in content["listed"]}


def write_table(backbones: Sequence[Backbone], listed: Sequence[Listed] = ()) -> None:
    """Replace the table; equal contents give equal bytes.

    Args:
        backbones: that are described.
        listed: others, of which only a line is known.
    """
    blocks = sorted({each.blocks for each in backbones})
    places = {each: place for place, each in enumerate(blocks)}
    facts = [{**asdict(each), "blocks": places[each.blocks]} for each in backbones]
    text = json.dumps(
        {"blocks": blocks, "backbones": facts, "listed": [asdict(each) for each in listed]}, separators=(",", ":")
    )
    _TABLE.write_bytes(gzip.compress(text.encode(), mtime=0))
