"""A held-out test set: read by nothing until it is opened, kept once it is, and the first time counts."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from sftviz.data.listing import Listing
from sftviz.errors import CheckpointError, RunError, SftvizError
from sftviz.pulling import result_of
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore
from sftviz.runs.test_set import Opening, keep_opening, num_held_out, openings, seen_before
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


def _contents(run: Run) -> list[str]:
    listing = Listing.from_json((run.folder / "data.json").read_text())
    return [picture.sha256 for picture in listing.side("test")]


def _another(run: Run, home: Path, *, num_shared: int) -> Run:
    """A run on another version of the data, which holds out so many of the same pictures, under other names."""
    folder = run.folder.with_name(f"20990101-120000-{num_shared:06d}")
    shutil.copytree(run.folder, folder)
    config = run.config.model_copy(update={"data": run.config.data.model_copy(update={"dataset": "0" * 16})})
    (folder / "config.json").write_text(config.model_dump_json())
    listing = Listing.from_json((folder / "data.json").read_text())
    others = listing.side("test")[num_shared:]
    pictures = [
        replace(each, path=f"moved {each.path}", sha256="f" * 64 if each in others else each.sha256)
        for each in listing.pictures
    ]
    (folder / "data.json").write_text(replace(listing, pictures=tuple(pictures)).to_json())
    return RunStore(home).get(folder.name)


def _open(run: Run, epoch: int, at: float) -> None:
    keep_opening(run, Opening(run.identity, epoch, at), np.full((6, 3), 1 / 3))


def test_other_runs_that_saw_these_pictures_are_known_whatever_version_they_are_of(held_out: Run, home: Path) -> None:
    none, two, one = (_another(held_out, home, num_shared=number) for number in (0, 2, 1))
    runs = [held_out, none, two, one]
    assert seen_before(held_out, runs, _contents) is None
    for at, (other, epoch) in enumerate(((none, 0), (two, 3), (two, 0), (one, 0))):
        _open(other, epoch, at)
    seen = seen_before(held_out, runs, _contents)
    assert openings(held_out) == ()
    assert seen is not None
    assert seen.num_examples == 2
    assert [(each.run, each.epoch) for each in seen.openings] == [
        (two.identity, 3),
        (two.identity, 0),
        (one.identity, 0),
    ]
    (two.folder / "data.json").write_text("damaged")
    seen = seen_before(held_out, runs, _contents)
    assert seen is not None
    assert [each.run for each in seen.openings] == [one.identity]


def test_whoever_looked_first_saw_what_nobody_had_seen(held_out: Run, home: Path) -> None:
    later = _another(held_out, home, num_shared=6)
    _open(held_out, 3, at=1)
    _open(later, 3, at=2)
    assert seen_before(held_out, [later], _contents) is None
    seen = seen_before(later, [held_out], _contents)
    assert seen is not None
    assert seen.num_examples == 6


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
