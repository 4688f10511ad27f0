"""What is good enough stands on every page about a run, and Evaluate says what to try when it is not reached."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from sftviz.config import Target
from sftviz.data.store import DataStore
from sftviz.runs.labels import write_labels
from sftviz.runs.run import Run
from tests.ui.conftest import say_all_wrong, texts

PAGES = ("train", "evaluate", "explain", "embeddings")


@pytest.mark.parametrize("page", PAGES)
def test_the_target_stands_on_every_page_of_a_run(page: str, finished: Run, show: Callable[..., AppTest]) -> None:
    write_labels(finished.folder, target=Target(metric="f1", value=0.99, sure=True))
    app = show(page, run=finished.identity)
    assert not app.exception
    assert "Target: macro F1 ≥ 99.0\u00a0%, surely — epoch" in texts(app)


def test_a_target_is_stated_where_there_was_none(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("evaluate", run=finished.identity, view="next")
    assert "State a target above" in texts(app)
    app.selectbox(key=f"target metric {finished.identity}").set_value("balanced_accuracy")
    app.number_input(key=f"target value {finished.identity}").set_value(87.5)
    app.toggle(key=f"target sure {finished.identity}").set_value(True)
    next(button for button in app.button if button.label == "Keep").click().run()
    assert not app.exception
    assert finished.target == Target(metric="balanced_accuracy", value=0.875, sure=True)
    assert "Target: balanced accuracy ≥ 87.5\u00a0%" in texts(app)


def test_the_target_of_the_recipe_counts_as_long_as_nobody_states_another(finished: Run) -> None:
    path = finished.folder / "config.json"
    asked = json.loads(path.read_text())
    asked["recipe"]["target_value"] = 0.8
    path.write_text(json.dumps(asked))
    run = Run(finished.folder)
    assert run.target == Target(value=0.8)
    write_labels(run.folder, target=Target(value=0.7))
    assert run.target == Target(value=0.7)


def test_what_is_not_good_enough_comes_with_ways_on(finished: Run, show: Callable[..., AppTest]) -> None:
    say_all_wrong(finished)
    write_labels(finished.folder, target=Target(value=0.9))
    app = show("evaluate", run=finished.identity, view="next")
    assert not app.exception
    text = texts(app)
    assert "Not good enough yet" in text
    assert "90.0 points below" in text
    assert "Try another pretrained model" in text
    assert "Choose a model" in [button.label for button in app.button]


def test_what_is_good_enough_says_so(finished: Run, show: Callable[..., AppTest]) -> None:
    write_labels(finished.folder, target=Target(value=0.01))
    app = show("evaluate", run=finished.identity, view="next")
    assert not app.exception
    assert "Good enough" in texts(app) + "".join(each.value for each in app.success)


def test_the_recipe_that_was_advised_is_chosen_on_the_model_page(
    few_pictures: Path, home: Path, show: Callable[..., AppTest]
) -> None:
    DataStore(home).add_folder(few_pictures, name="few")
    for advised, expected in (("gradual", "gradual"), ("<b>nonsense</b>", "last_blocks")):
        app = show("model", recipe=advised)
        assert not app.exception
        assert next(each for each in app.segmented_control if each.key == "pick recipe").value == expected
