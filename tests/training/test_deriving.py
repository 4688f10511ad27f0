"""A run made from another: a run like any."""

import errno
import os
import shutil
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import torch

from sftviz.config import Origin
from sftviz.errors import CheckpointError, DivergedError, RunError
from sftviz.events import Event, ExamplesSkipped
from sftviz.jobs.work import carry_out
from sftviz.pulling import result_of
from sftviz.runs.extension import extend
from sftviz.runs.lock import RunLock
from sftviz.runs.log import EventWriter
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore
from sftviz.training import deriving
from sftviz.training.checkpoints import Checkpoints
from sftviz.training.deriving import derive
from sftviz.training.reopening import Reopened


def _unchanged(_: Reopened) -> Generator[Event, None, None]:
    yield from ()


def _origin(run: Run, epoch: int = 2) -> Origin:
    return Origin(run=run.identity, epoch=epoch, how="mixed", share=1.0)


def test_it_is_a_finished_run_with_the_same_before(run: Run, home: Path) -> None:
    made = RunStore(home).get(result_of(derive(run, _origin(run), _unchanged)))
    assert made.name == "a finished run, 100 % fine-tuned"
    assert made.config.origin == _origin(run)
    assert made.status == "finished"
    assert made.checkpoint_epochs() == (0, 1)
    assert [epoch.epoch for epoch in made.state.epochs] == [0, 1]
    assert made.state.before == run.state.before
    assert made.fingerprint(0) == run.fingerprint(0)
    assert made.weights_sha256(0) == run.weights_sha256(0)
    assert made.training_counts().tolist() == run.training_counts().tolist()


def test_it_goes_without_the_pictures_that_its_origin_goes_without(run: Run, home: Path) -> None:
    skipped = ExamplesSkipped(examples={"gone.png": "It is gone."}, num_train=12, num_validation=6)
    with closing(EventWriter(run.folder / "events.jsonl")) as log:
        log.append(skipped)
    made = RunStore(home).get(result_of(derive(run, _origin(run), _unchanged)))
    assert made.state.skipped == skipped
    assert (made.folder / "data.json").read_bytes() == (run.folder / "data.json").read_bytes()


def test_weights_left_as_they_are_say_what_they_said_to_the_bit(run: Run, home: Path) -> None:
    made = RunStore(home).get(result_of(derive(run, _origin(run), _unchanged)))
    old, new = run.embedded(2), made.embedded(1)
    assert np.array_equal(new.probabilities_NK, old.probabilities_NK)
    assert np.array_equal(new.embeddings_ND, old.embeddings_ND)
    weights = [
        Checkpoints(each.folder / "checkpoints").at_epoch(epoch).weights() for each, epoch in ((run, 2), (made, 1))
    ]
    assert weights[0].keys() == weights[1].keys()
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
    (was,) = (epoch for epoch in run.state.epochs if epoch.epoch == 2)
    assert made.state.epochs[1].validation == was.validation
    assert made.state.epochs[1].elapsed_s > sum(each.elapsed_s for each in run.state.epochs[1:])


def test_it_can_be_trained_on(run: Run, home: Path) -> None:
    made = RunStore(home).get(result_of(derive(run, _origin(run), _unchanged)))
    extend(made, 1)
    assert made.recipe.num_epochs == 2
    with RunLock(made.folder):
        carry_out(made, home)
    assert made.status == "finished", made.state.message
    assert [epoch.epoch for epoch in made.state.epochs] == [0, 1, 2]
    assert made.recipe.stages[-1].learns == run.recipe.stages[-1].learns
    assert not np.array_equal(made.predictions(2).probabilities_NK, made.predictions(1).probabilities_NK)


def test_what_fails_leaves_nothing_behind(run: Run, home: Path) -> None:
    def breaking(opened: Reopened) -> Generator[Event, None, None]:
        yield from ()
        with torch.no_grad():
            opened.network.head.bias.fill_(float("nan"))

    with pytest.raises(DivergedError):
        result_of(derive(run, _origin(run), breaking))
    shutil.rmtree(run.folder / "checkpoints" / "epoch-0002")
    with pytest.raises(CheckpointError, match="weights of epoch 2 are not kept"):
        result_of(derive(run, _origin(run), _unchanged))
    assert [each.name for each in (home / "runs").iterdir()] == [run.identity]


def test_a_long_name_is_cut(run: Run, home: Path) -> None:
    long = run.config.model_copy(update={"name": "x" * 200})
    (run.folder / "config.json").write_text(long.model_dump_json())
    made = RunStore(home).get(result_of(derive(RunStore(home).get(run.identity), _origin(run), _unchanged)))
    assert len(made.name) == 200
    assert made.name.endswith("x, 100 % fine-tuned")


def test_a_full_disk_is_a_sentence_and_leaves_nothing_behind(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(deriving, "save_epoch", full)
    with pytest.raises(RunError, match="No space left on device"):
        result_of(derive(run, _origin(run), _unchanged))
    assert [each.name for each in (home / "runs").iterdir()] == [run.identity]
