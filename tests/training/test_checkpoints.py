"""Checkpoints: complete or as good as absent."""

from dataclasses import asdict
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file
from torch import nn

from sftviz.errors import CheckpointError, DivergedError
from sftviz.training.checkpoints import Checkpoints, Progress
from sftviz.training.optimization import optimizer_state, restore_optimizer


def _saved(folder: Path, *progresses: Progress) -> Checkpoints:
    checkpoints = Checkpoints(folder)
    module = nn.Linear(3, 2)
    optimizer = torch.optim.AdamW(module.parameters(), 1e-3)
    for progress in progresses:
        module(torch.ones(1, 3)).sum().backward()
        optimizer.step()
        checkpoints.save(progress, module.state_dict(), optimizer_state(optimizer), {"torch": "here"})
    return checkpoints


def test_weights_and_optimizer_come_back_to_the_bit(tmp_path: Path) -> None:
    module = nn.Linear(3, 2)
    optimizer = torch.optim.AdamW(module.parameters(), 1e-3)
    module(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    Checkpoints(tmp_path).save(Progress(), module.state_dict(), optimizer_state(optimizer), {})
    checkpoint = Checkpoints(tmp_path).newest()
    assert checkpoint is not None
    other = nn.Linear(3, 2)
    restored = torch.optim.AdamW(other.parameters(), 1e-3)
    checkpoint.load_weights(other)
    restore_optimizer(restored, checkpoint.state())
    assert all(torch.equal(a, b) for a, b in zip(module.parameters(), other.parameters(), strict=True))
    old, new = optimizer.state_dict()["state"], restored.state_dict()["state"]
    assert all(torch.equal(old[i][name], new[i][name]) for i in old for name in old[i])


def test_epoch_zero_the_best_the_last_finished_and_the_newest_are_kept(tmp_path: Path) -> None:
    best = {"best_epoch": 1, "best_accuracy": 0.9}
    _saved(
        tmp_path, Progress(), Progress(epoch=1, **best), Progress(epoch=2, **best), Progress(epoch=2, step=5, **best)
    )
    assert sorted(folder.name for folder in tmp_path.iterdir()) == [
        "epoch-0000",
        "epoch-0001",
        "epoch-0002",
        "epoch-0002-step-000005",
    ]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_newest_one_is_passed_over(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("run")
    checkpoints = _saved(folder, Progress(), Progress(epoch=1, best_epoch=1))
    victim = (
        folder
        / "epoch-0001"
        / data.draw(st.sampled_from(["model.safetensors", "state.safetensors", "progress.json", "manifest.json"]))
    )
    content = bytearray(victim.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content[place] ^= 1 << data.draw(st.integers(0, 7))
    else:
        del content[place:]
    victim.write_bytes(content)
    newest = checkpoints.newest()
    assert newest is not None
    assert newest.progress.epoch in (0, 1)
    if victim.name != "manifest.json":
        assert newest.progress.epoch == 0


def test_weights_that_are_not_finite_are_never_written(tmp_path: Path) -> None:
    module = nn.Linear(3, 2)
    with torch.no_grad():
        module.weight[0, 0] = float("inf")
    with pytest.raises(DivergedError, match="weight"):
        Checkpoints(tmp_path).save(Progress(), module.state_dict(), {}, {})
    assert list(tmp_path.iterdir()) == []


def test_what_is_frozen_is_written_once_and_comes_back_with_what_changed(tmp_path: Path) -> None:
    module = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
    checkpoints = Checkpoints(tmp_path)
    checkpoints.save(Progress(), module.state_dict(), {}, {})
    with torch.no_grad():
        module[1].bias += 1
    checkpoints.save(Progress(epoch=1, best_epoch=1), module.state_dict(), {}, {})
    other = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
    checkpoints.at_epoch(1).load_weights(other)
    assert all(torch.equal(a, b) for a, b in zip(module.parameters(), other.parameters(), strict=True))
    assert list(load_file(tmp_path / "epoch-0001" / "model.safetensors")) == ["1.bias"]


def test_without_epoch_zero_nothing_counts(tmp_path: Path) -> None:
    checkpoints = _saved(tmp_path, Progress(), Progress(epoch=1, best_epoch=1))
    (tmp_path / "epoch-0000" / "model.safetensors").write_bytes(b"")
    assert checkpoints.newest() is None


def test_an_epoch_that_is_not_kept_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="epoch 3 are not kept"):
        _saved(tmp_path, Progress()).at_epoch(3)


def test_the_best_epoch_is_the_most_accurate_and_among_equals_the_one_with_less_loss() -> None:
    progress = Progress().finished_epoch(accuracy=0.8, loss=0.5)
    assert progress.best_epoch == 1
    progress = progress.finished_epoch(accuracy=0.8, loss=0.6)
    assert progress.best_epoch == 1
    progress = progress.finished_epoch(accuracy=0.8, loss=0.4)
    assert progress.best_epoch == 3
    assert progress.finished_epoch(accuracy=0.9, loss=9.0).best_epoch == 4


def test_a_position_that_an_older_version_saved_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    older = {**asdict(Progress()), "last_accuracy": 0.5}
    del older["is_target_reached"]
    monkeypatch.setattr("sftviz.training.checkpoints.asdict", lambda _: older)
    checkpoint = _saved(tmp_path, Progress()).newest()
    assert checkpoint is not None
    assert checkpoint.progress == Progress()
