"""The views of the Evaluate page without a browser: equal checkpoints, nonsense, one epoch only, another run."""

import re
import shutil
from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from sftviz.runs.run import Run
from tests.ui.conftest import texts

VIEWS = ("confusion", "flips", "pictures")


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_shows_a_finished_run(view: str, finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("evaluate", run=finished.identity, view=view)
    assert not app.exception
    said = {"confusion": "Rows are true classes", "flips": "change in accuracy", "pictures": "Largest loss"}
    assert said[view] in texts(app)


def test_equal_checkpoints_show_zero_and_say_so(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("evaluate", run=finished.identity, view="confusion", matrix="change", before="1", after="1")
    assert "every difference is zero" in texts(app)
    app = show("evaluate", run=finished.identity, view="flips", before="1", after="1")
    assert "nothing was fixed or broken" in texts(app)
    assert {metric.label: metric.value for metric in app.metric}["Broken, of all"] == "0.0\u00a0%"


def test_the_slider_moves_what_is_shown(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("evaluate", run=finished.identity, view="pictures", after="2", page="1")
    slider = app.select_slider[0]
    assert "epoch 2" in texts(app)
    slider.set_value("1").run()
    assert "epoch 1" in texts(app)
    assert app.session_state["chosen after"] == "1"
    # Page 1 of one list is not page 1 of another.
    assert "chosen page" not in app.session_state


@pytest.mark.parametrize("view", VIEWS)
def test_one_epoch_is_enough(view: str, finished: Run, show: Callable[..., AppTest]) -> None:
    log = finished.folder / "events.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    first = next(index for index, line in enumerate(lines) if '"kind":"epoch_ended"' in line)
    log.write_text("".join(lines[: first + 1]))
    app = show("evaluate", run=finished.identity, view=view)
    assert not app.exception
    assert not app.select_slider
    assert [box.label for box in app.selectbox[:3]] == ["Run", "Before", "After"]


@pytest.mark.parametrize(
    "key", ["cell", "matrix", "unit", "order", "classes", "other", "flip", "gallery", "sort", "true"]
)
def test_nonsense_in_the_address_falls_back(key: str, finished: Run, show: Callable[..., AppTest]) -> None:
    view = {"flip": "flips", "other": "flips", "gallery": "pictures", "sort": "pictures", "true": "pictures"}
    for value in ("<b>nonsense</b>", "after:99,0", "²"):
        app = show("evaluate", run=finished.identity, view=view.get(key, "confusion"), **{key: value})
        assert not app.exception
        assert not app.error


@pytest.mark.parametrize(("page", "first"), [("0", 1), ("-1", 1), ("²", 1), ("2", 3), ("99", 5)])
def test_pictures_come_page_by_page(
    page: str, first: int, finished: Run, show: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sftviz.ui.evaluation.pictures._PER_PAGE", 2)
    app = show("evaluate", run=finished.identity, view="pictures", page=page)
    assert not app.exception
    assert f"Pictures {first} to {first + 1} of 6." in texts(app)


def test_another_run_of_the_same_pictures_can_be_before(finished: Run, show: Callable[..., AppTest]) -> None:
    twin = finished.folder.with_name("20990101-000000-twin00")
    shutil.copytree(finished.folder, twin)
    app = show("evaluate", run=finished.identity, view="flips", after="2", other=twin.name, other_epoch="2")
    assert not app.exception
    assert "nothing was fixed or broken" in texts(app)


def test_a_run_of_other_pictures_is_not_offered(finished: Run, show: Callable[..., AppTest]) -> None:
    stranger = finished.folder.with_name("20990101-000000-other0")
    shutil.copytree(finished.folder, stranger)
    examples = stranger / "examples.json"
    examples.write_text(re.sub(r'("validation": \{"names": \[")', r"\1another ", examples.read_text()))
    app = show("evaluate", run=finished.identity, view="flips", other=stranger.name)
    assert not app.exception
    assert "Before is of" not in [box.label for box in app.selectbox]


@pytest.mark.parametrize("view", VIEWS)
def test_probabilities_that_are_no_numbers_are_a_page(view: str, finished: Run, show: Callable[..., AppTest]) -> None:
    path = finished.folder / "epochs" / "0002.npz"
    with np.load(path) as arrays:
        content = dict(arrays)
    np.savez(path, **{**content, "probabilities_NK": np.full_like(content["probabilities_NK"], np.nan)})
    app = show("evaluate", run=finished.identity, view=view, after="2")
    assert not app.exception
    assert not app.error


def test_the_figure_to_save_stands_in_the_address(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("evaluate", run=finished.identity, view="confusion", figure="on")
    assert len(app.get("plotly_chart")) == 1
    app.toggle(key="pick figure").set_value(False).run()
    assert "chosen figure" not in app.session_state
    assert not app.get("plotly_chart")
    app.toggle(key="pick figure").set_value(True).run()
    assert app.session_state["chosen figure"] == "on"


def test_of_very_many_classes_the_most_confused_are_shown(
    finished: Run, show: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sftviz.ui.evaluation.classes._USUAL", 2)
    app = show("evaluate", run=finished.identity, view="confusion")
    assert not app.exception
    assert len(app.multiselect[0].value) == 2
    app.multiselect[0].set_value([0, 1, 2]).run()
    assert app.session_state["chosen classes"] == "0,1,2"
    assert not app.exception


def test_explain_says_when_the_weights_of_an_epoch_are_not_kept(finished: Run, show: Callable[..., AppTest]) -> None:
    shutil.rmtree(finished.folder / "checkpoints" / "epoch-0002")
    app = show("explain", run=finished.identity, after="2")
    assert "The weights of epoch 2 are not kept" in texts(app)
    assert "are not kept" not in texts(show("explain", run=finished.identity, after="0"))
