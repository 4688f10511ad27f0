"""The benchmarks' own arithmetic, from canned answers: nothing is timed here."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.frozen import extended
from benchmarks.pictures import gather
from benchmarks.runner import Answer, Job, JobFailedError, Measured, interleave
from benchmarks.table import Figure, Row, compare, markdown
from tests.conftest import ROOT

_SECONDS = Figure("s", "s")


def _canned(answers: dict[str, Iterator[float]], order: list[str]) -> Callable[[Job], Answer]:
    def run(job: Job) -> Answer:
        order.append(job.name)
        return {"s": next(answers[job.name])}

    return run


def test_jobs_take_turns_and_the_middle_round_counts() -> None:
    order: list[str] = []
    run = _canned({"sftviz": iter([2.0, 50.0, 1.0]), "other": iter([8.0, 6.0, 7.0])}, order)
    ours, other = interleave([Job("sftviz", ()), Job("other", ())], 3, run=run)
    assert order == ["sftviz", "other"] * 3
    assert (ours.median("s"), other.median("s")) == (2.0, 7.0)
    assert [row.ratio for row in compare("b", "c", _SECONDS, [ours, other])] == [None, 3.5]


@pytest.mark.parametrize(("more_is_better", "ratio"), [(False, 0.25), (True, 4.0)])
def test_a_ratio_above_one_is_in_our_favour(*, more_is_better: bool, ratio: float) -> None:
    found = [Measured("sftviz", ({"s": 8.0},)), Measured("other", ({"s": 2.0},))]
    _, row = compare("b", "c", Figure("s", "s", more_is_better=more_is_better), found, target=1)
    assert row.ratio == ratio
    assert ("reached" if more_is_better else "missed") in markdown([row])


def test_a_library_that_is_not_there_gets_a_row_that_says_so() -> None:
    jobs = [Job("sftviz", ()), Job("other", (), needs=("no_such_package",))]
    found = interleave(jobs, 1, run=_canned({"sftviz": iter([1.0])}, []))
    _, row = compare("b", "c", _SECONDS, found)
    assert (row.measured, row.ratio) == ("–", None)
    assert "not installed: no_such_package" in row.note


def test_a_job_that_fails_says_why_and_is_not_run_again() -> None:
    order: list[str] = []

    def run(job: Job) -> Answer:
        order.append(job.name)
        raise JobFailedError("out of luck")

    (found,) = interleave([Job("sftviz", ())], 3, run=run)
    assert order == ["sftviz"]
    assert compare("b", "c", _SECONDS, [found]) == [Row("b", "c", "sftviz", "–", note="failed: out of luck")]


def test_epochs_that_were_not_run_count_like_the_last_one() -> None:
    answer = {"epochs": 2, "last_epoch_s": 3.0, "train_s": 7.0, "wall_s": 10.0}
    assert extended(10, answer) == {**answer, "train_s": 31.0, "wall_s": 34.0}


def test_all_jobs_are_given_the_same_pictures(few_pictures: Path, tmp_path: Path) -> None:
    data = gather(few_pictures, tmp_path / "data", limit=7, validation=2)
    learned = {file.relative_to(data / "train") for file in data.glob("train/*/*")}
    held_out = {file.relative_to(data / "val") for file in data.glob("val/*/*")}
    assert sorted(Counter(file.parent.name for file in learned).values()) == [2, 2, 3]
    assert len(held_out) == 6
    assert not learned & held_out


def test_the_command_explains_itself() -> None:
    command = [sys.executable, "-m", "benchmarks", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert "--peer-epochs" in done.stdout
