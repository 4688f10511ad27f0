import numpy as np
import pytest

from sftviz.analysis.dynamics import dynamics
from sftviz.figures.dynamics import data_map_figure, strip_figure

from .conftest import SAFE


@pytest.fixture
def epochs(said):
    """Four examples: right from the start, from epoch 1, never, and forgotten in the end."""
    labels = [1, 1, 1, 0]
    return tuple(
        said(labels, predicted, epoch) for epoch, predicted in enumerate(([1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 0, 2]))
    )


def test_the_map_places_colours_and_marks_each_example(epochs):
    found = dynamics(epochs)
    (points,) = data_map_figure(found, epochs[-1]).data
    assert np.array_equal(points.x, found.variability_N)
    assert np.array_equal(points.y, found.confidence_N)
    assert np.array_equal(points.marker.color, found.correctness_N)
    assert (points.marker.cmin, points.marker.cmax) == (0, 1)
    assert points.marker.symbol.tolist() == ["circle", "circle", "x", "x"]
    assert points.customdata.tolist() == [0, 1, 2, 3]
    assert points.customdata.dtype == np.int32


def test_hover_texts_and_titles_are_safe_and_say_what_is_shown(epochs):
    figure = data_map_figure(dynamics(epochs), epochs[-1])
    assert figure.data[0].hovertext[1] == (
        f"<b>1 {SAFE}.png</b><br>true: {SAFE}<br>confidence 0.57, variability 0.33<br>right in 2 of 3 epochs"
    )
    assert figure.layout.title.text == "Data map of 4 validation pictures"
    assert figure.layout.title.subtitle.text == "run r, epochs 0–2; × is wrong in the last of them"
    assert strip_figure(dynamics(epochs)).data[0].hovertext[0, 0] == f"0 {SAFE}.png"


def test_the_strip_has_a_row_an_example_in_the_order_learned(epochs):
    heat, line = strip_figure(dynamics(epochs)).data
    expected = [[0.8, 0.8, 0.8], [0.1, 0.8, 0.8], [0.8, 0.8, 0.1], [0.1, 0.1, 0.1]]
    assert np.asarray(heat.z) == pytest.approx(np.array(expected))
    # Along the left edge for what was right before, then left of epoch 1.
    assert list(zip(line.x, line.y, strict=True)) == [(-0.5, -0.5), (-0.5, 0.5), (0.5, 0.5), (0.5, 1.5)]


def test_nothing_learned_draws_no_line(said):
    found = dynamics((said([0, 0], [1, 1]), said([0, 0], [1, 2], 1)))
    assert len(strip_figure(found).data[1].x) == 0


def test_many_examples_are_sampled_for_the_strip_and_drawn_by_the_graphics_card(said):
    labels = [0, 1] * 2600
    many = dynamics((said(labels, labels), said(labels, labels[::-1], 1)))
    assert data_map_figure(many, said(labels, labels)).data[0].type == "scattergl"
    figure = strip_figure(many)
    assert figure.data[0].z.shape == (500, 2)
    assert "500 of 5,200 pictures, evenly spread" in figure.layout.title.subtitle.text


def test_many_epochs_are_named_in_part(said):
    found = dynamics(tuple(said([0], [0], epoch) for epoch in range(0, 200, 2)))
    axis = strip_figure(found).layout.xaxis
    assert len(axis.ticktext) <= 30
    assert axis.ticktext[1] == str(2 * axis.tickvals[1])
