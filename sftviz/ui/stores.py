"""The stores and the queue that all sessions of this server share."""

import secrets
import time
from functools import cache
from pathlib import Path
from threading import Lock

from sftviz.caches import CacheFolder
from sftviz.data.store import DataStore
from sftviz.errors import DataError
from sftviz.home import caches_of, default_home
from sftviz.jobs.queue import JobQueue, job_queue
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore

SAMPLE = Path(__file__).parents[2] / "sample_data"

_TOKEN_LIFE_S = 24 * 3600.0


@cache
def run_store() -> RunStore:
    """All runs."""
    return RunStore(default_home())


@cache
def data_store() -> DataStore:
    """All data sets."""
    return DataStore(default_home())


def data_identity(run: Run) -> str:
    """The data set that a run learned from, whatever was left out of it then or since; pages go by it."""
    version = run.config.data.dataset
    try:
        return data_store().get(version).identity
    except DataError:  # it may be gone
        return version


def caches() -> CacheFolder:
    """What is computed once, for all runs."""
    return caches_of(default_home())


def jobs() -> JobQueue:
    """The queue that trains in the background."""
    return job_queue(default_home())


class Uploads:
    """Hands received folders from the upload route to the page that asked for them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._expected: dict[str, float] = {}
        self._received: dict[str, Path] = {}

    def invite(self) -> str:
        """A fresh token that one page may upload under."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            now = time.monotonic()
            self._expected = {name: until for name, until in self._expected.items() if until > now}
            self._expected[token] = now + _TOKEN_LIFE_S
        return token

    def expects(self, token: str) -> bool:
        """Whether a page gave this token out, not too long ago."""
        with self._lock:
            return self._expected.get(token, 0.0) > time.monotonic()

    def put(self, token: str, staging: Path) -> None:
        """Keep a received folder until the page takes it."""
        with self._lock:
            self._received[token] = staging

    def take(self, token: str) -> Path | None:
        """The folder received under a token, once."""
        with self._lock:
            return self._received.pop(token, None)


@cache
def uploads() -> Uploads:
    """The one exchange of this server."""
    return Uploads()
