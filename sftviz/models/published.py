"""What torchvision and timm publish, from a table of plain facts that `tabulate` writes. Loads neither."""

import gzip
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from sftviz.models.backbone import Backbone

_TABLE = Path(__file__).with_name("published.json.gz")
_READER = TypeAdapter(Backbone)


def published_backbone(name: str) -> Backbone | None:
    """One of them by its full name; None where there is none."""
    return _read(name) if name in _table() else None


def published_in(files: Collection[str]) -> tuple[Backbone, ...]:
    """Those whose weights are among files of these names."""
    kept = {*files, *(file.rpartition("--")[0] for file in files)}
    return tuple(_read(name) for name, facts in _table().items() if _file_key(facts) in kept)


def _file_key(facts: dict[str, Any]) -> str:
    address: str = facts["address"]
    return address.rpartition("/")[2] if "://" in address else address.replace("/", "--")


def num_published() -> int:
    """How many there are."""
    return len(_table())


def search_published(words: str, most: int) -> tuple[list[Backbone], int]:
    """Those whose names hold all words, torchvision's first and small ones before large ones.

    Args:
        words: with spaces between them; case, "-" and "_" do not count.
        most: that are wanted.

    Returns:
        The first of them, and how many there are in all.
    """
    asked = _folded(words).split()
    found = [facts for name, facts in _table().items() if asked and all(word in _folded(name) for word in asked)]
    found.sort(key=lambda facts: (facts["source"] != "torchvision", facts["million_parameters"], facts["name"]))
    return [_read(facts["name"]) for facts in found[:most]], len(found)


def _folded(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


@lru_cache(maxsize=256)
def _read(name: str) -> Backbone:
    return _READER.validate_python(_table()[name])


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, Any]]:
    if not _TABLE.exists():
        return {}
    content = json.loads(gzip.decompress(_TABLE.read_bytes()))
    return {each["name"]: {**each, "blocks": content["blocks"][each["blocks"]]} for each in content["backbones"]}


def write_table(backbones: Sequence[Backbone]) -> None:
    """Replace the table; equal contents give equal bytes."""
    blocks = sorted({each.blocks for each in backbones})
    places = {each: place for place, each in enumerate(blocks)}
    facts = [{**asdict(each), "blocks": places[each.blocks]} for each in backbones]
    text = json.dumps({"blocks": blocks, "backbones": facts}, separators=(",", ":"))
    _TABLE.write_bytes(gzip.compress(text.encode(), mtime=0))
