"""The examples that are watched from epoch to epoch: kept beside the predictions, and never in the way of training."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sftviz.analysis.probes import probe_examples
from sftviz.attribution.explain import explain
from sftviz.attribution.of_run import network_of
from sftviz.config import DataConfig, Recipe, RunConfig, Stage
from sftviz.errors import AttributionError
from sftviz.events import EpochEnded, Event
from sftviz.results import FloatArray, Source
from sftviz.runs.run import Run
from sftviz.tasks.images import ImageClassification
from sftviz.tasks.opening import open_task
from sftviz.training.fine_tune import fine_tune
from sftviz.training.watching import NUM_WATCHED
from tests.training.small_task import SmallTask

_RECIPE = Recipe(name="small", stages=(Stage(learns=1, epochs=2, head_lr=1e-3, backbone_lr=1e-3),), batch_size=8)
_CONFIG = RunConfig(
    name="small", data=DataConfig(dataset="small"), recipe=_RECIPE, numerics="32-bit, channels last, folded"
)


def _refuse(*_: object) -> Callable[[], FloatArray]:
    raise AttributionError("No layer has places.")


def _fail() -> FloatArray:
    raise RuntimeError("out of memory")


def _diverged() -> FloatArray:
    return np.full((8, 2, 2), np.nan, np.float32)


def _trained(folder: Path, task: SmallTask) -> list[Event]:
    for name in ("epochs", "checkpoints"):
        (folder / name).mkdir(parents=True)
    return list(fine_tune(_CONFIG, task, folder))


def _weights(folder: Path) -> bytes:
    return (folder / "checkpoints" / "epoch-0002" / "model.safetensors").read_bytes()


@pytest.mark.parametrize(
    "watch", [lambda *_: None, _refuse, lambda *_: _fail, lambda *_: _diverged], ids=["none", "refuse", "fail", "nan"]
)
def test_what_cannot_be_shown_ends_no_run_and_changes_no_weight(
    watch: Callable[..., Callable[[], FloatArray] | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(SmallTask, "watch", watch)
        events = _trained(tmp_path / "without", SmallTask())
    assert [event.epoch for event in events if isinstance(event, EpochEnded)] == [0, 1, 2]
    with np.load(tmp_path / "without" / "epochs" / "0002.npz") as kept:
        assert set(kept) == {"probabilities_NK", "embeddings_ND"}
    _trained(tmp_path / "with", SmallTask())
    assert _weights(tmp_path / "with") == _weights(tmp_path / "without")


def test_a_run_from_before_goes_on_without(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    for name in ("epochs", "checkpoints"):
        (folder / name).mkdir(parents=True)
    running = fine_tune(_CONFIG, SmallTask(), folder)
    next(event for event in running if isinstance(event, EpochEnded) and event.epoch == 1)
    running.close()
    first = folder / "epochs" / "0000.npz"
    with np.load(first) as kept:
        old = {name: values for name, values in kept.items() if name not in ("watched_P", "maps_Phw")}
    np.savez(first, **old)
    list(fine_tune(_CONFIG, SmallTask(), folder))
    with np.load(folder / "epochs" / "0002.npz") as kept:
        assert "maps_Phw" not in kept


def test_of_pictures_each_kept_epoch_holds_the_maps_that_explain_gives(finished_home: tuple[Path, str]) -> None:
    home, identity = finished_home
    run = Run(home / "runs" / identity)
    task = open_task(run, home)
    assert isinstance(task, ImageClassification)
    for epoch in run.checkpoint_epochs():
        watched = run.watched(epoch)
        assert watched is not None
        assert watched.source == Source(identity, epoch)
        indices = watched.indices_P.tolist()
        assert indices == probe_examples(run.predictions(0), NUM_WATCHED).tolist()
        maps = explain(
            network_of(run, epoch),
            task.validation.evaluation_batch(indices),
            task.validation.labels_N[indices].tolist(),
            "hirescam",
            source=watched.source,
            examples=[task.validation.names[index] for index in indices],
        )
        expected = np.stack([each.native_hw for each in maps])
        np.testing.assert_allclose(watched.maps_Phw, expected, atol=1e-5)
