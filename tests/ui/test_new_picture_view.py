"""The view of Explain that takes a picture from outside."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from streamlit.testing.v1 import AppTest

from sftviz.runs.run import Run
from tests.conftest import SAMPLE
from tests.ui.conftest import texts


def _given(show: Callable[..., AppTest], run: Run, name: str, content: bytes) -> AppTest:
    app = show("explain", run=run.identity, scope="new")
    assert not app.exception
    assert "it is not saved" in texts(app)
    app = app.file_uploader(key="new picture file").upload(name, content).run()
    assert not app.exception
    return app


def _a_picture() -> Path:
    return sorted((SAMPLE / "bugs").iterdir())[0]


def test_a_new_picture_is_predicted_explained_and_compared(finished: Run, show: Callable[..., AppTest]) -> None:
    app = _given(show, finished, "<b>mine</b>.png", _a_picture().read_bytes())
    said = texts(app)
    assert "Before: **" in said
    assert "that of a training picture to its own nearest is" in said
    assert "Where the evidence lies" in said
    assert "<b>" not in said
    assert {path.name for path in finished.folder.rglob("*mine*")} == set()


def test_what_is_no_picture_is_a_sentence(finished: Run, show: Callable[..., AppTest]) -> None:
    app = _given(show, finished, "notes.txt", b"no picture at all")
    assert "is not a picture that we read" in app.error[0].value


def test_a_run_without_training_embeddings_says_so(finished: Run, show: Callable[..., AppTest]) -> None:
    path = finished.folder / "epochs" / "0000.npz"
    with np.load(path) as arrays:
        kept = {name: arrays[name] for name in arrays if name != "train_embeddings_ND"}
    np.savez(path, **kept)
    app = _given(show, finished, "mine.png", _a_picture().read_bytes())
    assert "from before the embeddings of training pictures were kept" in texts(app)


def test_the_camera_starts_only_when_asked(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("explain", run=finished.identity, scope="new")
    assert not app.camera_input
    app.segmented_control(key="new picture from").set_value("Take a photograph").run()
    assert not app.exception
    assert app.camera_input
    assert not app.file_uploader


def test_maps_can_be_taken_away(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("explain", run=finished.identity, method="integrated_gradients")
    assert not app.exception
    labels = [button.label for button in app.download_button]
    for title in ("Before", "After"):
        assert {f"{title} (PNG)", f"{title} (NPZ, raw values)"} <= set(labels)
    assert "Difference (PNG)" in labels


def test_any_class_of_a_new_picture_is_explained(finished: Run, show: Callable[..., AppTest]) -> None:
    app = _given(show, finished, "mine.png", _a_picture().read_bytes())
    classes, offered = finished.predictions(0).classes, app.selectbox(key="pick class")
    predicted = int(offered.value)
    assert offered.options[predicted] == f"{classes[predicted]} (predicted)"
    other = (predicted + 1) % len(classes)
    app = app.selectbox(key="pick against").set_value(str(other)).run()
    assert f"Evidence for {classes[predicted]} against {classes[other]} in mine.png" in _figures(app)
    app.session_state["chosen against"] = ""
    app = app.selectbox(key="pick class").set_value(str(other)).run()
    assert not app.exception
    assert f"Evidence for {classes[other]} in mine.png" in _figures(app)
    assert "Change of pattern: " in texts(app)


def test_equal_checkpoints_say_that_nothing_changed(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("explain", run=finished.identity, scope="new", before="0", after="0")
    app = app.file_uploader(key="new picture file").upload("mine.png", _a_picture().read_bytes()).run()
    assert "nothing changed between these checkpoints" in texts(app)


def test_a_picture_is_pasted(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("explain", run=finished.identity, scope="new")
    app.segmented_control(key="new picture from").set_value("Paste one").run()
    assert not app.exception
    assert app.chat_input(key="new picture paste").proto.accept_file


def _figures(app: AppTest) -> str:
    return "".join(chart.proto.spec for chart in app.get("plotly_chart"))
