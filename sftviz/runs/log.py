"""The event log: append-only, one JSON object a line; readers keep an offset and tolerate a torn last line."""

import errno
import os
from pathlib import Path

from pydantic import ValidationError

from sftviz.errors import RunError
from sftviz.events import EVENT, EpochEnded, Event, RunExtended, RunFailed, RunFinished, RunQueued, RunStopped

# Everything before one of these is safe with it: the disk is waited for by the file, not by the line.
_DURABLE = (RunQueued, RunExtended, EpochEnded, RunFinished, RunStopped, RunFailed)


class EventWriter:
    """Appends events; a torn last line that a crash or a full disk left behind is cut off.

    Raises:
        OSError: the log cannot be written.
    """

    def __init__(self, path: Path) -> None:
        # Unbuffered: nothing is left over that could fail at closing time.
        self._file = path.open("ab", buffering=0)
        self._cut_torn_line(path)

    def append(self, event: Event) -> None:
        """Write one line; it outlives the process at once, and power loss with the next of those that end something."""
        line = EVENT.dump_json(event) + b"\n"
        start = self._file.tell()
        if self._file.write(line) != len(line):
            self._file.truncate(start)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), self._file.name)
        if isinstance(event, _DURABLE):
            os.fsync(self._file.fileno())

    def sync(self) -> None:
        """Make all lines outlive a loss of power."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Release the file."""
        self._file.close()

    def _cut_torn_line(self, path: Path) -> None:
        content = path.read_bytes()
        self._file.truncate(content.rfind(b"\n") + 1)


def read_events(path: Path, offset: int = 0) -> tuple[list[Event], int]:
    """Events from an offset on, and the offset to go on from.

    Args:
        path: the log; one that is missing reads as empty.
        offset: in bytes, as returned before.

    Raises:
        RunError: a whole line is not an event.
    """
    if not path.exists():
        return [], 0
    with path.open("rb") as file:
        file.seek(offset)
        content = file.read()
    end = content.rfind(b"\n") + 1
    try:
        return [EVENT.validate_json(line) for line in content[:end].splitlines()], offset + end
    except ValidationError as error:
        raise RunError(
            f"The event log {path.parent.name}/{path.name} is damaged after byte {offset:,}: "
            f"{error.errors()[0]['msg']}. Its checkpoints and predictions are untouched."
        ) from error
