"""Runs in one figure: told apart without colour, and their names are only names."""

from collections.abc import Callable

import numpy as np
import pytest

from sftviz.analysis.history import History
from sftviz.analysis.significance import compare_runs
from sftviz.analysis.targets import Estimate
from sftviz.figures.comparison import best_so_far_figure, history_figure, interval_figure, only_right_figure
from sftviz.results import Predictions
from tests.figures.conftest import HOSTILE, SAFE


def _history(*accuracy: float) -> History:
    count = np.arange(len(accuracy))
    values = np.array(accuracy, np.float32)
    return History(count, 5 * count, (60 * count).astype(np.float32), values, 1 - values)


def test_six_runs_differ_in_colour_dash_and_symbol() -> None:
    figure = history_figure([_history(0.5, 0.6)] * 6, list("ABCDEF"), "epoch", "accuracy")
    for kind in (
        [each.line.color for each in figure.data],
        [each.line.dash for each in figure.data],
        [each.marker.symbol for each in figure.data],
    ):
        assert len(set(kind)) == 6


@pytest.mark.parametrize(("along", "x"), [("epoch", [0, 1]), ("step", [0, 5]), ("seconds", [0, 60])])
def test_the_same_values_along_three_axes(along: str, x: list[int]) -> None:
    (line,) = history_figure([_history(0.5, 0.75)], [HOSTILE], along, "accuracy").data
    assert line.x.tolist() == x
    assert line.y.tolist() == [50, 75]
    assert line.name == SAFE


def test_the_loss_is_in_nats() -> None:
    figure = history_figure([_history(0.5, 0.75)], ["A"], "epoch", "loss")
    assert figure.data[0].y.tolist() == [0.5, 0.25]
    assert "nats" in figure.layout.yaxis.title.text


def test_best_so_far_never_falls() -> None:
    (line,) = best_so_far_figure([_history(0.5, 0.75, 0.625)], ["A"]).data
    assert (line.x.tolist(), line.y.tolist(), line.line.shape) == ([0, 1, 2], [50, 75, 75], "hv")


def test_an_interval_reaches_from_its_low_to_its_high() -> None:
    (point,) = interval_figure([Estimate("accuracy", 0.5, 0.4, 0.6)], [HOSTILE]).data
    assert (point.x[0], point.y[0]) == (50, SAFE)
    np.testing.assert_allclose([point.error_x.arrayminus[0], point.error_x.array[0]], [10, 10])


def test_each_cell_is_written_and_the_diagonal_is_empty(said: Callable[..., Predictions]) -> None:
    found = compare_runs([said([0, 1, 2], [0, 1, 0]), said([0, 1, 2], [0, 0, 2])])
    figure = only_right_figure(found, ("A", "B"))
    assert [(each.y, each.x, each.text) for each in figure.layout.annotations] == [("A", "B", "1"), ("B", "A", "1")]
    assert np.isnan(np.diag(figure.data[0].z)).all()


def test_nothing_is_a_sentence() -> None:
    for figure in (history_figure([], [], "epoch", "loss"), best_so_far_figure([], []), interval_figure([], [])):
        assert "no run" in figure.layout.annotations[0].text
