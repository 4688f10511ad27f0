"""A run's status as pages show it: one whose log is damaged is no reason for a page to fail."""

from sftviz.errors import RunError
from sftviz.runs.run import Run, RunStatus

ACTIVE: tuple[RunStatus, ...] = ("queued", "running")


def status_of(run: Run) -> RunStatus:
    """Its status; "failed" where the log cannot be read."""
    try:
        return run.status
    except RunError:
        return "failed"
