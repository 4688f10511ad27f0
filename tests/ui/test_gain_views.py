"""What fine-tuning bought, and what lies between: both views of Embeddings, and the runs that they make."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
from streamlit.testing.v1 import AppTest

from sftviz.runs.run import Run
from sftviz.runs.store import RunStore
from sftviz.ui.wording import plain
from tests.ui.conftest import texts


def _pressed(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    app.session_state[label][1]._thread.join(300)
    return app.run()


def _make_refitting_better(run: Run) -> None:
    """As if the head that was solved for said the truth of every picture."""
    (path,) = (run.folder / "gain").iterdir()
    with np.load(path) as arrays:
        found = dict(arrays)
    sure = np.full_like(found["refitted_MK"], 0.005)
    sure[np.arange(len(sure)), run.predictions(2).labels_N] = 0.99
    np.savez(path, **found | {"refitted_MK": sure})


def test_the_gain_is_told_and_a_better_head_becomes_a_run(
    finished: Run, home: Path, show: Callable[..., AppTest]
) -> None:
    app = _pressed(show("embeddings", run=finished.identity, moved="gain", after="2"), "Compute the gain")
    assert not app.exception
    assert "From the nearest class mean to the trained model, the accuracy changed by" in texts(app)
    _make_refitting_better(finished)
    app = show("embeddings", run=finished.identity, moved="gain", after="2", measure="loss")
    assert "a temperature: " in texts(app)
    app = _pressed(app, "Refit the head")
    assert not app.exception
    assert "Kept as **a finished run, head refitted**" in texts(app)
    made = next(run for run in RunStore(home).list() if run.identity != finished.identity)
    for page, choices in {"evaluate": {}, "train": {}, "home": {}, "compare": {"runs": made.identity}}.items():
        other = show(page, run=made.identity, **choices)
        assert not other.exception, page
        assert not other.error, page
    assert f"Epoch 1 was made from epoch 2 of run {plain(finished.identity)}" in texts(show("train", run=made.identity))


def test_the_slider_shows_numbers_and_keeps_what_lies_between(
    finished: Run, home: Path, show: Callable[..., AppTest]
) -> None:
    app = show("embeddings", run=finished.identity, moved="between", after="2", share="40", measure="loss")
    app = _pressed(app, "Compute what lies between")
    assert not app.exception
    assert app.slider[0].value == 40
    assert "none had to be measured anew" in texts(app)
    app.slider[0].set_value(100).run()
    assert app.session_state["chosen share"] == "100"
    assert f"Accuracy {finished.predictions(2).is_right_N.mean():.1%}".split()[1][:4] in texts(app)
    assert "This is epoch 2, which is kept already" in texts(app)
    app.slider[0].set_value(40).run()
    app = _pressed(app, "Keep as a run")
    assert "Kept as **a finished run, 40 % fine\\-tuned**" in texts(app)
    assert len(RunStore(home).list()) == 2


def test_what_cannot_be_shown_is_a_sentence(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("embeddings", run=finished.identity, moved="gain", after="0")
    assert "choose a later epoch" in texts(app)
    app = show("embeddings", run=finished.identity, moved="between", before="2", after="2")
    assert "Nothing lies between an epoch and itself" in texts(app)
    shutil.rmtree(finished.folder / "checkpoints" / "epoch-0002")
    for view in ("gain", "between"):
        app = show("embeddings", run=finished.identity, moved=view, after="2")
        assert not app.exception
        assert "weights of epoch 2 are not kept" in texts(app)
