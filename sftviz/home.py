"""Where everything that sftviz keeps lies, unless it is told otherwise."""

import os
from pathlib import Path

from sftviz.caches import CacheFolder


def default_home() -> Path:
    """The folder named by SFTVIZ_HOME, else `.sftviz` in the person's home folder."""
    return Path(os.environ.get("SFTVIZ_HOME") or Path.home() / ".sftviz").absolute()


def caches_of(home: Path) -> CacheFolder:
    """What is computed once and kept for all runs: decoded pictures, features."""
    return CacheFolder(home / "cache")
