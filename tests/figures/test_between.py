"""Curves between two checkpoints: what is drawn, and how."""

from dataclasses import replace

import numpy as np

from sftviz.analysis.weight_path import weight_path
from sftviz.figures.between import path_figure
from sftviz.results import Source
from tests.analysis.test_weight_path import said_on_the_way
from tests.figures.conftest import HOSTILE, SAFE

SHIFTS = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 3.0, 2.5, 2.0, 1.5]


def test_a_star_marks_the_best_and_a_line_the_chosen_share() -> None:
    for metric, row in (("accuracy", "y"), ("loss", "y2")):
        path = weight_path(said_on_the_way(SHIFTS), metric)
        figure = path_figure(path, 0.3)
        star = figure.data[-1]
        assert (star.marker.symbol, list(star.x), star.yaxis) == ("star", [60.0], row)
        assert {shape.x0 for shape in figure.layout.shapes} == {30.0}
    np.testing.assert_allclose(figure.data[2].y, 100 * path.accuracy_A)


def test_names_are_safe() -> None:
    said = said_on_the_way(SHIFTS)
    ends = {side: replace(getattr(said, side), source=Source(HOSTILE, 0)) for side in ("before", "after")}
    figure = path_figure(weight_path(replace(said, **ends), "loss"), 0.5)
    assert SAFE in figure.layout.title.subtitle.text
