"""Backbones looked up and their weights downloaded at a person's wish. Torch loads in the work's thread alone."""

from collections.abc import Generator
from pathlib import Path

from sftviz.config import ModelConfig
from sftviz.events import PhaseProgressed
from sftviz.models.backbone import Backbone
from sftviz.models.report import FileReport


def look_up(name: str) -> Generator[PhaseProgressed, None, Backbone]:
    """Find out about a backbone and remember it.

    Raises:
        ModelError: there is none of that name, or it cannot be used.
        DownloadError: its publisher cannot be asked.
    """
    yield PhaseProgressed(phase="description", done=0, total=1, unit="trials")
    from sftviz.models.describing import describe

    return describe(name)


def check(path: Path, entry: Backbone) -> Generator[PhaseProgressed, None, FileReport]:
    """Compare a weights file with a backbone.

    Raises:
        ModelError: it cannot be read without executing code, or is no state dict.
    """
    yield PhaseProgressed(phase="weights", done=0, total=1, unit="trials")
    from sftviz.models.checking import check_file

    return check_file(path, entry)


def download(config: ModelConfig) -> Generator[PhaseProgressed, None, bool]:
    """Bring the weights to this machine; true once they are there.

    Raises:
        DownloadError: they cannot be fetched.
    """
    from sftviz.models.weights import provide_weights

    for done, total in provide_weights(config):
        yield PhaseProgressed(phase="download", done=done, total=total, unit="bytes")
    return True
