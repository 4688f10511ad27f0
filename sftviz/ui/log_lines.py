"""A run's history in sentences, oldest first."""

import time
from collections.abc import Iterator

from sftviz.data.lost import skipped_words
from sftviz.data.names import shown
from sftviz.events import BatchSplit, CacheRefused
from sftviz.runs.replay import RunState
from sftviz.ui.wording import duration, percent


def log_lines(state: RunState) -> list[str]:
    """One line for each thing worth remembering, with its time of day."""
    entries = [*_beginning(state), *_choices(state), *_epochs(state)]
    if state.finished:
        seconds = ", ".join(f"{name} {duration(value)}" for name, value in state.finished.seconds.items())
        entries.append((state.finished.at, f"Finished ({state.finished.reason}); time spent: {seconds}"))
    if state.message:
        entries.append((float("inf"), f"Failed: {state.message}"))
    return [
        f"{time.strftime('%H:%M:%S', time.localtime(at)) if at != float('inf') else '        '}  {text}"
        for at, text in sorted(entries)
    ]


def _beginning(state: RunState) -> Iterator[tuple[float, str]]:
    if state.started:
        facts = ", ".join(f"{name} {value}" for name, value in state.started.environment.items())
        counts = f"{state.started.num_train:,} training and {state.started.num_validation:,} validation pictures"
        yield state.started.at, f"Started on {counts}; {facts}"
    if state.resumed:
        yield state.resumed.at, f"Resumed after epoch {state.resumed.epoch}, step {state.resumed.step}"
    if state.skipped:
        yield state.skipped.at, skipped_words(state.skipped)
        for name, reason in state.skipped.examples.items():
            yield state.skipped.at, f"Left out {shown(name)}: {reason}"
    for extension in state.extensions:
        yield extension.at, f"Given {extension.stage.epochs} more epochs after epoch {extension.epoch}"


def _choices(state: RunState) -> Iterator[tuple[float, str]]:
    """How the arithmetic is done, and what did not go as planned."""
    if state.numerics:
        tried = state.numerics.seconds_per_example
        text = ", ".join(f"{name} {1000 * seconds:.1f} ms" for name, seconds in tried.items())
        why = {
            "measured": f"the fastest; a picture took: {text}",
            "asked for": "as asked for",
            "usual": "the usual way: too short a run to measure others",
        }
        yield state.numerics.at, f"Arithmetic: {state.numerics.numerics}, {why[state.numerics.reason]}"
    for notice in state.notices:
        yield notice.at, notice_text(notice)


def _epochs(state: RunState) -> Iterator[tuple[float, str]]:
    if state.stage:
        stage = state.stage
        text = f"Stage {stage.stage}: epochs {stage.first_epoch} to {stage.last_epoch}, learning {stage.learns}"
        yield stage.at, f"{text} ({stage.num_learning_parameters:,} parameters)"
    for epoch in state.epochs:
        accuracy, loss = percent(epoch.validation["accuracy"]), epoch.validation["loss"]
        best = ", the best so far" if epoch.is_best else ""
        took = duration(epoch.elapsed_s)
        yield epoch.at, f"Epoch {epoch.epoch}: validation accuracy {accuracy}, loss {loss:.3f} ({took}){best}"


def notice_text(notice: CacheRefused | BatchSplit) -> str:
    """What did not go as planned, and what was done about it."""
    if isinstance(notice, CacheRefused):
        return f"{notice.message} The frozen part is computed anew in every epoch instead."
    return (
        f"Memory ran out in epoch {notice.epoch}, step {notice.step}: batches pass in parts of {notice.most_at_once} "
        "from there on, and their gradients are added up"
    )
