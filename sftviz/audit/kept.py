"""What was found of a data set, in a file beside it."""

from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from sftviz.durable import write_durably
from sftviz.errors import DataError

Found = TypeVar("Found")


def keep(found: Found, path: Path, json: TypeAdapter[Found]) -> None:
    """Write it; the folder is made where it is missing.

    Raises:
        DataError: the disk is full.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, json.dump_json(found))
    except OSError as error:
        raise DataError(f"What was found could not be kept: {error.strerror}.") from error


def kept(path: Path, json: TypeAdapter[Found]) -> Found | None:
    """Read it; None where there is nothing, or it is damaged."""
    try:
        found: Found = _read(path, path.stat().st_mtime_ns, json)
    except (OSError, ValidationError):
        return None
    return found


@lru_cache(maxsize=32)  # pages ask at every click
def _read(path: Path, _modified_ns: int, json: TypeAdapter[Any]) -> Any:
    return json.validate_json(path.read_bytes())
