"""Frozen parts: computed once or in every step, read or resumed, the result is the same to the bit."""

from collections.abc import Generator
from itertools import islice
from pathlib import Path

import pytest
import torch
from torch import Tensor

from sftviz.config import DataConfig, Recipe, RunConfig, Stage
from sftviz.errors import CacheFullError
from sftviz.events import CacheRefused, EpochEnded, Event, PhaseProgressed, StepEnded
from sftviz.numerics.arithmetic import Arithmetic
from sftviz.numerics.ways import WAYS, Numerics
from sftviz.training.fine_tune import fine_tune
from sftviz.training.frozen import frozen_outputs
from tests.training.small_task import SmallTask


def _result(progress: Generator[PhaseProgressed, None, Tensor]) -> tuple[list[PhaseProgressed], Tensor]:
    seen: list[PhaseProgressed] = []
    try:
        while True:
            seen.append(next(progress))
    except StopIteration as ended:
        return seen, ended.value


def _outputs(
    task: SmallTask, way: Numerics, *, views: range = range(1)
) -> tuple[Generator[PhaseProgressed, None, Tensor], Tensor]:
    """The front's results as they are kept, and as they are computed in one go."""
    network = task.pretrained()
    network.let_learn(1)
    network.eval()
    arithmetic = Arithmetic(way, network, task.train.evaluation_batch(range(2)))
    front, _ = network.cut()
    assert front is not None
    everyone = range(len(task.train.names))
    batches = [
        task.train.training_batch(everyone, view) if view else task.train.evaluation_batch(everyone) for view in views
    ]
    with torch.no_grad():
        expected = torch.stack([arithmetic(front, batch) for batch in batches])
    return frozen_outputs(front, arithmetic, task.train, views, task.caches), expected


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_what_is_read_is_what_is_computed(way: Numerics) -> None:
    task = SmallTask()
    work, expected = _outputs(task, way, views=range(1, 4))
    seen, found = _result(work)
    assert [event.done for event in seen] == [20, 40, 60]
    assert found.dtype == expected.dtype
    assert torch.equal(found, expected)
    again, _ = _outputs(task, way, views=range(1, 4))
    seen, found = _result(again)
    assert seen == []
    assert torch.equal(found, expected)


def test_interrupted_it_goes_on_where_it_was() -> None:
    task = SmallTask()
    work, expected = _outputs(task, WAYS["32-bit"], views=range(1, 4))
    list(islice(work, 2))
    work.close()
    again, _ = _outputs(task, WAYS["32-bit"], views=range(1, 4))
    seen, found = _result(again)
    assert [event.done for event in seen] == [60]
    assert torch.equal(found, expected)


def test_other_weights_views_or_ways_have_results_of_their_own() -> None:
    task = SmallTask()
    kept = [_result(_outputs(task, WAYS["32-bit"], views=range(view, view + 1))[0])[1] for view in (0, 1)]
    assert not torch.equal(*kept)
    _result(_outputs(task, WAYS["16-bit, channels last, folded"])[0])
    assert task.caches.usage().num_files == 3


def test_too_large_for_the_disk_is_a_sentence() -> None:
    work, _ = _outputs(SmallTask(cache_bytes=1000), WAYS["32-bit"])
    with pytest.raises(CacheFullError, match="features"):
        _result(work)


STAGES = {
    "last block, plain": Stage(learns=1, epochs=2, head_lr=1e-2, backbone_lr=1e-2),
    "last block, views": Stage(learns=1, epochs=3, head_lr=1e-2, backbone_lr=1e-2, views=2),
    "head, views": Stage(learns="head", epochs=3, head_lr=1e-2, views=2),
}


@pytest.mark.parametrize("way", ["32-bit", "32-bit, channels last, folded"])
@pytest.mark.parametrize("stage", STAGES.values(), ids=list(STAGES))
def test_a_run_learns_the_same_with_and_without_room_for_what_is_frozen(stage: Stage, way: str, tmp_path: Path) -> None:
    config = RunConfig(
        name="small",
        data=DataConfig(dataset="small"),
        recipe=Recipe(name="part", stages=(stage,), batch_size=4, mix="mixup"),
        numerics=way,
    )
    told: list[list[Event]] = []
    for name, cache_bytes in (("roomy", 10**9), ("narrow", 300)):
        folder = tmp_path / name
        for inner in ("epochs", "checkpoints"):
            (folder / inner).mkdir(parents=True)
        told.append(list(fine_tune(config, SmallTask(cache_bytes=cache_bytes), folder)))
    roomy, narrow = told
    assert not any(isinstance(event, CacheRefused) for event in roomy)
    assert any(isinstance(event, CacheRefused) for event in narrow)
    losses = [[event.loss for event in events if isinstance(event, StepEnded)] for events in told]
    assert losses[0] == losses[1]
    measures = [[event.validation for event in events if isinstance(event, EpochEnded)] for events in told]
    assert measures[0] == measures[1]
