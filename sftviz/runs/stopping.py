"""Asking whoever works on a run, in this process or another, to stop."""

from pathlib import Path


def ask_to_stop(folder: Path) -> None:
    """Ask; it takes effect at the next event, that is, within a step."""
    (folder / "stop").touch()


def is_asked_to_stop(folder: Path) -> bool:
    """Whether somebody has asked since the run was taken up."""
    return (folder / "stop").exists()


def forget_to_stop(folder: Path) -> None:
    """Start afresh."""
    (folder / "stop").unlink(missing_ok=True)
