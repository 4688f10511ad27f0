import numpy as np
import pytest

from sftviz.embeddings.project import project
from sftviz.figures.projection import projection_figure
from sftviz.figures.theme import class_color
from sftviz.results import Embedded, Projection

from .conftest import SAFE


@pytest.fixture
def projection(said) -> Projection:
    points = np.arange(8, dtype=np.float32).reshape(4, 2)
    before, after = said([], []).source, said([], [], 3).source
    return Projection("pca", before, after, tuple("abcd"), points, points + 1, np.ones(4, np.float32), 0.62, 0.9)


def test_each_class_is_a_trace_in_each_panel_in_its_own_colour(projection, said):
    figure = projection_figure(projection, said([0, 1, 1, 0], [0, 1, 0, 0]), said([0, 1, 1, 0], [0, 1, 1, 2], 3))
    assert [trace.name for trace in figure.data] == ["cat", SAFE] * 2
    assert [trace.marker.color for trace in figure.data] == [class_color(0), class_color(1)] * 2
    assert [trace.showlegend for trace in figure.data] == [True, True, False, False]
    assert np.array_equal(figure.data[1].x, projection.before_N2[[1, 2], 0])
    assert np.array_equal(figure.data[3].y, projection.after_N2[[1, 2], 1])
    assert figure.data[0].x.dtype == np.float32


def test_wrong_predictions_are_crosses(projection, said):
    figure = projection_figure(projection, said([0, 1, 1, 0], [0, 1, 0, 0]), said([0, 1, 1, 0], [0, 1, 1, 2], 3))
    assert [trace.marker.symbol.tolist() for trace in figure.data] == [
        ["circle", "circle"],
        ["circle", "x"],
        ["circle", "x"],
        ["circle", "circle"],
    ]


def test_every_point_knows_its_example(projection, said):
    figure = projection_figure(projection, said([0, 1, 1, 0], [0] * 4), said([0, 1, 1, 0], [0] * 4, 3))
    assert [trace.customdata.tolist() for trace in figure.data] == [[0, 3], [1, 2]] * 2
    assert figure.data[0].customdata.dtype == np.int32


def test_hover_texts_are_safe_and_complete(projection, said):
    figure = projection_figure(projection, said([1] * 4, [0] * 4), said([1] * 4, [1] * 4, 3))
    text = figure.data[0].hovertext[0]
    assert text == f"<b>0 {SAFE}.png</b><br>true: {SAFE}<br>predicted: cat, 80.0 %<br>moved by 1.00 radii of the map"
    assert figure.data[0].hoverinfo == "text"


def test_titles_say_what_is_shown_and_for_which_epochs(projection, said):
    figure = projection_figure(projection, said([0] * 4, [0] * 4), said([0] * 4, [0] * 4, 3))
    title = figure.layout.title.text
    assert title == (
        "Principal components of 4 embeddings, one map for both; 62 % of the variance kept; trustworthiness 0.90"
    )
    assert figure.layout.title.subtitle.text == "run r, epoch 0 → epoch 3; × is a wrong prediction"
    assert figure.layout.xaxis.title.text == "principal component 1, arbitrary units"
    assert figure.layout.xaxis2.matches == "x"


def test_many_points_are_drawn_by_the_graphics_card(said):
    labels = [0, 1] * 2600
    points = np.zeros((5200, 2), np.float32)
    many = Projection(
        "tsne", said([], []).source, said([], []).source, ("a",) * 5200, points, points, points[:, 0], None, None
    )
    figure = projection_figure(many, said(labels, labels), said(labels, labels))
    assert {trace.type for trace in figure.data} == {"scattergl"}


def test_no_points_are_an_empty_labelled_figure(said):
    nothing = np.zeros((0, 2), np.float32)
    empty = Projection("pca", said([], []).source, said([], []).source, (), nothing, nothing, nothing[:, 0], None, None)
    figure = projection_figure(empty, said([], []), said([], []))
    assert not figure.data
    assert figure.layout.annotations[0].text == "There are no validation examples to map."


def test_a_real_projection_is_drawn(said):
    predictions = said([0, 1, 2], [0, 1, 2])
    embedded = Embedded(*vars(predictions).values(), embeddings_ND=np.zeros((3, 4), np.float32))
    figure = projection_figure(project(embedded, embedded, "tsne"), predictions, predictions)
    assert len(figure.data) == 6
