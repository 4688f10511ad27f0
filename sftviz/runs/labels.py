"""What a person writes on a run afterwards: its configuration stays as it was asked."""

from pathlib import Path
from threading import Lock

from pydantic import Field, ValidationError

from sftviz.config import Config, Target
from sftviz.durable import write_durably
from sftviz.errors import RunError

_FILE = "labels.json"
_WRITING = Lock()


class Labels(Config):
    """Another name, a note, tags to find a run by, and what is good enough.

    Attributes:
        name: shown in place of the configuration's; empty for that one.
        target: stated or changed after the run began; it ends no training.
    """

    name: str = Field("", max_length=200)
    note: str = Field("", max_length=2000)
    tags: tuple[str, ...] = ()
    target: Target | None = None


def read_labels(folder: Path) -> Labels:
    """The labels in a run's folder; none where there is no such file, or none that can be read."""
    try:
        return Labels.model_validate_json((folder / _FILE).read_bytes())
    except (OSError, ValueError):
        # They are words about a run: without them it is as usable as before.
        return Labels()


def write_labels(folder: Path, **changes: object) -> None:
    """Change some of a run's labels.

    Raises:
        RunError: a text is too long, or the disk is full or not to be written.
    """
    try:
        with _WRITING:
            labels = Labels.model_validate(read_labels(folder).model_dump() | changes)
            write_durably(folder / _FILE, labels.model_dump_json(indent=2).encode())
    except ValidationError as error:
        first = error.errors()[0]
        raise RunError(f"The {first['loc'][0]} of a run cannot be this: {first['msg']}. Write another.") from error
    except OSError as error:
        raise RunError(
            f"What was written on the run could not be kept in {folder / _FILE}: {error.strerror}; make room, or look "
            "whether the run was deleted meanwhile."
        ) from error
