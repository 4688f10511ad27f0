"""What head, representation and head training each bought: the same network measured rung by rung."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from sftviz.analysis.measures import Measure, metric_changes, metrics_with_intervals
from sftviz.analysis.temperature import cross_scaled
from sftviz.results import Predictions, Source

Rung = Literal["nearest mean", "probe", "refitted", "unaveraged", "trained", "scaled"]
GainMetric = Literal["accuracy", "loss"]


@dataclass(frozen=True)
class Step:
    """One rung, and what it changed from the one before it.

    Attributes:
        rung: which it is.
        value: with its own interval.
        change: paired, picture by picture; None of the first rung.
    """

    rung: Rung
    value: Measure
    change: Measure | None


@dataclass(frozen=True)
class Gain:
    """From the nearest class mean to the trained model.

    Attributes:
        source: the trained model.
        steps: at least four, their changes add up to the whole.
        whole: from the first rung to the trained model.
        by_refitting: what the refitted head would change of the trained model.
    """

    source: Source
    steps: tuple[Step, ...]
    whole: Measure
    by_refitting: Measure


def gain(rungs: tuple[Predictions, ...], names: tuple[Rung, ...], metric: GainMetric) -> Gain:
    """Measure each rung on the same examples, and each change in pairs.

    A temperature changes no prediction: it is the last rung of the loss alone, judged on halves that it was not fitted
    on.

    Args:
        rungs: what each says; "refitted" and "trained" are among them.
        names: of the rungs.
        metric: "loss" is the mean negative log-likelihood.

    Raises:
        EmptyResultError: there is no example, or a probability is not a number.
    """
    said = dict(zip(names, rungs, strict=True))
    trained, first = said["trained"], rungs[0]
    steps = dict(said)
    if metric == "loss":
        steps["scaled"] = cross_scaled(trained)
    before: Predictions | None = None
    found: list[Step] = []
    for rung, each in steps.items():
        change = None if before is None else _named(metric_changes(before, each), metric)
        found.append(Step(rung, _named(metrics_with_intervals(each), metric), change))
        before = each
    return Gain(
        source=trained.source,
        steps=tuple(found),
        whole=_named(metric_changes(first, trained), metric),
        by_refitting=_named(metric_changes(trained, said["refitted"]), metric),
    )


def _named(measures: tuple[Measure, ...], metric: GainMetric) -> Measure:
    return next(each for each in measures if each.name == metric)


def gain_table(found: Gain) -> pd.DataFrame:
    """One row a rung: its value and its change from the one before, both with their intervals."""
    rows = []
    for step in found.steps:
        row: dict[str, object] = {"rung": step.rung, **_columns(step.value.name, step.value)}
        rows.append(row | (_columns("change", step.change) if step.change else {}))
    return pd.DataFrame(rows)


def _columns(name: str, measure: Measure) -> dict[str, float]:
    factor, unit = (100, "%") if measure.unit == "share" else (1, "nats")
    low, high = measure.interval
    values = {name: measure.value, f"{name}, low": low, f"{name}, high": high}
    return {f"{title}, {unit}": factor * value for title, value in values.items()}
