import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from sftviz.errors import RunError
from sftviz.runs.calibration import keep_temperature, kept_temperatures
from sftviz.runs.run import Run


@pytest.fixture
def run(finished_home: tuple[Path, str], tmp_path: Path) -> Run:
    folder = tmp_path / finished_home[1]
    shutil.copytree(finished_home[0] / "runs" / finished_home[1], folder)
    shutil.copy(folder / "epochs" / "0002.npz", folder / "epochs" / "0003.npz")
    return Run(folder)


def test_temperatures_are_kept_by_epoch(run):
    assert kept_temperatures(run) == {}
    keep_temperature(run, 3, 1.5)
    keep_temperature(run, 1, 0.75)
    keep_temperature(run, 3, 1.25)
    assert list(kept_temperatures(run).items()) == [(1, 0.75), (3, 1.25)]
    kept = json.loads((run.folder / "calibration.json").read_text())["temperatures"]
    assert [(epoch, each["temperature"]) for epoch, each in kept.items()] == [("1", 0.75), ("3", 1.25)]


def test_the_temperature_of_an_epoch_that_was_trained_anew_is_a_miss(run, tmp_path):
    keep_temperature(run, 1, 0.75)
    keep_temperature(run, 2, 2.0)
    shutil.copytree(run.folder, tmp_path / "copy")
    assert kept_temperatures(Run(tmp_path / "copy")) == {1: 0.75, 2: 2.0}, "it is the predictions that count"
    path = run.folder / "epochs" / "0002.npz"
    with np.load(path) as arrays:
        kept = dict(arrays)
    np.savez(path, **{**kept, "probabilities_NK": kept["probabilities_NK"][:, ::-1]})
    assert kept_temperatures(run) == {1: 0.75}
    keep_temperature(run, 2, 2.0)
    assert kept_temperatures(run) == {1: 0.75, 2: 2.0}
    path.unlink()
    assert kept_temperatures(run) == {1: 0.75}
    with pytest.raises(RunError, match="has no predictions of epoch 2"):
        keep_temperature(run, 2, 2.0)


@pytest.mark.parametrize(
    "content",
    ["", "{", "[1]", '{"temperatures": {"one": 1}}', '{"temperatures": 1}', '{"temperatures": {"1": 2.5}}'],
)
def test_a_damaged_file_counts_as_none_and_is_replaced(content, run):
    (run.folder / "calibration.json").write_text(content)
    assert kept_temperatures(run) == {}
    keep_temperature(run, 2, 2.0)
    assert kept_temperatures(run) == {2: 2.0}


def test_the_same_temperature_is_not_written_again(run):
    keep_temperature(run, 2, 2.0)
    written = (run.folder / "calibration.json").stat()
    keep_temperature(run, 2, 2.0)
    assert (run.folder / "calibration.json").stat().st_ino == written.st_ino


def test_a_file_that_cannot_be_written_is_a_sentence(run):
    (run.folder / "calibration.json").mkdir()
    with pytest.raises(RunError, match="could not be kept in"):
        keep_temperature(run, 2, 2.0)
