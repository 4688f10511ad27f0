"""What the weights between two epochs of a run say."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from sftviz.analysis.weight_path import weight_path
from sftviz.embeddings.path_of_run import keep_mixed, kept_path, walk
from sftviz.errors import CheckpointError
from sftviz.jobs.work import carry_out
from sftviz.pulling import result_of
from sftviz.runs.lock import RunLock
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore
from sftviz.training.checkpoints import Checkpoints
from tests.conftest import HEAD_ONLY


def _weights(run: Run, epoch: int) -> dict[str, torch.Tensor]:
    return Checkpoints(run.folder / "checkpoints").at_epoch(epoch).weights()


def test_the_ends_are_what_the_epochs_said_and_the_way_is_kept(run: Run) -> None:
    assert kept_path(run, 0, 2) is None
    said = result_of(walk(run, 0, 2))
    for place, epoch in ((0, 0), (10, 2)):
        predictions = run.predictions(epoch)
        assert np.array_equal(said.predicted_AN[place], predictions.predicted_N)
        assert np.array_equal(said.of_truth_AN[place], predictions.of_truth_N)
    assert said.moved == "all"
    assert not said.is_reestimated, "batch-norms are never trained here"
    assert said is kept_path(run, 0, 2)
    path = weight_path(said, "loss")
    assert np.abs(np.diff(path.loss_A)).max() < 0.5


def test_the_chosen_place_becomes_a_run_that_says_the_same(run: Run, home: Path) -> None:
    said = result_of(walk(run, 0, 2))
    made = RunStore(home).get(result_of(keep_mixed(run, 0, 2, 0.4)))
    assert made.name == "a finished run, 40 % fine-tuned"
    assert np.array_equal(made.predictions(1).of_truth_N, said.of_truth_AN[4])
    old, new, mixed = _weights(run, 0), _weights(run, 2), _weights(made, 1)
    for name in ("head.weight", "head.bias"):
        torch.testing.assert_close(mixed[name], 0.6 * old[name] + 0.4 * new[name])


def test_the_very_ends_are_exact_to_the_bit_when_they_are_computed(run: Run, home: Path) -> None:
    for share, epoch in ((0.0, 0), (1.0, 2)):
        made = RunStore(home).get(result_of(keep_mixed(run, 0, 2, share)))
        assert np.array_equal(made.predictions(1).probabilities_NK, run.predictions(epoch).probabilities_NK)
        weights, expected = _weights(made, 1), _weights(run, epoch)
        assert all(torch.equal(weights[name], expected[name]) for name in expected)


def test_with_a_frozen_backbone_the_head_alone_moves(new_run: Callable[..., Run], home: Path) -> None:
    run = new_run(HEAD_ONLY)
    with RunLock(run.folder):
        carry_out(run, home)
    events = list(walk(run, 0, 3))
    assert [(event.done, event.total) for event in events if event.phase == "mixing"] == [(6, 6)], "one pass"
    assert kept_path(run, 0, 3).moved == "head"


def test_weights_that_are_gone_are_a_sentence(run: Run) -> None:
    shutil.rmtree(run.folder / "checkpoints" / "epoch-0002")
    with pytest.raises(CheckpointError, match="weights of epoch 2 are not kept"):
        kept_path(run, 0, 2)
    with pytest.raises(CheckpointError, match="weights of epoch 2 are not kept"):
        result_of(walk(run, 0, 2))
