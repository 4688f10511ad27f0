"""The runs of a sweep on disk: found by their group's name, compared, and how long more of them would take."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median

from sftviz.analysis.pareto import compare_costs
from sftviz.config import Learns, RunConfig
from sftviz.errors import RunError
from sftviz.runs.forecast import seconds_spent
from sftviz.runs.run import Run
from sftviz.sweeps.dimensions import DIMENSIONS, Value, describe, varied
from sftviz.trials import CostComparison

Row = dict[str, Value | None]


def groups(runs: Iterable[Run]) -> dict[str, list[Run]]:
    """Readable runs by group, the group with the newest run first, its oldest run first.

    Args:
        runs: newest first.
    """
    found: dict[str, list[Run]] = {}
    for run in runs:
        if run.config.group and _is_readable(run):
            found.setdefault(run.config.group, []).insert(0, run)
    return found


def free_name(name: str, runs: Iterable[Run]) -> str:
    """The name, with a number where a group of that name exists."""
    taken = {run.config.group for run in runs}
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} {number}"
    return free


def rows(runs: Sequence[Run]) -> list[Row]:
    """One row a run: what tells it from the others, how far it is, accuracies in [0, 1], seconds of wall time."""
    dimensions = varied([run.config for run in runs])
    return [
        {"run": run.identity, "status": run.status}
        | {name: DIMENSIONS[name].read(run.config) for name in dimensions}
        | {
            "before.accuracy": run.state.before.validation["accuracy"] if run.state.before else None,
            "best.accuracy": run.state.best.validation["accuracy"] if run.state.best else None,
            "seconds": round(seconds_spent(run.state), 3),
        }
        for run in runs
    ]


def compare(runs: Sequence[Run]) -> CostComparison:
    """Best accuracy against cost, of those runs that nobody works on and that have finished an epoch."""
    dimensions = varied([run.config for run in runs])
    known = [(run, best) for run in runs if not run.is_active and (best := run.state.best)]
    return compare_costs(
        [run.identity for run, _ in known],
        [describe(run.config, dimensions) for run, _ in known],
        [seconds_spent(run.state) for run, _ in known],
        [best.validation["accuracy"] for _, best in known],
    )


def expected_seconds(configs: Sequence[RunConfig], known: Iterable[Run]) -> float | None:
    """Time that runs take one after the other, if their epochs take as long as those of similar runs.

    Similar are epochs on the same data set, of the same backbone, in which the same learned. None where there is no
    such epoch for one of the runs.
    """
    times: dict[tuple[str, str, Learns | None], list[float]] = defaultdict(list)
    for run in known:
        if run.config.origin:  # made, not trained
            continue
        learned = (None, *(stage.learns for stage in run.recipe.stages for _ in range(stage.epochs)))
        for epoch, learns in zip(run.state.epochs, learned, strict=False):
            times[run.config.data.dataset, run.config.model.backbone, learns].append(epoch.elapsed_s)
    total = 0.0
    for config in configs:
        parts: list[tuple[Learns | None, int]] = [(None, 1)]
        parts += [(stage.learns, stage.epochs) for stage in config.recipe.stages]
        for learns, epochs in parts:
            similar = times.get((config.data.dataset, config.model.backbone, learns))
            if not similar:
                return None
            total += epochs * median(similar)
    return total


def _is_readable(run: Run) -> bool:
    try:
        return run.state.queued_at is not None
    except RunError:
        return False
