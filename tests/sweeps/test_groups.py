"""The runs of a group: found, compared, and their time foretold."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sftviz.config import Origin, Recipe, RunConfig
from sftviz.events import EpochEnded
from sftviz.runs.lock import RunLock
from sftviz.runs.log import EventWriter
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore
from sftviz.sweeps.groups import compare, expected_seconds, free_name, groups, rows
from tests.conftest import HEAD_ONLY, SHORT


@pytest.fixture
def grouped(home: Path, new_run: Callable[..., Run]) -> Callable[..., Run]:
    """Makes runs of a group, with epochs in their logs that took these seconds."""

    def make(group: str | None, recipe: Recipe = SHORT, seconds: tuple[float, ...] = ()) -> Run:
        config: RunConfig = new_run(recipe).config.model_copy(update={"group": group})
        run = RunStore(home).create(config, "{}")
        log = EventWriter(run.folder / "events.jsonl")
        for epoch, elapsed_s in enumerate(seconds):
            measures = {"accuracy": 0.5 + epoch / 10, "loss": 1.0}
            log.append(
                EpochEnded(epoch=epoch, train=measures, validation=measures, is_best=epoch > 0, elapsed_s=elapsed_s)
            )
        log.close()
        return run

    return make


def test_groups_are_found_in_order(grouped: Callable[..., Run], home: Path) -> None:
    first, second, other, _ = grouped("a"), grouped("a"), grouped("b"), grouped(None)
    broken = grouped("a")
    (broken.folder / "events.jsonl").write_text("{}\n")
    found = {name: [run.identity for run in runs] for name, runs in groups(RunStore(home).list()).items()}
    assert found == {"a": [first.identity, second.identity], "b": [other.identity]}


def test_a_name_that_is_taken_gets_a_number(grouped: Callable[..., Run]) -> None:
    runs = [grouped("a"), grouped("a 2"), grouped(None)]
    assert [free_name(name, runs) for name in ("a", "b")] == ["a 3", "b"]


def test_rows_hold_what_differs_and_what_came_of_it(grouped: Callable[..., Run]) -> None:
    runs = [grouped("a", SHORT, (2.0, 3.0)), grouped("a", HEAD_ONLY)]
    first, second = rows(runs)
    assert list(first) == [
        "run",
        "status",
        "recipe",
        "learns",
        "epochs",
        "head_lr",
        "layer_decay",
        "label_smoothing",
        "before.accuracy",
        "best.accuracy",
        "seconds",
    ]
    assert (first["recipe"], first["learns"], first["layer_decay"]) == ("short", "all", 0.8)
    assert (first["before.accuracy"], first["best.accuracy"], first["seconds"]) == (0.5, 0.6, 5.0)
    assert (second["layer_decay"], second["best.accuracy"], second["seconds"]) == (1.0, None, 0.0)


def test_time_follows_similar_epochs(grouped: Callable[..., Run]) -> None:
    known = [grouped(None, SHORT, (2.0, 3.0, 10.0)), grouped(None, SHORT, (2.0, 5.0)), grouped(None, HEAD_ONLY, (2.0,))]
    short, head = known[0].config, known[2].config
    assert expected_seconds([short], known) == 2.0 + 4.0 + 10.0
    assert expected_seconds([short, short], known) == 2 * 16.0
    assert expected_seconds([head], known) is None, "no epoch of the head alone is known"
    assert expected_seconds([short], known[1:]) is None
    elsewhere = short.model_copy(update={"data": short.data.model_copy(update={"dataset": "other"})})
    assert expected_seconds([elsewhere], known) is None
    assert expected_seconds([], known) == 0.0


def test_epochs_that_were_made_and_not_trained_tell_no_time(grouped: Callable[..., Run], home: Path) -> None:
    trained = grouped(None, HEAD_ONLY, (10.0, 2.0))
    origin = Origin(run=trained.identity, epoch=1, how="head refitted")
    made = grouped(None, HEAD_ONLY, (10.0, 500.0))
    (made.folder / "config.json").write_text(made.config.model_copy(update={"origin": origin}).model_dump_json())
    made = RunStore(home).get(made.identity)
    assert expected_seconds([trained.config], [trained, made]) == expected_seconds([trained.config], [trained])


def test_only_runs_that_are_over_are_compared(grouped: Callable[..., Run]) -> None:
    runs = [grouped("a", SHORT, (2.0, 3.0)), grouped("a", HEAD_ONLY, (2.0,)), grouped("a", HEAD_ONLY)]
    with RunLock(runs[0].folder):
        assert compare(runs).runs == (runs[1].identity,)
    found = compare(runs)
    assert found.runs == (runs[0].identity, runs[1].identity)
    assert found.seconds_N.tolist() == [5.0, 2.0]
    assert found.is_on_front_N.tolist() == [True, True]
    assert found.labels[1] == "head, learns head, epochs 3, head_lr 0.01, layer_decay 1, label_smoothing 0"
