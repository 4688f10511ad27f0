"""The temperatures that calibrate a run's epochs: `calibration.json` in its folder, for exports to use."""

import json
from threading import Lock

from sftviz.durable import write_durably
from sftviz.errors import RunError
from sftviz.runs.run import Run

_FILE = "calibration.json"
_WRITING = Lock()


def kept_temperatures(run: Run) -> dict[int, float]:
    """The fitted temperature of each epoch that was ever calibrated.

    A damaged file counts as none: what it held can be fitted again.
    """
    try:
        kept = json.loads((run.folder / _FILE).read_bytes())
        return {int(epoch): float(temperature) for epoch, temperature in kept["temperatures"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def keep_temperature(run: Run, epoch: int, temperature: float) -> None:
    """Keep what was fitted for an epoch, in place of what was.

    Raises:
        RunError: the file cannot be written.
    """
    with _WRITING:
        kept = kept_temperatures(run)
        if kept.get(epoch) == temperature:
            return
        sorted_temperatures = dict(sorted((kept | {epoch: temperature}).items()))
        content = json.dumps({"temperatures": sorted_temperatures}, indent=2)
        try:
            write_durably(run.folder / _FILE, content.encode())
        except OSError as error:
            raise RunError(
                f"The temperature of epoch {epoch} could not be kept in {run.folder / _FILE}: {error.strerror}; "
                "make room or allow writing there."
            ) from error
