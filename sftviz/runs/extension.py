"""Giving a finished run more epochs."""

from sftviz.config import Stage
from sftviz.errors import RunError
from sftviz.events import RunExtended
from sftviz.runs.lock import RunLock
from sftviz.runs.log import EventWriter
from sftviz.runs.run import Run


def extend(run: Run, epochs: int) -> None:
    """Add a stage that learns what the last one did, with its optimizer's state; the run can then be gone on with.

    The schedule begins anew: a warm restart (Loshchilov & Hutter 2017, "SGDR"). Patience counts from here, and a target
    that was reached counts no more.

    Raises:
        RunBusyError: somebody works on it.
        RunError: it has not finished, or it has no stages.
    """
    with RunLock(run.folder):
        state, stages = run.state, run.recipe.stages
        if state.finished is None:
            raise RunError(f"The run {run.identity} has not finished yet; resume it without more epochs first.")
        if not stages:
            raise RunError(
                f"The run {run.identity} cannot be continued: its recipe {run.recipe.name!r} solves for the head "
                "directly and trains no epochs. Start a run with another recipe."
            )
        last = state.epochs[-1].epoch
        log = EventWriter(run.folder / "events.jsonl")
        log.append(RunExtended(epoch=last, ended_by=state.finished.reason, stage=_more(run, last, epochs)))
        log.close()


def _more(run: Run, last: int, epochs: int) -> Stage:
    stage = run.recipe.cut(last).stages[-1]
    return Stage(**stage.model_dump() | {"epochs": epochs, "continues": True})
