"""The Compare page with no run, one, two alike, and some that cannot be compared."""

import json
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from sftviz.runs.run import Run
from tests.ui.conftest import say_all_wrong, texts


def _change_config(run: Run, **changes: object) -> None:
    path = run.folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_one_run_is_a_sentence(finished: Run, show: Callable[..., AppTest]) -> None:
    app = show("compare", run=finished.identity)
    assert not app.exception
    assert "A comparison needs two runs" in texts(app)


def test_two_runs_alike_differ_in_nothing_and_it_says_so(
    finished: Run, second: Run, show: Callable[..., AppTest]
) -> None:
    app = show("compare")
    assert not app.exception
    assert set(app.multiselect[0].value) == {finished.identity, second.identity}
    text = texts(app)
    assert "are equally accurate" in text
    assert "these runs were asked for with the same settings" in text
    assert "the \\<b\\>second\\</b\\> run" in text


def test_the_better_run_is_named_and_a_setting_that_differs(
    finished: Run, second: Run, show: Callable[..., AppTest]
) -> None:
    say_all_wrong(second)
    _change_config(second, seed=77)
    app = show("compare", runs=f"{second.identity},{finished.identity}", x="seconds")
    assert not app.exception
    found = finished.predictions(finished.state.best.epoch if finished.state.best else 0)
    verdict = (app.success or app.info)[0].value
    assert verdict.startswith("**B · a finished run")
    assert f"{found.is_right_N.sum()} are right only in B and 0 only in A" in verdict
    tables = [table.value for table in app.dataframe]
    settings = next(table for table in tables if "setting" in table)
    assert settings[["setting", "A", "B"]].to_numpy().tolist() == [["Seed", "77", "0"]]
    assert next(each for each in app.segmented_control if each.key == "pick x").value == "seconds"


def test_runs_of_other_pictures_are_shown_and_not_tested(
    finished: Run, second: Run, show: Callable[..., AppTest]
) -> None:
    path = second.folder / "examples.json"
    examples = json.loads(path.read_text())
    examples["validation"]["names"] = [f"other {name}" for name in examples["validation"]["names"]]
    path.write_text(json.dumps(examples))
    app = show("compare", runs=f"{finished.identity},{second.identity}")
    assert not app.exception
    assert "measured on different pictures or classes" in texts(app)
    pairs = next(table.value for table in app.dataframe if "pair" in table.value)
    assert pairs["verdict"].tolist() == ["other validation pictures"]


def test_a_cell_opens_the_pictures_of_its_run(finished: Run, second: Run, show: Callable[..., AppTest]) -> None:
    runs = f"{finished.identity},{second.identity}"
    epoch = second.state.best.epoch if second.state.best else 0
    predictions = second.predictions(epoch)
    true = int(predictions.predicted_N[0])
    cell = f"{second.identity}:{true},{true}"
    app = show("compare", runs=runs, run_cell=cell)
    assert not app.exception
    count = int(((predictions.labels_N == true) & (predictions.predicted_N == true)).sum())
    name = predictions.classes[true]
    assert f"**{count} pictures of {name}, predicted as {name}** by B" in texts(app)
    for nonsense in (f"{second.identity}:9,9", "stranger:0,0", "<b>"):
        app = show("compare", runs=runs, run_cell=nonsense)
        assert not app.exception
        assert "predicted as" not in texts(app)


def test_every_matrix_is_a_figure_to_save(finished: Run, second: Run, show: Callable[..., AppTest]) -> None:
    app = show("compare", runs=f"{finished.identity},{second.identity}")
    num_charts = len(app.get("plotly_chart"))
    next(each for each in app.toggle if each.label == "As figures to save").set_value(True).run()
    assert not app.exception
    assert app.session_state["chosen run_figure"] == "on"
    charts = app.get("plotly_chart")
    assert len(charts) == num_charts + 2
    titles = [json.loads(each.proto.spec)["layout"].get("title", {}).get("text", "") for each in charts]
    assert any("the &lt;b&gt;second&lt;/b&gt; run" in title for title in titles)


@pytest.mark.parametrize("runs", ["", "nonsense", "../../etc", ",,,"])
def test_nonsense_in_the_address_asks_for_runs(
    runs: str, finished: Run, second: Run, show: Callable[..., AppTest]
) -> None:
    app = show("compare", runs=runs, x="<b>")
    assert not app.exception
    assert "Choose at least two runs" in texts(app)
    app.multiselect[0].set_value([second.identity, finished.identity]).run()
    assert not app.exception
    assert "are equally accurate" in texts(app)


def test_damaged_predictions_are_a_sentence(finished: Run, second: Run, show: Callable[..., AppTest]) -> None:
    for path in (second.folder / "epochs").iterdir():
        path.write_bytes(b"no archive")
    app = show("compare", runs=f"{finished.identity},{second.identity}")
    assert not app.exception
    assert "has no predictions of epoch" in texts(app)
