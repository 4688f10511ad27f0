"""The view of Explain that says what many maps have in common."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from sftviz.runs.run import Run
from tests.ui.conftest import texts

HIRESCAM, PIXELS = "Compute the maps of HiResCAM", "Compute the maps of Integrated Gradients"


def _computed(app: AppTest, button: str = HIRESCAM) -> AppTest:
    next(each for each in app.button if each.label == button).click().run()
    app.session_state[button][1]._thread.join(300)
    return app.run()


def _buttons(app: AppTest) -> set[str]:
    return {button.label for button in app.button if button.label.startswith("Compute")}


def test_what_was_found_is_shown_in_four_ways(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("explain", run=finished.identity, scope="across")
    assert not app.exception
    assert _buttons(app) == {HIRESCAM, PIXELS}
    total = len(finished.predictions(0).examples)
    app = _computed(app)
    assert not app.exception
    assert _buttons(app) == {PIXELS}
    assert f"**{total}** of {total} explained pictures" in texts(app)
    assert len(app.dataframe[0].value) == total
    says = {
        "moved": "evidence moved most",
        "means": "The number of pictures stands behind the class",
        "suspicious": "right predictions: ",
    }
    for found, sentence in says.items():
        app.session_state["chosen found"] = found
        app.run()
        assert not app.exception
        assert sentence in texts(app)


def test_each_method_has_a_column_of_maps_once_they_are_asked_for(finished: Run, show: Callable[..., AppTest]) -> None:
    app = _computed(show("explain", run=finished.identity, scope="across", methods="hirescam,eigencam,nonsense"))
    assert _buttons(app) == {"Compute the maps of Eigen-CAM"}
    app = _computed(app, "Compute the maps of Eigen-CAM")
    assert not app.exception
    assert not _buttons(app)
    table = app.dataframe[0].value
    for title in ("HiResCAM", "Eigen-CAM"):
        assert all(uri.startswith("data:image/jpeg") for uri in table[title])
        assert table[f"{title}: change of pattern"].notna().all()
    app.session_state["chosen method"] = "eigencam"
    app.session_state["chosen found"] = "means"
    assert "Eigen-CAM of " in texts(app.run())


def test_a_new_session_finds_what_was_computed(finished: Run, show: Callable[..., AppTest]) -> None:
    _computed(show("explain", run=finished.identity, scope="across"))
    app = show("explain", run=finished.identity, scope="across")
    assert not app.exception
    assert _buttons(app) == {PIXELS}
    assert len(app.dataframe[0].value) == len(finished.predictions(0).examples)


@pytest.mark.parametrize("outcome", ["right", "wrong", "fixed", "broken"])
def test_filters_stand_in_the_address(outcome: str, finished: Run, show: Callable[..., AppTest]) -> None:
    after = finished.predictions(2)
    app = _computed(show("explain", run=finished.identity, scope="across", after="2", only=outcome, true="1"))
    assert not app.exception
    is_right = after.is_right_N & (after.labels_N == 1)
    was_right = finished.predictions(0).is_right_N
    counts = {
        "right": is_right.sum(),
        "wrong": (after.labels_N == 1).sum() - is_right.sum(),
        "fixed": (is_right & ~was_right).sum(),
        "broken": (~after.is_right_N & was_right & (after.labels_N == 1)).sum(),
    }
    assert f"**{counts[outcome]}** of {len(after.examples)} explained pictures" in texts(app)


def test_confidence_is_a_range_in_the_address(finished: Run, show: Callable[..., AppTest]) -> None:
    confidence = finished.predictions(2).probabilities_NK.max(axis=1)
    least = round(100 * float(sorted(confidence)[2])) + 1
    app = _computed(show("explain", run=finished.identity, scope="across", after="2", confidence=f"{least},100"))
    assert not app.exception
    assert f"**{(confidence >= least / 100).sum()}** of {len(confidence)} explained" in texts(app)
    app = app.slider(key="slide confidence").set_value((0, least - 1)).run()
    assert app.session_state["chosen confidence"] == f"0,{least - 1}"
    assert f"**{(confidence <= (least - 1) / 100).sum()}** of {len(confidence)} explained" in texts(app)


def test_a_box_stands_in_the_address_and_in_the_table(finished: Run, show: Callable[..., AppTest]) -> None:
    app = _computed(show("explain", run=finished.identity, scope="across", box="0,0,100,50", sort="outside"))
    assert not app.exception
    assert "spread evenly, it would be 50" in texts(app)
    shares = app.dataframe[0].value["HiResCAM: outside the box"].tolist()
    assert shares == sorted(shares, reverse=True)
    assert 0 < shares[0] <= 100
    app = app.slider(key="box down").set_value((25, 75)).run()
    assert app.session_state["chosen box"] == "0,25,100,75"
    app = next(button for button in app.button if button.label == "Remove the box").click().run()
    assert not app.exception
    assert "HiResCAM: outside the box" not in app.dataframe[0].value
    assert app.selectbox(key="pick sort").value == "moved"


def test_nonsense_in_the_address_is_ignored(finished: Run, show: Callable[..., AppTest]) -> None:
    chosen = {"box": "9,9,1,1", "confidence": "90,10", "methods": "nonsense", "sort": "outside", "method": "occlusion"}
    app = _computed(show("explain", run=finished.identity, scope="across", **chosen))
    assert not app.exception
    assert app.slider(key="slide confidence").value == (0, 100)
    assert len(app.dataframe[0].value) == len(finished.predictions(0).examples)
