"""Sweeps, the queue and more epochs on the pages."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from sftviz.config import RunConfig
from sftviz.data.store import DataStore
from sftviz.jobs.queue import JobQueue
from sftviz.models.places import download_folder
from sftviz.runs.lock import RunLock
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore
from sftviz.ui import stores
from tests.conftest import HEAD_ONLY
from tests.models.publisher import Publisher, publishing
from tests.ui.conftest import texts


class Queued:
    """Stands for the thread that trains: the queue takes runs in, and none is taken up."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
        monkeypatch.setattr("sftviz.jobs.queue.Thread", lambda **_: self)
        self.queue = JobQueue(home)
        monkeypatch.setattr(stores, "job_queue", lambda _: self.queue)

    def start(self) -> None:
        pass

    def join(self) -> None:
        pass


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[Queued]:
    queued = Queued(monkeypatch, home)
    yield queued
    queued.queue.close()


def _button(app: AppTest, label: str) -> object:
    return next(button for button in app.button if button.label == label)


def _grouped(run: Run, home: Path, **changes: object) -> Run:
    """A copy of a finished run that belongs to a group."""
    identity = f"{run.identity[:-6]}{len(RunStore(home).list()):06x}"
    folder = home / "runs" / identity
    shutil.copytree(run.folder, folder)
    recipe = run.config.recipe.model_copy(update=changes)
    config = run.config.model_copy(update={"group": "a group", "recipe": recipe})
    (folder / "config.json").write_text(config.model_dump_json())
    return RunStore(home).get(identity)


def test_the_form_queues_the_runs_it_promised(
    few_pictures: Path, home: Path, queued: Queued, show: Callable[..., AppTest]
) -> None:
    DataStore(home).add_folder(few_pictures, name="few")
    app = show("sweep")
    assert not app.exception
    app.multiselect(key="sweep names").set_value(["head_lr", "recipe"]).run()
    app.text_input(key="sweep values head_lr").set_value("1e-4, 1e-3").run()
    app.multiselect(key="sweep values recipe").set_value(["probe", "gradual"]).run()
    assert not app.exception
    assert "--vary head_lr=1e-4,1e-3 --vary recipe=probe,gradual" in texts(app)
    _button(app, "Queue 3 runs").click().run()
    runs = sorted(RunStore(home).list(), key=lambda run: run.state.queued_at or 0)
    assert [run.config.recipe.name for run in runs] == ["probe", "gradual", "gradual"]
    assert {run.config.group for run in runs} == {"few sweep"}
    assert [place.number for run in runs if (place := queued.queue.place(run))] == [1, 2, 3]
    assert {place.priority for run in runs if (place := queued.queue.place(run))} == {"low"}


