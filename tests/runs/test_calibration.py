import json
from pathlib import Path

import pytest

from sftviz.errors import RunError
from sftviz.runs.calibration import keep_temperature, kept_temperatures
from sftviz.runs.run import Run


@pytest.fixture
def run(finished_home: tuple[Path, str], tmp_path: Path) -> Run:
    folder = tmp_path / finished_home[1]
    folder.mkdir()
    (folder / "config.json").write_bytes((finished_home[0] / "runs" / finished_home[1] / "config.json").read_bytes())
    return Run(folder)


def test_temperatures_are_kept_by_epoch(run):
    assert kept_temperatures(run) == {}
    keep_temperature(run, 3, 1.5)
    keep_temperature(run, 1, 0.75)
    keep_temperature(run, 3, 1.25)
    assert list(kept_temperatures(run).items()) == [(1, 0.75), (3, 1.25)]
    assert json.loads((run.folder / "calibration.json").read_text()) == {"temperatures": {"1": 0.75, "3": 1.25}}


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"temperatures": {"one": 1}}', '{"temperatures": 1}'])
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
