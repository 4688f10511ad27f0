"""What a run's event log amounts to: status, curves and position are folds over its events."""

from dataclasses import dataclass, field
from typing import Literal, Self

from sftviz.events import (
    BaseEvent,
    EpochEnded,
    PhaseProgressed,
    RunExtended,
    RunFailed,
    RunFinished,
    RunQueued,
    RunResumed,
    RunStarted,
    RunStopped,
    StageStarted,
    StepEnded,
)

LogStatus = Literal["queued", "running", "finished", "stopped", "failed"]


@dataclass
class RunState:
    """Grows with the log; lists are replaced, never shortened in place, so that a page may read on while it grows.

    Attributes:
        status: what the log alone says; that nobody works on it any more, only the lock can tell.
        message: why it failed.
        phase: what it is busy with besides training.
        epochs: one entry an epoch, epoch 0 first.
        extensions: epochs that were added to what the configuration asks, oldest first.
    """

    status: LogStatus = "queued"
    message: str = ""
    queued_at: float | None = None
    started: RunStarted | None = None
    resumed: RunResumed | None = None
    finished: RunFinished | None = None
    phase: PhaseProgressed | None = None
    stage: StageStarted | None = None
    steps: list[StepEnded] = field(default_factory=list)
    epochs: list[EpochEnded] = field(default_factory=list)
    extensions: list[RunExtended] = field(default_factory=list)

    def apply(self, event: BaseEvent) -> Self:
        """Take one more event into account."""
        match event:
            case RunQueued():
                self.queued_at = event.at
            case RunStarted():
                self._begin(event)
            case RunResumed():
                self._go_back(event)
            case RunExtended():
                self._extend(event)
            case PhaseProgressed():
                self.phase = event if event.done < event.total else None
            case StageStarted():
                self.stage = event
            case StepEnded():
                self.steps.append(event)
            case EpochEnded():
                self.epochs.append(event)
            case RunFinished():
                self.status, self.finished, self.phase = "finished", event, None
            case RunStopped():
                self.status, self.phase = "stopped", None
            case RunFailed():
                self.status, self.message, self.phase = "failed", event.message, None
        return self

    @property
    def best(self) -> EpochEnded | None:
        """The best trained epoch; before there is one, epoch 0."""
        if not self.epochs:
            return None
        return next((epoch for epoch in reversed(self.epochs) if epoch.is_best), self.epochs[0])

    @property
    def before(self) -> EpochEnded | None:
        """Epoch 0."""
        return self.epochs[0] if self.epochs else None

    def _begin(self, event: RunStarted) -> None:
        # Sent again where an earlier attempt left no checkpoint: nothing of that one counts.
        self.status, self.message, self.started = "running", "", event
        self.resumed = self.finished = self.phase = self.stage = None
        self.epochs, self.steps = [], []

    def _go_back(self, event: RunResumed) -> None:
        self.status, self.message, self.resumed, self.finished = "running", "", event, None
        self.epochs = [epoch for epoch in self.epochs if epoch.epoch <= event.epoch]
        self.steps = [
            step
            for step in self.steps
            if step.epoch <= event.epoch or (step.epoch == event.epoch + 1 and step.step <= event.step)
        ]

    def _extend(self, event: RunExtended) -> None:
        # Until somebody goes on with it, it stands like a run that was stopped there.
        self.status, self.finished = "stopped", None
        self.extensions.append(event)
