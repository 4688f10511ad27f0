"""What the commands print: sentences and tables, or one JSON object."""

import json
import time
from collections.abc import Sequence
from pathlib import Path

from sftviz.analysis.measures import Measure
from sftviz.analysis.targets import estimate
from sftviz.caches import CacheFolder
from sftviz.data.listing import Listing
from sftviz.data.lost import skipped_words
from sftviz.errors import SftvizError
from sftviz.resources import size_text
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore
from sftviz.runs.test_set import SeenBefore, num_held_out, openings, seen_before
from sftviz.sweeps.dimensions import describe, varied
from sftviz.sweeps.groups import compare, rows


def report(run: Run, *, is_json: bool) -> None:
    """What a run came to.

    Raises:
        SftvizError: it did not finish; the sentence says how to go on.
    """
    if run.status == "stopped":
        raise SftvizError(f"Stopped; `sftviz resume {run.identity}` goes on from here.")
    if run.status != "finished":
        raise SftvizError(f"{run.state.message or 'The run could not be carried out.'} (run {run.identity})")
    summary = summarise(run)
    if is_json:
        print(json.dumps(summary))
    else:
        print(
            f"Run {run.identity}: validation accuracy {summary['before.accuracy']:.1%} before, "
            f"{summary['best.accuracy']:.1%} at its best in epoch {summary['best.epoch']}."
        )
        if run.state.skipped:
            print(skipped_words(run.state.skipped))
        _say_of_test(run)


def report_test(run: Run, epoch: int, *, is_json: bool) -> None:
    """What an epoch's weights, asked just now or before, say of the test set; and what was asked first."""
    accuracy, first = _test_accuracy(run, epoch), openings(run)[0]
    if is_json:
        low, high = accuracy.interval
        answer = {"run": run.identity, "epoch": epoch, "test.accuracy": accuracy.value, "test.interval": [low, high]}
        answer |= {"num_test": accuracy.num_examples, "first.epoch": first.epoch, "first.at": first.at}
        print(json.dumps(answer | {"num_seen_before": seen.num_examples if (seen := _seen_before(run)) else 0}))
        return
    if epoch != first.epoch:
        print(f"Epoch {epoch} on the test set, for the second time and so no longer unbiased: {_in_words(accuracy)}.")
    _say_of_test(run)


def _say_of_test(run: Run) -> None:
    count, opened = num_held_out(run), openings(run)
    if opened:
        said = _in_words(_test_accuracy(run, opened[0].epoch))
        day = _moment(opened[0].at)
        print(f"Test accuracy {said}, opened on {day} for epoch {opened[0].epoch}: the number to report.")
    elif count:
        print(
            f"{count:,} pictures are held out as a test set; once all choices are made, "
            f"`sftviz open-test {run.identity}` opens it."
        )
    if count and (seen := _seen_before(run)):
        first = seen.openings[0]
        print(
            f"Of these pictures, {seen.num_examples:,} were looked at before: the run {first.run} opened its own test "
            f"set on {_moment(first.at)} for epoch {first.epoch}. If that bore on what was chosen here, this one is no "
            "longer unbiased."
        )


def _seen_before(run: Run) -> SeenBefore | None:
    store = RunStore(run.folder.parents[1])
    return seen_before(run, (*store.list(), *store.trash()), _test_contents)


def _test_contents(run: Run) -> list[str]:
    listing = Listing.from_json((run.folder / "data.json").read_text(encoding="utf-8"))
    return [picture.sha256 for picture in listing.side("test")]


def _moment(at: float) -> str:
    return time.strftime("%d %b %Y, %H:%M", time.localtime(at))


def _test_accuracy(run: Run, epoch: int) -> Measure:
    return estimate(run.test_predictions(epoch), "accuracy")


def _in_words(accuracy: Measure) -> str:
    low, high = accuracy.interval
    return f"{accuracy.value:.1%} ({low:.1%} to {high:.1%}, {accuracy.num_examples:,} pictures)"


def report_sweep(group: str, runs: Sequence[Run], *, is_json: bool) -> None:
    """A table with a row a run; a star marks what no other run beats in both accuracy and time."""
    comparison = compare(runs)
    best = {run for run, is_best in zip(comparison.runs, comparison.is_on_front_N, strict=True) if is_best}
    table = rows(runs)
    if is_json:
        print(json.dumps({"group": group, "runs": [row | {"is_on_front": row["run"] in best} for row in table]}))
        return
    dimensions = varied([run.config for run in runs])
    for run, row in zip(runs, table, strict=True):
        accuracy = row["best.accuracy"]
        reached = f"{accuracy:6.1%}" if isinstance(accuracy, float) else "     –"
        star = "*" if row["run"] in best else " "
        values = describe(run.config, dimensions)
        print(f"{run.identity}  {row['status']:<11}  {reached}{row['seconds']:8.1f} s {star}  {values}")


def summarise(run: Run) -> dict[str, object]:
    """What `--json` prints of a finished run: accuracies in [0, 1], seconds of wall time by phase."""
    state = run.state
    if state.before is None or state.best is None or state.started is None:
        raise SftvizError(f"The run {run.identity} has not finished epoch 0 yet; resume it.")
    return {
        "run": run.identity,
        "before.accuracy": state.before.validation["accuracy"],
        "best.accuracy": state.best.validation["accuracy"],
        "best.epoch": state.best.epoch,
        "classes": list(state.started.classes),
        "num_train": state.started.num_train,
        "num_validation": state.started.num_validation,
        "num_test": state.started.num_test,
        "skipped": list(state.skipped.examples) if state.skipped else [],
        "test.accuracy": _test_accuracy(run, opened[0].epoch).value if (opened := openings(run)) else None,
        "seconds": state.finished.seconds if state.finished else {},
    }


def report_runs(home: Path, *, is_json: bool) -> None:
    """A line for each run."""
    listed = [
        {
            "run": run.identity,
            "name": run.name,
            "status": run.status,
            "before.accuracy": run.state.before.validation["accuracy"] if run.state.before else None,
            "best.accuracy": run.state.best.validation["accuracy"] if run.state.best else None,
        }
        for run in RunStore(home).list()
    ]
    if is_json:
        print(json.dumps(listed))
        return
    for row in listed:
        before, best = (
            f"{value:6.1%}" if isinstance(value, float) else "     –"
            for value in (row["before.accuracy"], row["best.accuracy"])
        )
        print(f"{row['run']}  {row['status']:<11}  {before} → {best}  {row['name']}")
    if not listed:
        print(f"No runs in {home} yet; start one with `sftviz train PATH`.")


def report_caches(cache: CacheFolder, *, freed: int | None, is_json: bool) -> None:
    """What they take, and how many bytes were freed, where they were cleared."""
    usage = cache.usage()
    if is_json:
        print(json.dumps(usage._asdict() | {"max_bytes": cache.max_bytes, "freed_bytes": freed or 0}))
        return
    if freed is not None:
        print(f"{size_text(freed)} freed.")
    print(f"The caches take {size_text(usage.num_bytes)} of at most {size_text(cache.max_bytes)}.")
