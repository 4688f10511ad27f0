"""A run's events as lines over epochs: plain arrays, for the live chart to draw."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sftviz.events import EpochEnded, StepEnded
from sftviz.results import FloatArray

MAX_POINTS = 1000


@dataclass(frozen=True)
class Line:
    """One line of a chart.

    Attributes:
        x: epochs; a step within an epoch is a fraction of it.
        y: values in the chart's unit.
        color: CSS colour.
        is_faint, is_dotted, has_markers: how it is drawn.
    """

    name: str
    x: FloatArray
    y: FloatArray
    color: str
    is_faint: bool = False
    is_dotted: bool = False
    has_markers: bool = False


_TRAIN, _VALIDATION, _BATCH = "#E69F00", "#0072B2", "#E69F00"


def loss_lines(epochs: Sequence[EpochEnded], steps: Sequence[StepEnded]) -> tuple[Line, ...]:
    """Mean negative log-likelihood in nats: every batch, training and validation by epoch."""
    x = np.array([step.epoch - 1 + step.step / step.num_steps for step in steps], dtype=np.float32)
    y = np.array([step.loss for step in steps], dtype=np.float32)
    return Line("each batch", *_thinned(x, y), _BATCH, is_faint=True), *_by_epoch(epochs, "loss")


def accuracy_lines(epochs: Sequence[EpochEnded]) -> tuple[Line, ...]:
    """Share of right predictions: training and validation by epoch."""
    return _by_epoch(epochs, "accuracy")


def _by_epoch(epochs: Sequence[EpochEnded], measure: str) -> tuple[Line, ...]:
    x = np.array([epoch.epoch for epoch in epochs], dtype=np.float32)
    train = np.array([epoch.train[measure] for epoch in epochs], dtype=np.float32)
    validation = np.array([epoch.validation[measure] for epoch in epochs], dtype=np.float32)
    return (
        Line("training", x, train, _TRAIN, is_dotted=True, has_markers=True),
        Line("validation", x, validation, _VALIDATION, has_markers=True),
    )


def _thinned(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """At most `MAX_POINTS` points, each the mean of its neighbours, so that long runs stay quick to draw."""
    if len(x) <= MAX_POINTS:
        return x, y
    edges = np.linspace(0, len(x), MAX_POINTS + 1).astype(np.int64)
    counts = np.diff(edges)
    means = [np.add.reduceat(values.astype(np.float64), edges[:-1]) / counts for values in (x, y)]
    return means[0].astype(np.float32), means[1].astype(np.float32)
