"""The depth strip of a run that was trained, and what is read off it."""

import shutil
from collections.abc import Generator
from dataclasses import replace

import numpy as np
import pytest

from sftviz.config import Origin, Recipe, Stage
from sftviz.embeddings import depth_of_run
from sftviz.embeddings.depth import Block, Depth, balanced_sample, summary
from sftviz.embeddings.depth_of_run import depth_of
from sftviz.embeddings.kept_depth import kept_depth
from sftviz.embeddings.learning import movable_blocks, num_learning_blocks
from sftviz.errors import CheckpointError
from sftviz.events import Event, PhaseProgressed
from sftviz.results import Source
from sftviz.runs.run import Run


def _result(work: Generator[Event, None, Depth]) -> tuple[Depth, list[PhaseProgressed]]:
    said = []
    while True:
        try:
            event = next(work)
        except StopIteration as end:
            return end.value, said
        if isinstance(event, PhaseProgressed) and event.phase == "depth":
            said.append(event)


def test_a_run_is_measured_once_and_then_read(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kept_depth(run, 0, 2) is None
    found, said = _result(depth_of(run, 0, 2))
    assert len(found.blocks) == 9
    assert (said[-1].done, said[-1].total) == (said[-1].total, 3 * 12 + 2 * (12 + 6))
    assert all(block.demand > 0 and block.drift > 0 for block in found.blocks)
    assert all(block.statistics_drift == 0 for block in found.blocks)
    assert (found.num_fitted, found.num_probed, found.num_learning) == (12, 6, 9)
    assert found.chance == pytest.approx(1 / 3)
    monkeypatch.setattr(depth_of_run, "reopen", None)
    assert kept_depth(run, 0, 2) == found == _result(depth_of(run, 0, 2))[0]
    assert kept_depth(run, 2, 0) is None
    for path in (run.folder / "depth").iterdir():
        path.write_bytes(path.read_bytes()[:-1])
    assert kept_depth(run, 0, 2) is None


def test_nothing_changed_between_equal_checkpoints(run: Run) -> None:
    found, _ = _result(depth_of(run, 0, 0))
    for block in found.blocks:
        assert (block.drift, block.statistics_drift) == (0, 0)
        assert block.likeness == pytest.approx(1, abs=1e-9)
        assert block.probe_before == block.probe_after
    assert found.num_learning == 0
    assert summary(found).most_changed == ()
    assert summary(found).num_still == 9


def test_weights_that_are_gone_are_said_so(run: Run) -> None:
    shutil.rmtree(run.folder / "checkpoints" / "epoch-0002")
    with pytest.raises(CheckpointError, match="The weights of epoch 2 are not kept"):
        kept_depth(run, 0, 2)


def _strip(drifts: list[float | None], demands: list[float | None]) -> Depth:
    blocks = tuple(
        Block(f"b{place}", demand, drift, None, 0.5, 0.5, 0.5)
        for place, (drift, demand) in enumerate(zip(drifts, demands, strict=True))
    )
    return Depth(Source("r", 0), Source("r", 3), blocks, 10, 10, 10, 0.5, len(drifts))


def test_what_changed_most_and_what_hardly_did() -> None:
    found = summary(_strip([0, 0.009, 0.02, 0.3, 0.16, 0.14], [0, 9, 1, 2, 3, None]))
    assert (found.most_changed, found.num_still, found.most_asked) == ((3, 4), 2, 1)
    nothing = summary(_strip([0, None], [None, 0]))
    assert (nothing.most_changed, nothing.num_still, nothing.most_asked) == ((), 2, None)
    assert summary(replace(_strip([], []), blocks=())).most_changed == ()


def test_a_sample_has_as_many_of_each_class_as_can_be() -> None:
    labels = np.repeat([0, 1, 2], [100, 4, 50])
    drawn = balanced_sample(labels, 30)
    assert np.bincount(labels[drawn]).tolist() == [13, 4, 13]
    assert (np.diff(drawn) > 0).all()
    assert balanced_sample(labels, 500).tolist() == list(range(154))
    assert np.array_equal(balanced_sample(labels, 30), drawn)


def test_what_learned_between_two_epochs() -> None:
    def stage(learns: str | int, epochs: int) -> Stage:
        return Stage(learns=learns, epochs=epochs, head_lr=1e-3, backbone_lr=1e-3)

    recipe = Recipe(name="r", stages=(stage("head", 2), stage(3, 2), stage("all", 1)))
    pairs = {(0, 2): 0, (0, 3): 3, (2, 4): 3, (4, 5): 9, (0, 5): 9, (5, 0): 9, (2, 2): 0, (3, 3): 0, (1, 2): 0}
    assert {pair: num_learning_blocks(recipe, *pair, 9) for pair in pairs} == pairs


def test_of_weights_made_from_another_run_all_may_have_moved(run: Run) -> None:
    assert movable_blocks(run, 0, 1) == (2, 9)
    assert movable_blocks(run, 0, 2) == (9, 9)
    run.config = run.config.model_copy(update={"origin": Origin(run="r", epoch=1, how="head refitted")})
    assert movable_blocks(run, 0, 1) == (9, 9)
    assert movable_blocks(run, 1, 1) == (0, 9)
