"""A learning-rate range test in a thread of its own, to be looked at while it goes on."""

import atexit
import logging
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from sftviz.config import RunConfig
from sftviz.errors import SftvizError
from sftviz.events import Event as RunEvent
from sftviz.events import PhaseProgressed
from sftviz.results import RateTest

if TYPE_CHECKING:
    # Loads torch, which the page that starts a search must not wait for.
    from sftviz.training.rate_finder import RateTried

_LOG = logging.getLogger(__name__)


class RateSearch:
    """Starts at once; reads the pictures and builds the network by itself, and leaves nothing behind.

    Attributes:
        share: what is done of the present part, in [0, 1].
        is_trying: whether it has come to the test itself.
        result: once it is there.
        message: a sentence, where it failed.

    Args:
        config: recipe, model and data.
        data: the task's own JSON text that says which examples it learns from.
        home: where caches lie.
    """

    def __init__(self, config: RunConfig, data: str, home: Path) -> None:
        self.share = 0.0
        self.is_trying = False
        self.result: RateTest | None = None
        self.message = ""
        self._config, self._data, self._home = config, data, home
        self._is_cancelled = Event()
        self._thread = Thread(target=self._work, name="sftviz-rates", daemon=True)
        atexit.register(self._end)
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether it has a result, a message, or was cancelled."""
        return not self._thread.is_alive()

    def cancel(self) -> None:
        """Have it end within a step."""
        self._is_cancelled.set()

    def _end(self) -> None:
        self.cancel()
        self._thread.join()

    def _work(self) -> None:
        try:
            self._pull()
        except SftvizError as error:
            self.message = str(error)
        except Exception as error:
            _LOG.exception("The learning-rate test failed")
            self.message = f"The test could not be carried out ({type(error).__name__}); the terminal has the details."
        finally:
            atexit.unregister(self._end)

    def _pull(self) -> None:
        from sftviz.machine import prepare_training
        from sftviz.tasks.opening import open_examples
        from sftviz.training.rate_finder import RateTried, search_rate

        prepare_training()
        task = open_examples(self._config, self._data, self._home)
        with closing(self._noting_result(search_rate(self._config, task))) as steps:
            for progress in steps:
                if isinstance(progress, RateTried | PhaseProgressed):
                    self.share = progress.done / max(progress.total, 1)
                    self.is_trying = isinstance(progress, RateTried)
                if self._is_cancelled.is_set():
                    return

    def _noting_result(
        self, steps: "Generator[RunEvent | RateTried, None, RateTest]"
    ) -> "Generator[RunEvent | RateTried, None, None]":
        self.result = yield from steps
