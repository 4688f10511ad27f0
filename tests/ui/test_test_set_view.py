"""The test set on Evaluate: closed, opened once, and ever after with the sentence that says so."""

import shutil
from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from sftviz.pulling import result_of
from sftviz.runs.labels import write_labels
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore
from sftviz.training.held_out import open_test_set
from tests.ui.conftest import texts

Show = Callable[..., AppTest]


def _labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_it_is_closed_until_somebody_means_it(held_out: Run, show: Show) -> None:
    app = show("evaluate", run=held_out.identity, view="test", after="3")
    assert not app.exception
    assert "6 pictures are held out as a test set; this run has not looked at them" in texts(app)
    assert "honestly once" in texts(app)
    (button,) = [button for button in app.button if button.label == "Open the test set for epoch 3"]
    assert button.disabled
    app.checkbox[0].check().run()
    (button,) = [button for button in app.button if button.label == "Open the test set for epoch 3"]
    assert not button.disabled
    assert not held_out.test_file(3).exists()


def test_the_first_number_is_the_one_to_report(held_out: Run, show: Show) -> None:
    result_of(open_test_set(held_out, 3))
    app = show("evaluate", run=held_out.identity, view="test", after="3")
    assert not app.exception
    assert "for epoch 3: the number below is the one to report" in app.success[0].value
    assert {"Test accuracy", "Validation accuracy"} <= {metric.label for metric in app.metric}
    assert not [label for label in _labels(app) if label.startswith("Open the test set")]

    second = show("evaluate", run=held_out.identity, view="test", after="0")
    assert not second.exception
    assert "no longer an unbiased estimate" in texts(second)
    assert "Open the test set for epoch 0" in _labels(second)
    result_of(open_test_set(held_out, 0))
    looked = show("evaluate", run=held_out.identity, view="test", after="0")
    assert "stays the number to report" in texts(looked)
    assert "Test accuracy" in {metric.label for metric in looked.metric}


def test_an_epoch_without_weights_is_not_offered(held_out: Run, show: Show) -> None:
    shutil.rmtree(held_out.folder / "checkpoints" / "epoch-0001", ignore_errors=True)
    app = show("evaluate", run=held_out.identity, view="test", after="1")
    assert not app.exception
    assert "weights are kept" in texts(app)


def test_that_another_run_has_looked_is_said(held_out: Run, show: Show, home: Path) -> None:
    folder = held_out.folder.with_name("20990101-120000-000000")
    shutil.copytree(held_out.folder, folder)
    other = RunStore(home).get(folder.name)
    write_labels(folder, name="the <b>other</b>")
    result_of(open_test_set(other, 0))
    app = show("evaluate", run=held_out.identity, view="test")
    assert "All 6 pictures of this test set were looked at before: another run, *the \\<b\\>other" in texts(app)
    assert "more since" not in texts(app)
    result_of(open_test_set(other, 3))
    RunStore(home).delete(other.identity)
    app = show("evaluate", run=held_out.identity, view="test")
    assert not app.exception
    assert "for epoch 0, and they were looked at once more since" in texts(app)


def test_runs_without_one_have_no_such_view(finished: Run, show: Show) -> None:
    app = show("evaluate", run=finished.identity, view="test")
    assert not app.exception
    assert "test set" not in texts(app)
