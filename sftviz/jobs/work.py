"""Carrying one run out: pull events, write each down, and turn whatever goes wrong into a sentence."""

import errno
import traceback
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from sftviz.errors import SftvizError
from sftviz.events import Event, RunFailed, RunStopped
from sftviz.runs.log import EventWriter
from sftviz.runs.run import Run
from sftviz.runs.stopping import is_asked_to_stop


def carry_out(
    run: Run,
    home: Path,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    should_leave: Callable[[], bool] = lambda: False,
    on_event: Callable[[Event], None] = lambda _: None,
) -> None:
    """Train a run to its end, or go on with it; the caller holds its lock.

    Args:
        run: a new one, or one with checkpoints to go on from.
        home: where caches lie.
        should_stop: asked after every event, besides the run's own stop mark; true ends the run as *stopped*, with its
            position saved.
        should_leave: the same, but says nothing in the log: the process ends, and the run is *interrupted*.
        on_event: called after each event is written.
    """
    log = EventWriter(run.folder / "events.jsonl")

    def is_over() -> bool:
        return should_stop() or should_leave() or is_asked_to_stop(run.folder)

    def note(event: Event) -> None:
        log.append(event)
        on_event(event)

    def is_ended() -> bool:
        if not is_over():
            return False
        # The position is going to be saved, and no checkpoint may be ahead of its log.
        log.sync()
        return True

    with closing(log):
        try:
            if _pull(run, home, note, is_ended) and not should_leave():
                note(RunStopped())
        except Exception as error:
            # On a full disk not even this can be written; the run then shows as interrupted.
            with suppress(OSError):
                note(RunFailed(message=_sentence(error)))
                (run.folder / "error.txt").write_text(traceback.format_exc(), encoding="utf-8")


def mark_stopped(run: Run) -> None:
    """Say that a run was stopped while it waited; the caller holds its lock."""
    _mark(run, RunStopped())


def mark_failed(run: Run, message: str) -> None:
    """Say that a run failed for whoever carried it out and cannot say so any more; the caller holds its lock."""
    _mark(run, RunFailed(message=message))


def _mark(run: Run, event: Event) -> None:
    with closing(EventWriter(run.folder / "events.jsonl")) as log:
        log.append(event)


def _pull(run: Run, home: Path, note: Callable[[Event], None], should_end: Callable[[], bool]) -> bool:
    """Train; whether it was ended before its own end."""
    from sftviz.tasks.opening import open_task
    from sftviz.training.fine_tune import fine_tune

    config = run.config.model_copy(update={"recipe": run.recipe})
    with closing(fine_tune(config, open_task(run, home), run.folder)) as events:
        for event in events:
            note(event)
            if should_end() and event.kind != "run_finished":
                return True
    return False


def _sentence(error: Exception) -> str:
    if isinstance(error, SftvizError):
        return str(error)
    if isinstance(error, MemoryError) or "alloc" in str(error) or "out of memory" in str(error):
        return (
            "This machine ran out of memory. Choose a smaller batch or backbone and start anew; nothing saved is lost."
        )
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full. Free some space and press Resume; training goes on from the last checkpoint."
    if isinstance(error, OSError):
        return f"A file could not be read or written ({error}). Mend that and press Resume."
    return f"Something unexpected happened ({type(error).__name__}: {error}). The details are in the run's error.txt."
