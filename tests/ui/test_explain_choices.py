"""How maps are made and shown on Explain: each choice stands in the address, and does what it says."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from sftviz.attribution.catalogue import METHODS
from sftviz.runs.run import Run
from sftviz.ui.wording import plain
from tests.ui.conftest import texts


def _figure(app: AppTest) -> dict[str, Any]:
    """The figure of the maps."""
    found = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    return next(each for each in found if any(trace["type"] == "heatmap" for trace in each["data"]))


@pytest.mark.parametrize("method", [name for name, each in METHODS.items() if each.explains != "attention"])
def test_each_method_maps_a_picture_of_a_run(method: str, finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("explain", run=finished.identity, method=method)
    assert not app.exception
    assert not app.error
    assert METHODS[method].source in texts(app)


def test_attention_is_not_offered_where_there_is_none(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("explain", run=finished.identity)
    offered = app.selectbox(key="pick method").options
    assert "HiResCAM" in offered
    assert METHODS["attention_rollout"].title not in offered


def test_a_class_is_held_against_another(finished: Run, show: Callable[..., AppTest]) -> None:
    classes = finished.predictions(0).classes
    app = show("explain", run=finished.identity, **{"class": "0", "against": "1"})
    assert not app.error
    assert f"Evidence for {classes[0]} against {classes[1]}" in json.dumps(_figure(app)["layout"])


def test_a_method_without_a_class_asks_for_none(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("explain", run=finished.identity, method="eigencam")
    assert "And against" not in [box.label for box in app.selectbox]
    assert "whatever the class" in texts(app)
    assert "What stands out in" in json.dumps(_figure(app)["layout"])


def test_opacity_signs_and_grid_come_from_the_address(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("explain", run=finished.identity, opacity="40", signed="on", grid="on")
    heat = [trace for trace in _figure(app)["data"] if trace["type"] == "heatmap"]
    assert [trace["opacity"] for trace in heat] == [0.4] * 3
    assert heat[0]["z"]["shape"] == "7, 7"
    assert _figure(app)["layout"]["coloraxis"]["cmin"] < 0


def test_how_maps_are_shown_leaves_the_list_where_it_is(
    finished: Run, show: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sftviz.ui.explanation.choice._PER_PAGE", 2)
    app = show("explain", run=finished.identity, page="2")
    app.slider(key="slide opacity").set_value(40).run()
    app.selectbox(key="pick method").set_value("gradcam").run()
    assert app.session_state["chosen opacity"] == "40"
    assert app.session_state["chosen page"] == "2"
    # The same page of another list is another thing.
    app.segmented_control(key="pick only").set_value("right").run()
    assert "chosen page" not in app.session_state
    assert not app.exception


def test_a_layer_is_named_by_hand(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("explain", run=finished.identity, layer="blocks.3")
    assert not app.error
    assert f"layer {plain('blocks.3')}" in texts(app)
    assert "not tested" in texts(app)


def test_a_layer_that_is_not_there_is_a_sentence(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("explain", run=finished.identity, layer="nonsense")
    assert not app.exception
    assert "nonsense" in app.error[0].value
    app = app.text_input(key="name layer").set_value("").run()
    assert not app.error
