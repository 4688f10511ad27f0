"""Metrics, calibration and thresholds as pages: their extremes, and what they keep."""

import json
from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup

from sftviz.runs.calibration import kept_temperatures
from sftviz.runs.run import Run
from tests.ui.conftest import texts

VIEWS = ("metrics", "calibration", "thresholds")


def _replace_probabilities(run: Run, epoch: int, probabilities_NK: np.ndarray) -> None:
    path = run.folder / "epochs" / f"{epoch:04d}.npz"
    with np.load(path) as arrays:
        kept = dict(arrays)
    np.savez(path, **kept | {"probabilities_NK": probabilities_NK})


def _without_pictures(run: Run) -> None:
    """A run whose data set left nothing to validate on."""
    examples = json.loads((run.folder / "examples.json").read_text())
    examples["validation"] = {"names": [], "labels": []}
    (run.folder / "examples.json").write_text(json.dumps(examples))
    for epoch in run.state.epochs:
        _replace_probabilities(run, epoch.epoch, np.empty((0, 3), np.float32))


def test_what_the_pictures_can_resolve(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("evaluate", run=finished.identity)
    num_examples = len(finished.predictions(0).examples)
    text = " ".join(texts(app).split())
    assert f"With {num_examples} validation pictures you cannot resolve differences in accuracy below" in text
    assert app.table[0].value["Metric"].tolist()[:2] == ["Accuracy", "Balanced accuracy"]


@pytest.mark.parametrize("metric", ["Precision", "<b>nonsense</b>"])
def test_one_metric_of_each_class(metric: str, finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("evaluate", run=finished.identity, metric=metric)
    assert not app.exception
    assert app.dataframe[0].value["class"].tolist() == ["birds", "fruit", "vehicles"]


def test_two_equal_checkpoints_show_no_change(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("evaluate", run=finished.identity, before="1", after="1")
    assert "Nothing changed" in texts(app)
    assert set(app.table[0].value["Verdict"]) == {"the same"}
    assert {metric.delta for metric in app.metric} == {"+0.0 points", "+0.000\u00a0nats"}
    for view in ("calibration", "thresholds"):
        assert "Nothing changed" in texts(show("evaluate", run=finished.identity, view=view, before="1", after="1"))


def test_the_temperature_is_kept_with_the_run(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("evaluate", run=finished.identity, view="calibration", after="1")
    assert not app.exception
    temperature = kept_temperatures(finished)[1]
    assert f"T = {temperature:.2f}" in texts(app)
    accuracy = app.table[0].value.iloc[0]
    assert (accuracy["Metric"], accuracy["Verdict"]) == ("Accuracy", "the same")


def test_the_threshold_moves_the_groups(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("evaluate", run=finished.identity, view="thresholds", after="1", **{"class": "1"})
    app.slider[0].set_value(0.0).run()
    assert not app.exception
    predictions = finished.predictions(1)
    num_fruit = int((predictions.labels_N == 1).sum())
    assert app.session_state["chosen threshold"] == "0.00"
    groups = _groups(app)
    assert groups.options == [
        f"Rightly taken for it {num_fruit}",
        f"Wrongly taken for it {len(predictions.examples) - num_fruit}",
        "Missed 0",
    ]
    groups.set_value("missed").run()
    assert app.session_state["chosen taken"] == "missed"
    assert "No picture." in texts(app)
    app.slider[0].set_value(1.0).run()
    assert _groups(app).options[2] == f"Missed {num_fruit}"
    assert "No picture." not in texts(app)


def test_the_pictures_of_a_threshold_come_page_by_page(
    finished: Run, show: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sftviz.ui.evaluation.pictures._PER_PAGE", 1)
    chosen = {"view": "thresholds", "class": "1", "threshold": "0", "taken": "wrongly", "page": "2"}
    app = show("evaluate", run=finished.identity, **chosen)
    assert not app.exception
    predictions = finished.predictions(finished.state.best.epoch if finished.state.best else 0)
    assert f"Pictures 2 to 2 of {int((predictions.labels_N != 1).sum())}." in texts(app)


def _groups(app: AppTest) -> ButtonGroup[str]:
    return next(each for each in app.segmented_control if each.key == "pick taken")


@pytest.mark.parametrize("threshold", ["nan", "-1", "high", "0.3"])
def test_a_threshold_from_the_address(threshold: str, finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("evaluate", run=finished.identity, view="thresholds", threshold=threshold)
    assert not app.exception
    assert app.slider[0].value == (0.3 if threshold == "0.3" else 0.5)


@pytest.mark.parametrize("view", VIEWS)
def test_what_cannot_be_measured_is_a_sentence(view: str, finished: Run, show: Callable[..., AppTest]) -> None:
    count = len(finished.predictions(1).examples)
    _replace_probabilities(finished, 1, np.full((count, 3), np.nan, np.float32))
    app = show("evaluate", run=finished.identity, view=view, after="1")
    assert not app.exception
    assert "gave probabilities that are not numbers" in texts(app)


@pytest.mark.parametrize("view", VIEWS)
def test_without_validation_pictures_there_is_a_sentence(
    view: str, finished: Run, show: Callable[..., AppTest]
) -> None:
    _without_pictures(finished)
    app = show("evaluate", run=finished.identity, view=view)
    assert not app.exception
    assert "has no validation examples" in texts(app)


def test_a_class_without_pictures_offers_the_others(finished: Run, show: Callable[..., AppTest]) -> None:
    examples = json.loads((finished.folder / "examples.json").read_text())
    labels = examples["validation"]["labels"]
    examples["validation"]["labels"] = [min(label, 1) for label in labels]
    (finished.folder / "examples.json").write_text(json.dumps(examples))
    for view in VIEWS:
        app = show("evaluate", run=finished.identity, view=view, **{"class": "2"})
        assert not app.exception
        if view == "thresholds":
            assert "No validation picture is of the class" in texts(app)
            assert app.selectbox[-1].label == "Class"
