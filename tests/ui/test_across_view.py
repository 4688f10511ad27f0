"""The view of Explain that says what many maps have in common."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from sftviz.runs.run import Run
from tests.ui.conftest import texts

BUTTON = "Compute the maps"


def _computed(app: AppTest) -> AppTest:
    next(button for button in app.button if button.label == BUTTON).click().run()
    app.session_state[BUTTON][1]._thread.join(300)
    return app.run()


def test_what_was_found_is_shown_in_four_ways(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("explain", run=finished.identity, scope="across")
    assert not app.exception
    total = len(finished.predictions(0).examples)
    app = _computed(app)
    assert not app.exception
    assert f"**{total}** of {total} explained pictures" in texts(app)
    assert len(app.dataframe[0].value) == total
    says = {
        "moved": "Those whose evidence moved most come first",
        "means": "The number of pictures stands behind the class",
        "suspicious": "right predictions: ",
    }
    for found, sentence in says.items():
        app.session_state["chosen found"] = found
        app.run()
        assert not app.exception
        assert sentence in texts(app)


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
