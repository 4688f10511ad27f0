"""The pilot: it measures without moving anything, decides once, and is remembered."""

from pathlib import Path

import pytest
import torch
from torch.nn.functional import dropout

from sftviz.config import DataConfig, Recipe, RunConfig, Stage
from sftviz.errors import ModelError
from sftviz.events import Event, NumericsChosen
from sftviz.models.network import Network
from sftviz.numerics.ways import FOLDED, WAYS, candidates
from sftviz.pulling import result_of
from sftviz.training import pilot as pilots
from sftviz.training.fine_tune import fine_tune
from sftviz.training.pilot import MOST_ERROR, Pilot, fly, is_worthwhile
from tests.training.small_task import SmallTask

LAST = Stage(learns=1, epochs=2, head_lr=1e-2, backbone_lr=1e-2)
ALL = Stage(learns="all", epochs=40, head_lr=1e-2, backbone_lr=1e-2)


def _config(*stages: Stage, **more: object) -> RunConfig:
    recipe = Recipe(name="any", stages=stages, batch_size=4, averaging=0.9, pull_to_start=0.1, weight_decay=0.1)
    return RunConfig(name="any", data=DataConfig(dataset="small"), recipe=recipe, **more)


def _fly(config: RunConfig, task: SmallTask) -> tuple[Pilot, dict[str, torch.Tensor]]:
    network = task.pretrained()
    labels_N = torch.from_numpy(task.train.labels_N)
    inputs = task.train.training_batch(range(4), 1)
    pilot = result_of(fly(config, network, task.caches, inputs, labels_N))
    return pilot, network.state_dict()


@pytest.mark.parametrize("stages", [(), (LAST,), (LAST, ALL)], ids=["probe", "last", "both"])
def test_it_measures_every_way_and_moves_nothing(stages: tuple[Stage, ...]) -> None:
    task = SmallTask()
    pilot, weights = _fly(_config(*stages), task)
    assert set(pilot.seconds_per_example) == {way.name for way in candidates(task.pretrained(), torch.device("cpu"))}
    assert pilot.errors["32-bit"] == 0
    assert pilot.errors[pilot.numerics] <= MOST_ERROR
    assert pilot.numerics == min(pilot.seconds_per_example, key=pilot.seconds_per_example.__getitem__)
    assert set(pilot.stages) == {str(stage.learns) for stage in stages}
    assert min(pilot.forward_s, pilot.peak_mib) > 0
    assert all(torch.equal(tensor, weights[name]) for name, tensor in task.pretrained().state_dict().items())


def test_what_drops_out_at_random_is_no_disagreement() -> None:
    class Dropping(SmallTask):
        def pretrained(self) -> Network:
            network = super().pretrained()
            network.backbone.register_forward_hook(lambda module, _, found: dropout(found, 0.5, module.training))
            return network.train()

    pilot, _ = _fly(_config(), Dropping())
    assert max(pilot.errors.values()) <= MOST_ERROR


def test_the_second_time_it_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    task = SmallTask()
    first, _ = _fly(_config(LAST), task)

    def refuse(*_: object) -> None:
        pytest.fail("measured again")

    monkeypatch.setattr(pilots, "_try_ways", refuse)
    assert _fly(_config(LAST), task)[0] == first


def test_a_way_whose_results_differ_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def distance(found: torch.Tensor, expected: torch.Tensor) -> float:
        return 0.0 if found is expected or torch.equal(found, expected) else 0.2

    monkeypatch.setattr(pilots, "_distance", distance)
    monkeypatch.setattr(pilots, "candidates", lambda *_: (WAYS["32-bit"], WAYS["16-bit, channels last, folded"]))
    assert _fly(_config(LAST), SmallTask())[0].numerics == "32-bit"


def _events(config: RunConfig, folder: Path, task: SmallTask) -> list[Event]:
    for inner in ("epochs", "checkpoints"):
        (folder / inner).mkdir(parents=True, exist_ok=True)
    return list(fine_tune(config, task, folder))


def test_a_long_run_measures_and_a_short_one_takes_the_usual_way(tmp_path: Path) -> None:
    assert is_worthwhile(_config(ALL), 20)
    assert not is_worthwhile(_config(LAST), 20)
    chosen = [
        event for event in _events(_config(LAST), tmp_path / "short", SmallTask()) if isinstance(event, NumericsChosen)
    ]
    assert [(event.numerics, event.seconds_per_example) for event in chosen] == [(FOLDED.name, {})]


def test_a_run_keeps_its_way_even_where_another_is_faster_now(tmp_path: Path) -> None:
    task = SmallTask()
    config = _config(LAST, numerics="32-bit")
    _events(config, tmp_path, task)
    assert (tmp_path / "numerics.txt").read_text() == "32-bit"
    again = _events(config.model_copy(update={"numerics": FOLDED.name}), tmp_path, task)
    assert not any(isinstance(event, NumericsChosen) for event in again)
    assert (tmp_path / "numerics.txt").read_text() == "32-bit"


def test_a_way_that_there_is_not_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no numerics '8-bit'"):
        _events(_config(LAST, numerics="8-bit"), tmp_path, SmallTask())