def test_any_backbone_joins_those_to_vary_and_says_what_it_needs(
    few_pictures: Path, home: Path, show: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    download_folder().mkdir(parents=True)
    (download_folder() / "alexnet-owt-7be5be79.pth").write_bytes(b"weights")
    DataStore(home).add_folder(few_pictures, name="few")
    app = show("sweep")
    app.multiselect(key="sweep names").set_value(["backbone"]).run()
    offered = app.multiselect(key="sweep values backbone").options
    assert "ResNet-18, 45 MiB to download once" in offered
    assert "alexnet V1" in offered, "it is on this machine"
    # A click on a line of the table that a search gives.
    app.session_state["backbone taken for a sweep"] = "timm/test_vit.r160_in1k"
    app.run()
    assert not app.exception
    assert app.multiselect(key="sweep values backbone").value[-1] == "timm/test_vit.r160_in1k"
    assert "test_vit.r160_in1k, 1 MiB to download once" in app.multiselect(key="sweep values backbone").options
    assert "--vary backbone=efficientnet_lite0,resnet18,timm/test_vit.r160_in1k" in texts(app)
    assert _button(app, "Queue 3 runs")
    app.session_state["backbone taken for a sweep"] = "torchvision/resnet18.IMAGENET1K_V1"
    app.run()
    assert _button(app, "Queue 3 runs"), "it is the same as one of them"


def test_a_sweep_starts_from_any_backbone_that_is_named(
    few_pictures: Path, home: Path, show: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    DataStore(home).add_folder(few_pictures, name="few")
    app = show("sweep")
    app.session_state["backbone taken for a sweep"] = "timm/test_vit.r160_in1k"
    app.run()
    assert app.selectbox(key="sweep backbone").value == "timm/test_vit.r160_in1k"
    assert "--backbone timm/test_vit.r160_in1k" in texts(app)
    with publishing(Publisher(is_hub=True)) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.address)
        app.text_input(key="backbone words").set_value("somebody/small").run()
        app.button(key="ask the hub").click().run()
        app.session_state["Look it up"][1]._thread.join(300)
        app.run()
    assert not app.exception
    assert "has no config.json of somebody/small" in texts(app).replace("\\", "")
    assert app.selectbox(key="sweep backbone").value == "timm/test_vit.r160_in1k", "the rest goes on"


def test_values_that_do_not_fit_are_a_sentence(few_pictures: Path, home: Path, show: Callable[..., AppTest]) -> None:
    DataStore(home).add_folder(few_pictures, name="few")
    app = show("sweep")
    app.text_input(key="sweep values head_lr").set_value("fast").run()
    assert "are numbers" in texts(app).replace("\\", "")
    app.text_input(key="sweep values head_lr").set_value("1e-5..1e-3").run()
    assert "draw combinations at random" in texts(app)
    app.segmented_control(key="sweep mode").set_value("A random sample").run()
    assert not app.exception
    assert _button(app, "Queue 12 runs")


def test_a_group_shows_its_runs_and_how_long_more_would_take(
    finished: Run, few_pictures: Path, home: Path, show: Callable[..., AppTest]
) -> None:
    DataStore(home).add_folder(few_pictures, name="few")
    for decay in (0.5, 0.9):
        _grouped(finished, home, layer_decay=decay)
    app = show("sweep", group="a group")
    assert not app.exception
    table = app.dataframe[0].value
    assert table["Layer decay"].tolist() == [0.5, 0.9]
    assert table["status"].tolist() == ["finished", "finished"]
    assert len(app.get("plotly_chart")) == 1
    app.segmented_control(key="sweep recipe").set_value("gradual").run()
    assert "going by similar" not in texts(app), "none in which the last three blocks learned"
    app.segmented_control(key="sweep recipe").set_value("full").run()
    assert "going by similar runs" in texts(app)
    app = show("home")
    assert "a group" in texts(app)


def test_stop_ends_the_group(
    queued: Queued, home: Path, new_run: Callable[..., Run], show: Callable[..., AppTest]
) -> None:
    runs = [RunStore(home).create(_in_group(new_run(HEAD_ONLY).config), "{}") for _ in range(2)]
    for run in runs:
        queued.queue.submit(run, "low")
    app = show("sweep", group="a group")
    _button(app, "Stop the sweep").click().run()
    assert not app.exception
    assert [run.status for run in runs] == ["stopped", "stopped"]


def _in_group(config: RunConfig) -> RunConfig:
    return config.model_copy(update={"group": "a group"})


def test_a_waiting_run_shows_its_place_and_can_be_moved(
    queued: Queued, new_run: Callable[..., Run], show: Callable[..., AppTest]
) -> None:
    first, second = new_run(HEAD_ONLY), new_run(HEAD_ONLY)
    queued.queue.submit(first)
    queued.queue.submit(second)
    app = show("home")
    assert not app.exception
    assert "next in the queue" in texts(app)
    assert "2 of 2 in the queue" in texts(app)
    app.button(key=f"first {second.identity}").click().run()
    place = queued.queue.place(second)
    assert place is not None
    assert place.number == 1
    app = show("train", run=first.identity)
    assert "2 of 2 in the queue" in texts(app)
    app.segmented_control(key=f"priority {first.identity}").set_value("high").run()
    assert not app.exception
    place = queued.queue.place(first)
    assert place is not None
    assert (place.number, place.priority) == (1, "high")


@pytest.mark.parametrize("page", ["home", "train"])
def test_a_finished_run_is_given_more_epochs(
    page: str, queued: Queued, finished: Run, show: Callable[..., AppTest]
) -> None:
    app = show(page, run=finished.identity)
    app.number_input(key=f"more {finished.identity}").set_value(3).run()
    app.button(key=f"extend {finished.identity}").click().run()
    assert finished.recipe.num_epochs == 5
    assert finished.status == "queued"
    assert queued.queue.place(finished) is not None


def test_a_run_that_somebody_took_meanwhile_is_a_sentence(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("train", run=finished.identity)
    with RunLock(finished.folder):
        app.button(key=f"extend {finished.identity}").click().run()
    assert not app.exception
    assert "worked on already" in texts(app)
