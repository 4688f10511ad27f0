"""The joint map of embeddings, and what it says where there is little or nothing to show."""

import json
from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from sftviz.embeddings.of_run import embed_training
from sftviz.pulling import result_of
from sftviz.runs.run import Run
from tests.ui.conftest import texts


def _drawn(app: AppTest) -> dict:
    """What goes down to the browser for the map."""
    (found,) = (each for each in app.get("bidi_component") if each.proto.component_name.endswith("sftviz_map"))
    data: dict = json.loads(found.proto.json)
    return data


def _change(run: Run, epoch: int, **arrays: np.ndarray) -> None:
    path = run.folder / "epochs" / f"{epoch:04d}.npz"
    with np.load(path) as kept:
        np.savez(path, **dict(kept) | arrays)


def test_principal_components_are_shown_while_points_are_arranged(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("embeddings", run=finished.identity)
    assert not app.exception
    assert _drawn(app)["title"].startswith("Principal components")
    assert any(button.label == "Cancel" for button in app.button)


@pytest.mark.parametrize("layout", ["sides", "arrows", "epochs"])
@pytest.mark.parametrize("colored", ["class", "kept"])
def test_every_way_to_draw_the_map(layout: str, colored: str, finished: Run, show: Callable[..., AppTest]) -> None:
    chosen = {"run": finished.identity, "after": "2", "projection": "pca"}
    app = show("embeddings", **chosen, layout=layout, colored=colored)
    assert not app.exception
    assert len(_drawn(app)["steps"]) == (3 if layout == "epochs" else 2)
    assert len(_drawn(app)["panels"]) == (2 if layout == "sides" else 1)


def test_chosen_points_are_pictures_with_numbers(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("embeddings", run=finished.identity, before="0", after="2", projection="pca", points="i0.1.1")
    assert not app.exception
    assert "3 chosen pictures" in texts(app)
    right = int(finished.predictions(2).is_right_N[:3].sum())
    assert f"Accuracy, epoch 2: {100 * right / 3:.1f}\u00a0%" in texts(app)


@pytest.mark.parametrize("points", ["nonsense", "i", "i999999", "<b>"])
def test_points_that_there_are_not_choose_nothing(points: str, finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("embeddings", run=finished.identity, projection="pca", points=points)
    assert not app.exception
    assert "What moved most" in texts(app)


def test_a_frozen_backbone_moves_nothing_and_says_what_to_look_at(finished: Run, show: Callable[..., AppTest]) -> None:
    _change(finished, 2, embeddings_ND=np.load(finished.folder / "epochs" / "0000.npz")["embeddings_ND"])
    app = show("embeddings", run=finished.identity, before="0", after="2", projection="pca")
    assert not app.exception
    assert "Nothing moved" in texts(app)
    assert "colour the points by flip" in texts(app)


def test_embeddings_without_any_variety_make_a_map(finished: Run, show: Callable[..., AppTest]) -> None:
    for epoch in (0, 2):
        same = np.ones_like(np.load(finished.folder / "epochs" / "0000.npz")["embeddings_ND"])
        _change(finished, epoch, embeddings_ND=same)
    app = show("embeddings", run=finished.identity, before="0", after="2", projection="pca")
    assert not app.exception
    assert "Nothing moved" in texts(app)


def test_an_epoch_whose_file_is_gone_is_a_sentence_and_an_empty_figure(
    finished: Run, show: Callable[..., AppTest]
) -> None:
    (finished.folder / "epochs" / "0002.npz").unlink()
    app = show("embeddings", run=finished.identity, before="0", after="2")
    assert not app.exception
    assert "no predictions of epoch 2" in texts(app).replace("\\", "")
    figure = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert figure["layout"]["annotations"][0]["text"] == "There is no map of epochs 0 and 2."


def test_training_pictures_join_the_map_once_they_are_embedded(finished: Run, show: Callable[..., AppTest]) -> None:
    chosen = {"run": finished.identity, "before": "0", "after": "2", "projection": "pca", "mapped": "all"}
    app = show("embeddings", **chosen)
    assert not app.exception
    assert any(button.label == "Measure training pictures too" for button in app.button)
    num_validation = len(finished.predictions(2).examples)
    assert f"of {num_validation} embeddings" in _drawn(app)["title"]

    for epoch in (0, 2):
        result_of(embed_training(finished, epoch))
    app = show("embeddings", **chosen, colored="split", points=f"i{np.base_repr(num_validation, 36).lower()}")
    assert not app.exception
    num_all = num_validation + len(finished.out_of_fold().examples)
    assert f"of {num_all} embeddings" in _drawn(app)["title"]
    assert "It is a training picture" in texts(app)

    name = finished.out_of_fold().examples[0]
    app = show("explain", run=finished.identity, before="0", after="2", picture=name)
    assert not app.exception
    assert "This is a training picture" in texts(app)
    titles = [json.loads(chart.proto.spec)["layout"]["title"]["text"] for chart in app.get("plotly_chart")]
    assert any(title.endswith(f"in {name}") for title in titles)
