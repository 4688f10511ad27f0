"""Cross-validation on its page: the head, the runs of a group, and what is too small for either."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from sftviz.analysis.confusion import confusion
from sftviz.config import DataConfig, ModelConfig, RunConfig
from sftviz.data.folds import undivided
from sftviz.data.listing import Listing
from sftviz.data.store import DataStore
from sftviz.data.stored import StoredData
from sftviz.jobs.folding import cross_validate
from sftviz.jobs.queue import JobQueue
from sftviz.results import Predictions, Source
from sftviz.runs.kept_folds import keep_folds
from sftviz.runs.lock import RunLock
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore
from sftviz.trials import CurveTrials, HeadFolds
from sftviz.ui import stores
from tests.conftest import HEAD_ONLY
from tests.ui.conftest import texts


@pytest.fixture
def few(few_pictures: Path, home: Path) -> StoredData:
    return DataStore(home).add_folder(few_pictures, name="few")


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch, home: Path) -> JobQueue:
    """A queue that takes runs in and takes none up."""

    class Idle:
        def __init__(self, **_: object) -> None:
            pass

        def start(self) -> None:
            pass

        def join(self) -> None:
            pass

    monkeypatch.setattr("sftviz.jobs.queue.Thread", Idle)
    queue = JobQueue(home)
    monkeypatch.setattr(stores, "job_queue", lambda _: queue)
    return queue


def _button(app: AppTest, label: str) -> object:
    return next(button for button in app.button if button.label == label)


def _head_config(stored: StoredData, num_folds: int = 5) -> RunConfig:
    data = DataConfig(dataset=stored.identity, num_folds=num_folds, augment=False)
    return RunConfig(name="few", data=data, model=ModelConfig(), recipe=HEAD_ONLY)


def _head(stored: StoredData, num_folds: int = 5) -> HeadFolds:
    random = np.random.default_rng(0)
    pictures = stored.listing.pictures
    labels = np.array([picture.label for picture in pictures])
    probabilities = random.dirichlet(np.ones(3), len(pictures)).astype(np.float32)
    names = tuple(picture.path for picture in pictures)
    predictions = Predictions(Source("head", 0), stored.listing.classes, names, labels, probabilities)
    sizes = np.repeat([3, 6, 9, 12, 14], 3)
    return HeadFolds(
        predictions, np.arange(len(pictures)) % num_folds, CurveTrials(sizes, random.random((15, 18)) < 0.7)
    )


def _fold_run(finished: Run, stored: StoredData, home: Path, fold: int) -> Run:
    """A copy of a finished run that stands for one of three folds, with pictures of its own."""
    folder = home / "runs" / f"{finished.identity[:-6]}{fold:06x}"
    shutil.copytree(finished.folder, folder)
    data = DataConfig(dataset=stored.identity, fold=fold, num_folds=3)
    config = finished.config.model_copy(update={"group": "few folds", "data": data})
    (folder / "config.json").write_text(config.model_dump_json())
    examples = (folder / "examples.json").read_text()
    (folder / "examples.json").write_text(examples.replace(".png", f".{fold}.png"))
    return RunStore(home).get(folder.name)


def test_the_head_shows_its_folds_its_curve_and_its_matrix(
    few: StoredData, home: Path, show: Callable[..., AppTest]
) -> None:
    app = show("folds")
    assert not app.exception
    assert "only the last layer learns" in texts(app)
    keep_folds(home, _head_config(few), _head(few))
    app = show("folds")
    assert not app.exception
    said = texts(app)
    assert "Accuracy, mean of folds" in said
    assert "18 pictures in 5 of 5 folds" in said
    assert "18 pictures, each judged once" in said
    assert "With 28 pictures to learn from instead of 14" in said
    assert app.dataframe[0].value["pictures held out"].tolist() == [4, 4, 4, 3, 3]
    app.number_input(key="pick folds").set_value(3).run()
    assert "only the last layer learns" in texts(app), "three folds were not asked for yet"


def test_what_is_cross_validated_stands_in_the_address(
    few: StoredData, home: Path, show: Callable[..., AppTest]
) -> None:
    keep_folds(home, _head_config(few, 3), _head(few, 3))
    app = show("folds", backbone="resnet18", folds="3")
    assert app.selectbox(key="pick backbone").value == "resnet18"
    app.selectbox(key="pick backbone").set_value(ModelConfig().backbone).run()
    assert not app.exception
    assert "18 pictures in 3 of 3 folds" in texts(app)
    for nonsense, number in (("<b>", 5), ("0", 2), ("9" * 30, 6)):
        app = show("folds", backbone=nonsense, folds=nonsense)
        assert not app.exception
        assert app.number_input(key="pick folds").value == number


def test_a_cell_of_the_fold_matrix_opens_its_pictures(
    few: StoredData, home: Path, show: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sftviz.ui.cross_validation.cell._PER_PAGE", 1)
    head = _head(few)
    keep_folds(home, _head_config(few), head)
    said = head.predictions
    counts = confusion(said).counts_KK
    true, predicted = divmod(int(counts.argmax()), 3)
    count = int(counts.max())
    cell = f"pooled:{true},{predicted}"
    name = said.examples[int(np.flatnonzero((said.labels_N == true) & (said.predicted_N == predicted))[0])]
    app = show("folds", fold_cell=cell, fold_figure="on", picture=name, page=str(count))
    assert not app.exception
    text = texts(app)
    assert f"**{count} pictures of {said.classes[true]}, predicted as {said.classes[predicted]}**" in text
    assert f"is {said.classes[true]}" in text
    assert "What never saw it says" in text
    assert len(app.get("plotly_chart")) == 2, "the learning curve, and the matrix as a figure"
    for nonsense in ("pooled:9,9", "other:0,0", "<b>", "pooled:0"):
        app = show("folds", fold_cell=nonsense)
        assert not app.exception
        assert "predicted as" not in texts(app)


def test_the_run_of_a_fold_explains_its_pictures(
    finished: Run, few: StoredData, home: Path, show: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [_fold_run(finished, few, home, fold) for fold in range(3)]
    said = runs[1].predictions(runs[1].state.epochs[-1].epoch)
    cell = f"pooled:{said.labels_N[0]},{said.predicted_N[0]}"
    opened: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr("sftviz.ui.cross_validation.cell.go_to", lambda page, **chosen: opened.append((page, chosen)))
    app = show("folds", view="runs", fold_cell=cell, picture=said.examples[0])
    app.button(key="explain held out").click().run()
    assert not app.exception
    assert opened == [("explain", {"run": runs[1].identity, "picture": said.examples[0]})]


def test_another_data_set_has_other_cells(
    few: StoredData, home: Path, tmp_path: Path, show: Callable[..., AppTest]
) -> None:
    shutil.copytree(few.listing.root, tmp_path / "again")
    next((tmp_path / "again").rglob("*.png")).unlink()
    other = DataStore(home).add_folder(tmp_path / "again", name="again")
    app = show("folds", data=few.identity, fold_cell="pooled:0,1")
    app.selectbox(key="pick data").set_value(other.identity).run()
    assert "chosen fold_cell" not in app.session_state


def test_the_head_is_computed_and_kept(few: StoredData, home: Path, show: Callable[..., AppTest]) -> None:
    work = cross_validate(_head_config(few, 3), undivided(few.listing).to_json(), home)
    work._thread.join(300)
    assert work.is_over
    assert not work.message
    app = show("folds")
    app.number_input(key="pick folds").set_value(3).run()
    assert not app.exception
    assert "18 pictures in 3 of 3 folds" in texts(app)
    assert len(app.get("plotly_chart")) == 1


def test_a_run_is_queued_for_each_fold(
    few: StoredData, home: Path, waiting: JobQueue, show: Callable[..., AppTest]
) -> None:
    app = show("folds", view="runs")
    assert not app.exception
    app.number_input(key="pick folds").set_value(3).run()
    _button(app, "Queue 3 runs").click().run()
    runs = sorted(RunStore(home).list(), key=lambda run: run.config.data.fold or 0)
    assert [(run.config.data.fold, run.config.data.num_folds) for run in runs] == [(0, 3), (1, 3), (2, 3)]
    assert {run.config.group for run in runs} == {"few folds"}
    assert [place.number for run in runs if (place := waiting.place(run))] == [1, 2, 3]
    sides = [Listing.from_json((run.folder / "data.json").read_text()).side("validation") for run in runs]
    held_out = [picture.path for side in sides for picture in side]
    assert sorted(held_out) == sorted(picture.path for picture in few.listing.pictures)
    app = show("folds", view="runs")
    assert not app.exception
    assert "No fold is finished yet" in texts(app)
    assert "few folds" not in texts(show("sweep")), "the group is no sweep"
    waiting.close()


def test_a_group_shows_the_folds_that_are_there(
    finished: Run, few: StoredData, home: Path, show: Callable[..., AppTest]
) -> None:
    runs = [_fold_run(finished, few, home, fold) for fold in range(3)]
    app = show("folds", view="runs")
    assert not app.exception
    assert "in 3 of 3 folds" in texts(app)
    log = runs[1].folder / "events.jsonl"
    log.write_text("".join(line for line in log.read_text().splitlines(keepends=True) if "run_finished" not in line))
    stores.run_store.cache_clear()
    app = show("folds", view="runs")
    assert not app.exception
    said = texts(app)
    assert "in 2 of 3 folds" in said
    assert "1 of 3 folds did not finish" in said
    assert app.dataframe[0].value["fold"].tolist() == ["1", "3"]
    assert any("interrupted" in button.label for button in app.button)
    with RunLock(runs[1].folder):
        app = show("folds", view="runs")
    assert not app.exception
    assert "did not finish" not in texts(app)
    assert _button(app, "Stop all")


@pytest.mark.parametrize("num_pictures", [1, 2])
def test_one_picture_a_class_is_a_sentence_and_two_are_two_folds(
    num_pictures: int, home: Path, tmp_path: Path, show: Callable[..., AppTest]
) -> None:
    random = np.random.default_rng(0)
    for label in range(2):
        for number in range(num_pictures):
            path = tmp_path / "small" / f"class {label}" / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(random.integers(0, 256, (20, 20, 3), dtype=np.uint8)).save(path)
    stored = DataStore(home).add_folder(tmp_path / "small")
    app = show("folds")
    assert not app.exception
    if num_pictures == 1:
        assert "two different pictures of each class" in texts(app)
        return
    assert app.number_input(key="pick folds").value == 2
    work = cross_validate(_head_config(stored, 2), undivided(stored.listing).to_json(), home)
    work._thread.join(300)
    assert not work.message
    app = show("folds")
    assert not app.exception
    assert "4 pictures in 2 of 2 folds" in texts(app)
    assert "too few pictures to draw a curve" in texts(app)
