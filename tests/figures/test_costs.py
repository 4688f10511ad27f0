"""Accuracy against cost: what is drawn, and how."""

import numpy as np

from sftviz.analysis.pareto import compare_costs
from sftviz.figures.costs import cost_figure
from tests.figures.conftest import HOSTILE, SAFE


def test_the_front_is_joined_and_each_point_knows_its_run() -> None:
    labels = ("slow", HOSTILE, "beaten", "fast")
    figure = cost_figure(compare_costs(("a", "b", "c", "d"), labels, [9.0, 4.0, 5.0, 1.0], [0.9, 0.8, 0.7, 0.5]))
    beaten, front = figure.data
    assert (beaten.mode, front.mode) == ("markers", "lines+markers")
    assert front.customdata.tolist() == [3, 1, 0], "joined from cheap to dear"
    assert beaten.customdata.tolist() == [2]
    np.testing.assert_allclose(front.y, [50, 80, 90], rtol=1e-6)
    assert front.hovertext[1].startswith(f"<b>{SAFE}</b>")


def test_nothing_yet_is_a_sentence() -> None:
    figure = cost_figure(compare_costs((), (), [], []))
    assert "as soon as a run is over" in figure.layout.annotations[0].text
