"""Analyses are carried out once, however many epochs a run has."""

import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from sftviz.analysis.dynamics import dynamics
from sftviz.errors import RunError
from sftviz.results import Predictions
from sftviz.runs import run as module
from sftviz.runs import said
from sftviz.runs.run import Run
from sftviz.ui.analyses import analysed

NUM_EPOCHS = 150  # more than predictions are kept of


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each file was read."""
    counted: Counter[str] = Counter()
    original = said.read_predictions

    def count(path: Path, **asked: str) -> Predictions:
        counted[path.name] += 1
        return original(path, **asked)

    for reader in (said, module):
        monkeypatch.setattr(reader, "read_predictions", count)
    return counted


def test_a_long_run_is_read_once(finished: Run, read: Counter[str]) -> None:
    folder = finished.folder / "epochs"
    for epoch in range(3, NUM_EPOCHS):
        shutil.copy(folder / f"{epoch % 3:04d}.npz", folder / f"{epoch:04d}.npz")
    epochs = range(NUM_EPOCHS)
    before = finished.predictions(0)
    first = analysed(dynamics, finished.predictions_of(epochs))
    assert set(read.values()) <= {1, 2}
    total = read.total()
    assert analysed(dynamics, finished.predictions_of(epochs)) is first
    assert finished.predictions(0) is before, "going through all epochs leaves what is shown in memory"
    assert read.total() == total
    expected = dynamics(tuple(finished.predictions(epoch) for epoch in epochs))
    assert first.epochs == expected.epochs
    np.testing.assert_array_equal(first.margin_N, expected.margin_N)
    np.testing.assert_array_equal(first.of_truth_EN, expected.of_truth_EN)


def test_an_epoch_that_is_another_is_read_again(finished: Run) -> None:
    first = analysed(dynamics, finished.predictions_of((0, 1)))
    shutil.copy(finished.folder / "epochs" / "0002.npz", finished.folder / "epochs" / "0001.npz")
    again = analysed(dynamics, finished.predictions_of((0, 1)))
    np.testing.assert_array_equal(again.of_truth_EN[1], finished.predictions(2).of_truth_N)
    assert again is not first


def test_epochs_that_are_not_there_are_a_sentence(finished: Run) -> None:
    with pytest.raises(RunError, match="has no predictions of epoch 7"):
        finished.predictions_of((0, 7))
    (finished.folder / "epochs" / "0001.npz").write_bytes(b"no archive")
    with pytest.raises(RunError, match="has no predictions of epoch 1"):
        analysed(dynamics, finished.predictions_of((0, 1)))
