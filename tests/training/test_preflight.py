"""What a run is going to cost: counted by hand, measured on a small task, and told beside what it did cost."""

from pathlib import Path

import pytest

from sftviz.config import DataConfig, Recipe, RunConfig, Stage
from sftviz.events import CostForecast, RunFinished
from sftviz.numerics.ways import FOLDED
from sftviz.pulling import result_of
from sftviz.training.fine_tune import fine_tune
from sftviz.training.pilot import Pilot, StageCosts
from sftviz.training.preflight import forecast, preflight
from tests.training.small_task import SmallTask

HEAD = Stage(learns="head", epochs=5, head_lr=1e-2)
LAST = Stage(learns=1, epochs=2, head_lr=1e-2, backbone_lr=1e-2, views=3)
ALL = Stage(learns="all", epochs=4, head_lr=1e-2, backbone_lr=1e-2)


def _config(*stages: Stage) -> RunConfig:
    return RunConfig(name="any", data=DataConfig(dataset="small"), recipe=Recipe(name="any", stages=stages))


def test_seconds_and_bytes_are_those_counted_by_hand() -> None:
    costs = {
        "head": StageCosts(front_s=0.5, step_s=0.001, rest_s=0.0, front_bytes=32, most_at_once=0),
        "1": StageCosts(front_s=0.3, step_s=0.2, rest_s=0.1, front_bytes=1000, most_at_once=0),
        "all": StageCosts(front_s=0.0, step_s=2.0, rest_s=0.5, front_bytes=0, most_at_once=8),
    }
    pilot = Pilot(numerics=FOLDED.name, seconds_per_example={}, errors={}, forward_s=0.5, stages=costs, peak_mib=700.0)
    task = SmallTask()  # 20 training and 12 validation examples, 8 numbers an embedding
    network = task.pretrained()
    found = forecast(pilot, _config(HEAD, LAST, ALL), task, network)
    assert found.seconds["features"] == pytest.approx(32 * 0.5 + (3 * 20 + 12) * 0.3)
    assert found.seconds["train"] == pytest.approx(5 * 20 * 0.001 + 2 * 20 * 0.2 + 4 * 20 * 2.0)
    assert found.seconds["evaluate"] == pytest.approx(2 * 12 * 0.1 + 4 * 12 * 0.5)
    weights = sum(tensor.numel() * tensor.element_size() for tensor in network.state_dict().values())
    learning = sum(4 * parameter.numel() for parameter in network.parameters())
    cached = 32 * 8 * 4 + (3 * 20 + 12) * 1000 + task.prepared_bytes
    assert found.disk_mib * 2**20 == pytest.approx(weights + 3 * 3 * learning + cached)
    assert (found.peak_mib, found.most_at_once) == (700.0, 8)


def test_it_is_measured_from_the_sources_alone() -> None:
    task = SmallTask()
    found = result_of(preflight(_config(LAST), task))
    assert set(found.seconds) == {"prepare", "features", "train", "evaluate"}
    assert min(found.seconds.values()) > 0
    assert found.peak_mib > 100


def test_a_run_that_was_measured_says_what_it_expects_and_what_it_took(tmp_path: Path) -> None:
    for inner in ("epochs", "checkpoints"):
        (tmp_path / inner).mkdir()
    task = SmallTask()
    list(preflight(_config(LAST), task))
    events = list(fine_tune(_config(LAST), task, tmp_path))
    (expected,) = (event for event in events if isinstance(event, CostForecast))
    ended = events[-1]
    assert isinstance(ended, RunFinished)
    assert set(expected.seconds) <= set(ended.seconds)
    written = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert ended.disk_mib * 2**20 >= written
    assert ended.peak_mib > 100
