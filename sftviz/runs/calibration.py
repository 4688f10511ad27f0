"""The temperatures that calibrate a run's epochs: `calibration.json` in its folder, for exports to use."""

import json
from threading import Lock
from typing import NamedTuple

from sftviz.durable import write_durably
from sftviz.errors import RunError
from sftviz.runs.run import Run

_FILE = "calibration.json"
_WRITING = Lock()


class _Kept(NamedTuple):
    """A temperature, and the checksum of the predictions that it was fitted on."""

    temperature: float
    predictions: int


def kept_temperatures(run: Run) -> dict[int, float]:
    """The fitted temperature of each epoch that was calibrated and still says what it said then.

    A damaged file counts as none: what it held can be fitted again.
    """
    return {epoch: each.temperature for epoch, each in _read(run).items() if _is_of(run, epoch, each)}


def keep_temperature(run: Run, epoch: int, temperature: float) -> None:
    """Keep what was fitted for an epoch, in place of what was.

    Raises:
        RunError: that epoch has not been evaluated, or the file cannot be written.
    """
    with _WRITING:
        kept, new = _read(run), _Kept(temperature, run.fingerprint(epoch))
        if kept.get(epoch) == new:
            return
        temperatures = {number: each._asdict() for number, each in sorted((kept | {epoch: new}).items())}
        content = json.dumps({"temperatures": temperatures}, indent=2)
        try:
            write_durably(run.folder / _FILE, content.encode())
        except OSError as error:
            raise RunError(
                f"The temperature of epoch {epoch} could not be kept in {run.folder / _FILE}: {error.strerror}; "
                "make room or allow writing there."
            ) from error


def _read(run: Run) -> dict[int, _Kept]:
    try:
        kept = json.loads((run.folder / _FILE).read_bytes())["temperatures"]
        return {int(epoch): _Kept(float(each["temperature"]), int(each["predictions"])) for epoch, each in kept.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _is_of(run: Run, epoch: int, kept: _Kept) -> bool:
    try:
        return run.fingerprint(epoch) == kept.predictions
    except RunError:
        return False
