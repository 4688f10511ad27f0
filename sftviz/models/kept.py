"""Descriptions of backbones that were found out here and are in no table: a file each in the home folder."""

import hashlib
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from sftviz.durable import replacing
from sftviz.home import default_home
from sftviz.models.backbone import Backbone

_JSON = TypeAdapter(Backbone)


def kept_backbone(name: str) -> Backbone | None:
    """What is known of one; None where nothing is, or the file is damaged."""
    path = _path(name)
    return _read(path, path.stat().st_mtime_ns) if path.exists() else None


def kept_backbones() -> tuple[Backbone, ...]:
    """All of which something is known."""
    found = (_read(path, path.stat().st_mtime_ns) for path in sorted(_folder().glob("*.json")))
    return tuple(filter(None, found))


def keep_backbone(entry: Backbone) -> None:
    """Remember one, so that runs on it can be opened without a network.

    Raises:
        OSError: the disk is full or cannot be written.
    """
    path = _path(entry.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        file.write(_JSON.dump_json(entry))


@lru_cache(maxsize=64)
def _read(path: Path, _changed_ns: int) -> Backbone | None:
    try:
        return _JSON.validate_json(path.read_bytes())
    except ValidationError:
        return None


def _path(name: str) -> Path:
    return _folder() / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.json"


def _folder() -> Path:
    return default_home() / "models"
