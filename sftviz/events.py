"""What happens during a run: every event is a class that says when it is sent and carries its payload.

The event log is a list of these, one JSON object a line. A position (epoch, step) counts finished epochs and the
steps done in the one after them.
"""

import time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from sftviz.config import Stage

Phase = Literal[
    "download",
    "pixels",
    "checking",
    "pilot",
    "rates",
    "features",
    "hashes",
    "looks",
    "curve",
    "trust",
    "maps",
    "projection",
    "neighbours",
    "mixing",
    "depth",
    "description",
    "weights",
]
EndReason = Literal["completed", "patience", "target"]


class BaseEvent(BaseModel):
    """Shared by all events.

    Attributes:
        at: when it was made, in seconds since 1970 (UTC); for display, never for arithmetic on durations.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    at: float = Field(default_factory=time.time)


class RunQueued(BaseEvent):
    """Sent once, when a run is created."""

    kind: Literal["run_queued"] = "run_queued"


class RunStarted(BaseEvent):
    """Sent when a worker takes the run up for the first time.

    Attributes:
        environment: versions, device and thread count; bit-identical repetition needs the same ones.
    """

    kind: Literal["run_started"] = "run_started"
    classes: tuple[str, ...]
    num_train: int
    num_validation: int
    num_test: int = 0
    num_epochs: int
    environment: dict[str, str]


class RunResumed(BaseEvent):
    """Sent when a run goes on from a checkpoint; whatever the log says beyond its position no longer counts.

    Attributes:
        differences: what in the environment changed; empty means that the outcome is bit-identical.
    """

    kind: Literal["run_resumed"] = "run_resumed"
    epoch: int
    step: int
    differences: tuple[str, ...] = ()


class RunExtended(BaseEvent):
    """Sent when a person gives a finished run more epochs.

    Attributes:
        epoch: epochs finished by then; whatever the recipe had planned beyond them no longer counts.
        ended_by: why it had finished; a target that was reached does not end it again.
        stage: what comes after them.
    """

    kind: Literal["run_extended"] = "run_extended"
    epoch: int
    ended_by: EndReason
    stage: Stage


class PhaseProgressed(BaseEvent):
    """Sent while something other than training takes time; `done` of `total` in `unit`."""

    kind: Literal["phase_progressed"] = "phase_progressed"
    phase: Phase
    done: int
    total: int
    unit: Literal["bytes", "examples", "trials"]


class ExamplesSkipped(BaseEvent):
    """Sent whenever a run begins or goes on without some of the examples that it was given.

    Attributes:
        examples: all of those by name, each with a whole sentence that says why.
        num_train, num_validation: how many it has.
    """

    kind: Literal["examples_skipped"] = "examples_skipped"
    examples: dict[str, str]
    num_train: int
    num_validation: int


class NumericsChosen(BaseEvent):
    """Sent before the first forward pass of a run, when it is decided how the arithmetic is done.

    Attributes:
        numerics: the way taken.
        reason: it was the fastest measured, the configuration named it, or it is the usual one.
        seconds_per_example: what was measured of each way, for a training step where anything but the head learns,
            else for a forward pass; empty where a measurement would have taken longer than it could save.
        errors: relative Euclidean distance of each way's outputs from those of the plain one.
    """

    kind: Literal["numerics_chosen"] = "numerics_chosen"
    numerics: str
    reason: Literal["measured", "asked for", "usual"] = "usual"
    seconds_per_example: dict[str, float] = {}
    errors: dict[str, float] = {}


class CostForecast(BaseEvent):
    """Sent where a few batches were measured: what the run is going to cost.

    Attributes:
        seconds: wall time by phase, as `RunFinished` has it; what every run needs besides is not in it.
        peak_mib: most memory of the process, or of the accelerator where there is one.
        disk_mib: of the run's folder and of what is cached for it.
        most_at_once: examples that fit into memory together; 0 if a whole batch does.
    """

    kind: Literal["cost_forecast"] = "cost_forecast"
    seconds: dict[str, float]
    peak_mib: float
    disk_mib: float
    most_at_once: int = 0


class CacheRefused(BaseEvent):
    """Sent when results of the frozen part do not fit on the disk, and are computed anew in every epoch."""

    kind: Literal["cache_refused"] = "cache_refused"
    message: str


class StageStarted(BaseEvent):
    """Sent before the first step of a stage, and again when a run resumes within it."""

    kind: Literal["stage_started"] = "stage_started"
    stage: int
    learns: str
    first_epoch: int
    last_epoch: int
    num_learning_parameters: int


class StepEnded(BaseEvent):
    """Sent after each optimizer step; `loss` in nats is that of its batch, `step` counts from 1 within its epoch."""

    kind: Literal["step_ended"] = "step_ended"
    epoch: int
    step: int
    num_steps: int
    loss: float
    learning_rate: float
    examples_per_s: float


class BatchSplit(BaseEvent):
    """Sent when a batch did not fit into memory: from this step on it passes in parts, whose gradients are added up."""

    kind: Literal["batch_split"] = "batch_split"
    epoch: int
    step: int
    most_at_once: int


class EpochEnded(BaseEvent):
    """Sent when an epoch was trained and evaluated and its predictions lie on disk.

    Attributes:
        train: measures on the training examples as the network saw them while learning; of epoch 0, out of fold.
        validation: measures on the validation examples afterwards.
        is_best: whether it beats every trained epoch before it; epoch 0 is the measure, not a candidate.
        elapsed_s: seconds that the epoch took, evaluation included.
    """

    kind: Literal["epoch_ended"] = "epoch_ended"
    epoch: int
    train: dict[str, float]
    validation: dict[str, float]
    is_best: bool
    elapsed_s: float


class CheckpointSaved(BaseEvent):
    """Sent when the position can be returned to."""

    kind: Literal["checkpoint_saved"] = "checkpoint_saved"
    epoch: int
    step: int


class RunFinished(BaseEvent):
    """Sent last in a run that came to its end.

    Attributes:
        seconds: wall time by phase, of the process that finished it.
        peak_mib: most memory of that process, or of the accelerator where there is one.
        disk_mib: of the run's folder, and of what was newly cached for it.
    """

    kind: Literal["run_finished"] = "run_finished"
    reason: EndReason
    seconds: dict[str, float]
    peak_mib: float = 0.0
    disk_mib: float = 0.0


class RunStopped(BaseEvent):
    """Sent last when a person stopped the run; it can be continued."""

    kind: Literal["run_stopped"] = "run_stopped"


class RunFailed(BaseEvent):
    """Sent last when the run could not go on; `message` is a sentence for the person."""

    kind: Literal["run_failed"] = "run_failed"
    message: str


Event = Annotated[
    RunQueued
    | RunStarted
    | RunResumed
    | RunExtended
    | PhaseProgressed
    | ExamplesSkipped
    | NumericsChosen
    | CostForecast
    | CacheRefused
    | StageStarted
    | StepEnded
    | BatchSplit
    | EpochEnded
    | CheckpointSaved
    | RunFinished
    | RunStopped
    | RunFailed,
    Field(discriminator="kind"),
]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
