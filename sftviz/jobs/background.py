"""Work that a page has asked for, in a thread of its own, to be looked at while it goes on."""

import atexit
import logging
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from threading import Event, Thread
from typing import Generic, TypeVar

from sftviz.errors import SftvizError
from sftviz.events import Event as RunEvent
from sftviz.events import PhaseProgressed
from sftviz.machine import give_way

_LOG = logging.getLogger(__name__)

Result = TypeVar("Result")


@dataclass(frozen=True)
class Part:
    """What work of several parts turns to now: part `number` of `total`, from 1."""

    title: str
    number: int
    total: int


class BackgroundWork(Generic[Result]):
    """Starts at once and leaves nothing behind.

    Attributes:
        part: the present one, where the work has several.
        progress: the latest of this part, if there has been any.
        result: once it is there.
        message: a sentence, where it failed.

    Args:
        begin: called in the thread; its generator is pulled until it returns the result.
    """

    def __init__(self, begin: Callable[[], Generator[RunEvent | Part, None, Result]]) -> None:
        self.part: Part | None = None
        self.progress: PhaseProgressed | None = None
        self.result: Result | None = None
        self.message = ""
        self._first: tuple[int, float] | None = None
        self._begin = begin
        self._is_cancelled = Event()
        self._thread = Thread(target=self._work, name="sftviz-background", daemon=True)
        atexit.register(self._end)
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether it has a result, a message, or was cancelled."""
        return not self._thread.is_alive()

    @property
    def share(self) -> float:
        """What is done of the present part, in [0, 1]."""
        return self.progress.done / max(self.progress.total, 1) if self.progress else 0.0

    @property
    def per_second(self) -> float:
        """How much of the present part is done in a second, in its own unit."""
        if self.progress is None or self._first is None:
            return 0.0
        done_at_first, at = self._first
        return (self.progress.done - done_at_first) / max(time.monotonic() - at, 1e-3)

    def cancel(self) -> None:
        """Have it end at its next sign of progress."""
        self._is_cancelled.set()

    def _end(self) -> None:
        self.cancel()
        self._thread.join()

    def _work(self) -> None:
        give_way()
        try:
            self._pull()
        except SftvizError as error:
            self.message = str(error)
        except Exception as error:
            _LOG.exception("Work in the background failed")
            self.message = f"This could not be carried out ({type(error).__name__}); the terminal has the details."
        finally:
            atexit.unregister(self._end)

    def _pull(self) -> None:
        with closing(self._noting_result()) as events:
            for event in events:
                if isinstance(event, PhaseProgressed):
                    if self.progress is None or self.progress.phase != event.phase:
                        self._first = event.done, time.monotonic()
                    self.progress = event
                elif isinstance(event, Part):
                    self.part, self.progress = event, None
                if self._is_cancelled.is_set():
                    return

    def _noting_result(self) -> Generator[RunEvent | Part, None, None]:
        self.result = yield from self._begin()
