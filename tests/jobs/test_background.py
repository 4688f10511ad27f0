"""Work in the background: its progress, its result, its sentence, and its end."""

from collections.abc import Generator
from threading import Event

import pytest

from sftviz.errors import DataError
from sftviz.events import PhaseProgressed
from sftviz.jobs.background import BackgroundWork

Steps = Generator[PhaseProgressed, None, int]


def _joined(work: BackgroundWork[int]) -> BackgroundWork[int]:
    work._thread.join(60)
    assert work.is_over
    return work


def _step(done: int) -> PhaseProgressed:
    return PhaseProgressed(phase="pilot", done=done, total=4, unit="trials")


def test_it_shows_how_far_it_is_and_ends_with_a_result() -> None:
    seen, may_end = Event(), Event()

    def begin() -> Steps:
        yield _step(1)
        seen.set()
        may_end.wait(60)
        yield _step(3)
        return 42

    work = BackgroundWork(begin)
    assert seen.wait(60)
    assert work.share == 0.25
    assert not work.is_over
    may_end.set()
    assert _joined(work).result == 42
    assert work.share == 0.75


@pytest.mark.parametrize(
    ("error", "words"), [(DataError("The folder is gone."), "The folder is gone."), (KeyError("x"), "KeyError")]
)
def test_what_goes_wrong_is_a_sentence(error: Exception, words: str) -> None:
    def begin() -> Steps:
        yield _step(1)
        raise error

    work = _joined(BackgroundWork(begin))
    assert words in work.message
    assert work.result is None


def test_cancelled_it_ends_without_a_result() -> None:
    closed = Event()

    def begin() -> Steps:
        try:
            while True:
                yield _step(1)
        finally:
            closed.set()

    work = BackgroundWork(begin)
    work.cancel()
    assert _joined(work).result is None
    assert closed.is_set()
    assert work.message == ""
