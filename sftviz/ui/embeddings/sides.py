"""The embeddings of both epochs, of validation pictures always and of training pictures where they are computed."""

from collections.abc import Generator, Mapping

import streamlit as st

from sftviz.embeddings.of_run import embed_training, training_embedded
from sftviz.events import Event
from sftviz.jobs.background import BackgroundWork
from sftviz.results import Embedded
from sftviz.runs.run import Run
from sftviz.ui.pickers import pick_one
from sftviz.ui.work_view import follow_work

Pair = tuple[Embedded, Embedded]
Sides = Mapping[str, Pair]

_TITLES = {"validation": "Validation pictures", "training": "Training pictures"}


def key_of(embedded: Embedded) -> tuple[object, ...]:
    """What tells embeddings of one side and epoch from others: an epoch of a run is computed once."""
    return embedded.source, len(embedded.examples), embedded.examples[:1], embedded.embeddings_ND[:1].tobytes()


def has_both_sides(run: Run, before_epoch: int, after_epoch: int) -> bool:
    """Whether training pictures are kept of both epochs; what is missing can be had by a button.

    Raises:
        RunError: an epoch has not been evaluated, or its file is damaged.
    """
    return _training_pair(run, before_epoch, after_epoch) is not None


def sides_of(run: Run, before_epoch: int, after_epoch: int) -> Sides:
    """Both sides where both are kept; what is missing of the training side can be had by a button.

    Raises:
        RunError: an epoch has not been evaluated, or its file is damaged.
    """
    validation = run.embedded(before_epoch), run.embedded(after_epoch)
    training = _training_pair(run, before_epoch, after_epoch)
    return {"validation": validation} if training is None else {"validation": validation, "training": training}


def _training_pair(run: Run, before_epoch: int, after_epoch: int) -> Pair | None:
    before, after = (training_embedded(run, epoch) for epoch in (before_epoch, after_epoch))
    if before is not None and after is not None:
        return before, after
    _offer_training(run, before_epoch, after_epoch)
    return None


def pick_side(sides: Sides) -> str:
    """Which pictures are measured; nothing to pick where there is only one side."""
    if len(sides) == 1:
        return next(iter(sides))
    return pick_one("Pictures", "side", {side: _TITLES[side] for side in sides})


def _offer_training(run: Run, before_epoch: int, after_epoch: int) -> None:
    epochs = (before_epoch, after_epoch)
    if not set(epochs) <= set(run.checkpoint_epochs()):
        st.caption(
            "Training pictures can be measured only in epochs whose weights are kept: epoch 0, the best, the last."
        )
        return

    def begin() -> Generator[Event, None, Embedded]:
        yield from embed_training(run, before_epoch)
        return (yield from embed_training(run, after_epoch))

    work = follow_work(
        "Measure training pictures too",
        "Passes the training pictures through the weights of both epochs, once; the result is kept with the run.",
        f"{run.identity} {epochs}",
        lambda: BackgroundWork(begin),
    )
    if work is not None and work.result is not None:
        st.rerun()
