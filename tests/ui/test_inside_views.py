"""Numbers and Depth, beside the map of Embeddings."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from sftviz.runs.run import Run
from sftviz.ui.embeddings.depth import depth_words
from tests.embeddings.test_depth import _strip
from tests.ui.conftest import texts

MEASURE, TRAINING = "Measure the blocks", "Measure training pictures too"


def _done(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    app.session_state[label][1]._thread.join(600)
    return app.run()


def test_numbers_of_validation_and_of_training_pictures(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("embeddings", run=finished.identity, moved="numbers", after="2")
    assert not app.exception
    assert "Neighbours kept" in texts(app)
    assert "6 validation pictures" in texts(app)
    app = _done(app, TRAINING)
    assert not app.exception
    assert TRAINING not in [button.label for button in app.button]
    app.session_state["chosen side"] = "training"
    app.run()
    assert not app.exception
    assert "12 training pictures" in texts(app)


@pytest.mark.parametrize("view", ["numbers", "depth"])
def test_equal_epochs_show_nothing(view: str, finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("embeddings", run=finished.identity, moved=view, before="0", after="0")
    if view == "depth":
        app = _done(app, MEASURE)
        assert "**No block changed**" in texts(app)
    else:
        assert "Nothing moved: the embeddings are the same in both epochs" in texts(app)
        assert "No picture lost any of its nearest pictures" in texts(app)
        assert "Neighbours kept: 100.0\u00a0%" in texts(app)
        assert "Likeness (CKA): 1.00" in texts(app)
        assert "Shape changed: 0.0\u00a0%" in texts(app)
        assert "Typical movement: 0.00 radii" in texts(app)
    assert not app.exception
    assert "Both epochs are the same one" in texts(app)


def test_depth_is_measured_by_a_button_and_there_the_next_time(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("embeddings", run=finished.identity, moved="depth", after="2")
    assert not app.exception
    assert "Not measured yet" in texts(app)
    app = _done(app, MEASURE)
    assert not app.exception
    assert "Most changed: block" in texts(app)
    assert "Most changed: block" in texts(show("embeddings", run=finished.identity, moved="depth", after="2"))


def test_a_frozen_backbone_is_said_to_be_frozen(finished: Run, show: Callable[..., AppTest]) -> None:
    path = finished.folder / "config.json"
    config = json.loads(path.read_text())
    for stage in config["recipe"]["stages"]:
        stage["learns"] = "head"
    path.write_text(json.dumps(config))
    for view in ("map", "numbers", "depth"):
        app = show("embeddings", run=finished.identity, moved=view, after="2")
        assert not app.exception
        assert "the backbone is frozen, so embeddings cannot move" in texts(app)


def test_last_blocks_alone_learned(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("embeddings", run=finished.identity, moved="depth", after="1")
    assert "The first 7 of 9 blocks were frozen between these epochs" in texts(app)


def test_a_checkpoint_that_is_gone_is_a_sentence(finished: Run, show: Callable[..., AppTest]) -> None:
    shutil.rmtree(finished.folder / "checkpoints" / "epoch-0002")
    app = show("embeddings", run=finished.identity, moved="depth", after="2")
    assert not app.exception
    assert MEASURE not in [button.label for button in app.button]
    app = show("embeddings", run=finished.identity, moved="numbers", after="2")
    assert not app.exception
    assert "The weights of epoch 2 are not kept, and NC3 and NC4 need the head's" in texts(app)
    assert "Training pictures can be measured only in epochs whose weights are kept" in texts(app)


def _with_embeddings(run: Run, change: Callable[[np.ndarray], np.ndarray]) -> None:
    for path in (run.folder / "epochs").iterdir():
        with np.load(path) as arrays:
            kept = dict(arrays)
        kept["embeddings_ND"] = change(kept["embeddings_ND"])
        np.savez(path, **kept)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda values: np.ones_like(values), "Nothing moved"),
        (lambda values: np.full_like(values, np.nan), "hold NaN or infinity"),
    ],
)
def test_embeddings_without_variety_or_numbers(
    change: Callable[[np.ndarray], np.ndarray], says: str, finished: Run, show: Callable[..., AppTest]
) -> None:
    _with_embeddings(finished, change)
    app = show("embeddings", run=finished.identity, moved="numbers", after="2")
    assert not app.exception
    assert says in texts(app)


@pytest.mark.parametrize("labels", [[0], [0, 1], [0, 1, 1], [2, 2, 2]])
def test_few_pictures_and_one_class(labels: list[int], finished: Run, show: Callable[..., AppTest]) -> None:
    path = finished.folder / "examples.json"
    examples = json.loads(path.read_text())
    side, count = examples["validation"], len(labels)
    examples["validation"] = {"names": side["names"][:count], "labels": labels}
    path.write_text(json.dumps(examples))
    for epoch in (finished.folder / "epochs").iterdir():
        with np.load(epoch) as arrays:
            kept = dict(arrays)
        for name in ("embeddings_ND", "probabilities_NK"):
            kept[name] = kept[name][:count]
        np.savez(epoch, **kept)
    app = show("embeddings", run=finished.identity, moved="numbers", after="2")
    assert not app.exception
    assert ("One picture has no neighbours" in texts(app)) == (count == 1)


def test_where_it_changed_in_words() -> None:
    found = depth_words(_strip([0.001, 0.002, 0.2, 0.19, 0.01, 0.2], [1, 9, 1, 1, 1, 1]))
    assert "**Most changed: blocks 3–4, 6**, by up to 20.0 % of the weights' norm." in found
    assert "The first 2 moved less than 1 %." in found
    assert "Change was asked for most in block 2." in found
    still = depth_words(_strip([0.0, 0.0002], [0, 0]))
    assert "**Most changed: block 2**, by up to 0.02 % of the weights' norm. All 2 moved less than 1 %." in still
    frozen = depth_words(replace(_strip([0, 0, 0.3], [9, 1, 1]), num_learning=1))
    assert "The first 2 were frozen. Change was asked for most in block 1, which was frozen." in frozen
