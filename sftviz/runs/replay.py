"""What a run's event log amounts to: status, curves and position are folds over its events."""

from dataclasses import dataclass, field
from typing import Literal, Self

from sftviz.events import (
    BaseEvent,
    BatchSplit,
    CacheRefused,
    CostForecast,
    EpochEnded,
    ExamplesSkipped,
    NumericsChosen,
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
        started: with the examples that it has by now.
        skipped: those that it was given and goes without, if there are any.
        phase: what it is busy with besides training.
        numerics: how its arithmetic is done.
        forecast: what it was expected to cost, if that was measured.
        notices: what did not go as planned and was got round.
        epochs: one entry an epoch, epoch 0 first.
        extensions: epochs that were added to what the configuration asks, oldest first.
    """

    status: LogStatus = "queued"
    message: str = ""
    queued_at: float | None = None
    started: RunStarted | None = None
    skipped: ExamplesSkipped | None = None
    resumed: RunResumed | None = None
    finished: RunFinished | None = None
    phase: PhaseProgressed | None = None
    stage: StageStarted | None = None
    numerics: NumericsChosen | None = None
    forecast: CostForecast | None = None
    notices: list[CacheRefused | BatchSplit] = field(default_factory=list)
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
            case RunFinished():
                self.status, self.finished, self.phase = "finished", event, None
            case RunStopped():
                self.status, self.phase = "stopped", None
            case RunFailed():
                self.status, self.message, self.phase = "failed", event.message, None
            case _:
                self._note(event)
        return self

    def _note(self, event: BaseEvent) -> None:
        """Keep what happens on the way, which leaves the status as it is."""
        match event:
            case PhaseProgressed():
                self.phase = event if event.done < event.total else None
            case ExamplesSkipped():
                self._skip(event)
            case NumericsChosen():
                self.numerics = event
            case CostForecast():
                self.forecast = event
            case CacheRefused() | BatchSplit():
                self.notices.append(event)
            case StageStarted():
                self.stage = event
            case StepEnded():
                self.phase = None
                self.steps.append(event)
            case EpochEnded():
                self.epochs.append(event)

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
        self.skipped = self.resumed = self.finished = self.phase = self.stage = None
        self.epochs, self.steps, self.notices = [], [], []

    def _go_back(self, event: RunResumed) -> None:
        self.status, self.message, self.resumed, self.finished = "running", "", event, None
        self.epochs = [epoch for epoch in self.epochs if epoch.epoch <= event.epoch]
        splits = [notice for notice in self.notices if isinstance(notice, BatchSplit)]
        self.notices = [each for each in splits if (each.epoch, each.step) <= (event.epoch + 1, event.step)]
        self.steps = [
            step
            for step in self.steps
            if step.epoch <= event.epoch or (step.epoch == event.epoch + 1 and step.step <= event.step)
        ]

    def _skip(self, event: ExamplesSkipped) -> None:
        self.skipped = event
        if self.started:
            has = {"num_train": event.num_train, "num_validation": event.num_validation}
            self.started = self.started.model_copy(update=has)

    def _extend(self, event: RunExtended) -> None:
        # Until somebody goes on with it, it stands like a run that was stopped there.
        self.status, self.finished = "stopped", None
        self.extensions.append(event)
