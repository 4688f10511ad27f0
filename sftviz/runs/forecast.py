"""How far a run is, and how long it will take from here at its present pace."""

from itertools import pairwise
from statistics import median

from sftviz.runs.replay import RunState

_RECENT_STEPS = 30


def steps_left(state: RunState, num_epochs: int) -> int:
    """Optimizer steps from here to the end of the last epoch."""
    if not state.steps:
        return 0
    last = state.steps[-1]
    return (num_epochs - last.epoch) * last.num_steps + last.num_steps - last.step


def seconds_left(state: RunState, num_epochs: int) -> float | None:
    """Seconds to the end if every step and every evaluation goes on as the recent ones; None before the first step."""
    if len(state.steps) < 2:
        return None
    last = state.steps[-1]
    recent = [step for step in state.steps[-_RECENT_STEPS:] if step.epoch == last.epoch]
    if len(recent) < 2:
        recent = state.steps[-_RECENT_STEPS:]
    pace_s = median(later.at - earlier.at for earlier, later in pairwise(recent))
    return steps_left(state, num_epochs) * pace_s


def share_done(state: RunState, num_epochs: int) -> float:
    """Share of all steps that is done, in [0, 1]; epochs alone count where there are no steps."""
    if state.status == "finished":
        return 1.0
    if not state.steps:
        return 0.0
    total = num_epochs * state.steps[-1].num_steps
    return 1 - steps_left(state, num_epochs) / total


def pace(state: RunState) -> float | None:
    """Examples a second over the recent steps; None before the first."""
    recent = [step.examples_per_s for step in state.steps[-_RECENT_STEPS:]]
    return median(recent) if recent else None


def seconds_spent(state: RunState) -> float:
    """Wall time of all finished epochs, epoch 0 included, in whichever process."""
    return sum(epoch.elapsed_s for epoch in state.epochs)
