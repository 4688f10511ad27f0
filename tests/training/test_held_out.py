"""A held-out test set: read by nothing until it is opened, kept once it is, and the first time counts."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from sftviz.errors import CheckpointError, RunError, SftvizError
from sftviz.pulling import result_of
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore
from sftviz.runs.test_set import num_held_out, openings, openings_elsewhere
from sftviz.training.held_out import open_test_set
from sftviz.training.reopening import reopen


def test_training_needs_no_test_picture_and_says_nothing_of_any(held_out: Run) -> None:
    # Its test pictures were not where they belong while it learned.
    assert num_held_out(held_out) == 6
    assert openings(held_out) == ()
    examples = json.loads((held_out.folder / "examples.json").read_bytes())
    names = {side: set(examples[side]["names"]) for side in ("train", "validation", "test")}
    assert {side: len(own) for side, own in names.items()} == {"train": 6, "validation": 6, "test": 6}
    assert len(set.union(*names.values())) == 18
    for epoch in range(4):
        assert set(held_out.predictions(epoch).examples) == names["validation"]
    assert set(held_out.out_of_fold().examples) == names["train"]


def test_what_is_said_is_what_the_network_says_and_is_kept(held_out: Run) -> None:
    said = result_of(open_test_set(held_out, 3))
    opened = result_of(reopen(held_out, 3))
    with torch.no_grad():
        expected = opened.network(opened.task.test.evaluation_batch(range(6))).softmax(dim=1).numpy()
    np.testing.assert_allclose(said.probabilities_NK, expected, atol=1e-4)
    assert said.examples == opened.task.test.names
    np.testing.assert_array_equal(said.labels_N, opened.task.test.labels_N)
    assert said.source.epoch == 3
    changed = held_out.test_file(3).stat().st_mtime_ns
    assert result_of(open_test_set(held_out, 3)) is said
    assert held_out.test_file(3).stat().st_mtime_ns == changed
    (opening,) = openings(held_out)
    assert opening.epoch == 3


def test_the_first_opening_stays_the_first(held_out: Run) -> None:
    result_of(open_test_set(held_out, 3))
    result_of(open_test_set(held_out, 0))
    assert [opening.epoch for opening in openings(held_out)] == [3, 0]
    held_out.test_file(3).write_bytes(b"damaged")
    assert {opening.epoch for opening in openings(held_out)} == {0, 3}, "what was opened stays opened"
    with pytest.raises(RunError):
        held_out.test_predictions(3)


def test_other_runs_that_saw_these_pictures_are_known(held_out: Run, home: Path) -> None:
    folder = held_out.folder.with_name("20990101-120000-000000")
    shutil.copytree(held_out.folder, folder)
    other = RunStore(home).get(folder.name)
    assert openings_elsewhere(held_out, [held_out, other]) == ()
    result_of(open_test_set(other, 0))
    assert openings(held_out) == ()
    (seen,) = openings_elsewhere(held_out, [held_out, other])
    assert (seen.run, seen.epoch) == (other.identity, 0)
    examples = json.loads((folder / "examples.json").read_bytes())
    examples["test"]["names"] = [f"another {name}" for name in examples["test"]["names"]]
    (folder.with_name("20990101-120000-000001")).mkdir()
    third = folder.with_name("20990101-120000-000001")
    shutil.copytree(folder, third, dirs_exist_ok=True)
    (third / "examples.json").write_text(json.dumps(examples))
    assert openings_elsewhere(held_out, [RunStore(home).get(third.name)]) == ()


def test_a_test_set_that_cannot_be_read_stays_closed(held_out: Run) -> None:
    gone = Path(json.loads((held_out.folder / "data.json").read_text())["root"])
    name = json.loads((held_out.folder / "examples.json").read_bytes())["test"]["names"][0]
    picture = gone / name
    content = picture.read_bytes()
    picture.unlink()
    try:
        with pytest.raises(SftvizError, match="cannot be opened"):
            result_of(open_test_set(held_out, 3))
    finally:
        picture.write_bytes(content)
    assert openings(held_out) == ()


def test_what_cannot_be_opened_says_why(held_out: Run, run: Run) -> None:
    with pytest.raises(RunError, match="holds out no test set"):
        result_of(open_test_set(run, 0))
    with pytest.raises(CheckpointError, match="not kept"):
        result_of(open_test_set(held_out, 77))
