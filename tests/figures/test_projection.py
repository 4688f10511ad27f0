import numpy as np
import plotly.io as pio
import pytest

from sftviz.embeddings.project import project
from sftviz.figures.point_colors import COLORINGS, point_colors
from sftviz.figures.projection import epochs_figure, movement_figure, projection_figure
from sftviz.figures.theme import class_color
from sftviz.results import Embedded, Predictions, Projection

from .conftest import SAFE

LABELS = [0, 1, 1, 0]


@pytest.fixture
def pair(said) -> list[Predictions]:
    return [said(LABELS, [0, 1, 0, 0]), said(LABELS, [0, 1, 1, 2], 3)]


@pytest.fixture
def projection(pair) -> Projection:
    points = np.arange(8, dtype=np.float32).reshape(4, 2)
    sources = tuple(each.source for each in pair)
    return Projection("pca", sources, tuple("abcd"), np.stack([points, points + 1]), 0.62)


def _drawn(projection, pair, coloring="class", kept=None, selected=None):
    return projection_figure(projection, pair, point_colors(coloring, pair, kept), selected)


def test_each_class_is_a_trace_in_each_panel_in_its_own_colour(projection, pair):
    figure = _drawn(projection, pair)
    assert [trace.name for trace in figure.data] == ["cat", SAFE] * 2
    assert [trace.marker.color for trace in figure.data] == [class_color(0), class_color(1)] * 2
    assert [trace.showlegend for trace in figure.data] == [True, True, False, False]
    assert np.array_equal(figure.data[1].x, projection.points_EN2[0, [1, 2], 0])
    assert np.array_equal(figure.data[3].y, projection.points_EN2[1, [1, 2], 1])
    assert figure.data[0].x.dtype == np.float32


def test_wrong_predictions_are_crosses(projection, pair):
    names = {0: "circle", 4: "x"}
    assert [[names[symbol] for symbol in trace.marker.symbol] for trace in _drawn(projection, pair).data] == [
        ["circle", "circle"],
        ["circle", "x"],
        ["circle", "x"],
        ["circle", "circle"],
    ]


def test_every_point_knows_its_example_and_carries_no_text(projection, pair):
    figure = _drawn(projection, pair)
    assert [trace.customdata.tolist() for trace in figure.data] == [[0, 3], [1, 2]] * 2
    assert figure.data[0].customdata.dtype == np.int32
    assert {(trace.hoverinfo, trace.hovertext) for trace in figure.data} == {("none", None)}


@pytest.mark.parametrize(
    ("coloring", "numbers"),
    [
        ("right", [[1, 1, 0, 1], [1, 1, 1, 0]]),
        ("flip", [[1, 1, 3, 2]] * 2),
        ("confidence", [[0.8] * 4] * 2),
        ("kept", [[0, 0.5, 1, 1], [1, 1, 0, 0]]),
    ],
)
def test_colours_are_numbers_on_a_scale_that_is_explained(coloring, numbers, projection, pair):
    kept = np.array([[0, 0.5, 1, 1], [1, 1, 0, 0]], np.float32)
    figure = _drawn(projection, pair, coloring, kept)
    assert [trace.marker.color.tolist() for trace in figure.data] == [pytest.approx(row) for row in numbers]
    assert figure.data[0].marker.color.dtype == np.float32
    axis = figure.layout.coloraxis
    assert axis.colorbar.title.text
    if coloring == "flip":
        assert axis.colorbar.ticktext == ("still wrong", "still right", "broken", "fixed")
        assert (axis.cmin, axis.cmax) == (-0.5, 3.5)
    if coloring == "kept":
        assert (axis.cmin, axis.cmax) == (0, 1)


def test_a_neighbourhood_that_is_not_measured_yet_leaves_the_class(pair):
    assert point_colors("kept", pair).title == "true class"
    assert set(COLORINGS) == {"class", "right", "flip", "confidence", "kept", "split"}


def test_training_examples_are_hollow_and_may_have_a_colour_of_their_own(projection, pair):
    is_training = np.array([False, False, True, True])
    figure = projection_figure(projection, pair, point_colors("split", pair, is_training_N=is_training))
    assert figure.data[0].marker.color.tolist() == [0, 0, 1, 1]
    assert figure.layout.coloraxis.colorbar.ticktext == ("validation", "training")
    symbols = np.array(figure.data[0].marker.symbol)
    assert (symbols >= 100).tolist() == is_training.tolist()
    assert (symbols % 100 == 4).tolist() == (~pair[0].is_right_N).tolist()
    assert "hollow is a training example" in figure.layout.title.subtitle.text
    plain = projection_figure(projection, pair, point_colors("split", pair))
    assert "hollow" not in plain.layout.title.subtitle.text
    assert point_colors("split", pair).title == "true class"


def test_what_is_selected_stands_out_in_both_panels(projection, pair):
    figure = _drawn(projection, pair, selected=np.array([2, 3]))
    assert [trace.customdata[trace.selectedpoints].tolist() for trace in figure.data] == [[3], [2]] * 2
    assert all(trace.unselected.marker.opacity < 0.5 for trace in figure.data)
    assert _drawn(projection, pair).data[0].selectedpoints is None


def test_titles_say_what_is_shown_and_for_which_epochs(projection, pair):
    figure = _drawn(projection, pair)
    assert figure.layout.title.text == (
        "Principal components of 4 embeddings, one map for all; 62 % of the variance kept"
    )
    assert figure.layout.title.subtitle.text == "run r, epoch 0 → epoch 3; × is a wrong prediction"
    assert figure.layout.xaxis.title.text == "principal component 1, arbitrary units"
    assert figure.layout.xaxis2.matches == "x"


def test_many_points_are_drawn_by_the_graphics_card_in_few_bytes(said):
    labels = [0, 1] * 10_000
    points = np.random.default_rng(0).normal(size=(2, 20_000, 2)).astype(np.float32)
    pair = [said(labels, labels), said(labels, labels, 3)]
    many = Projection("tsne", tuple(each.source for each in pair), ("a",) * 20_000, points, None)
    figure = _drawn(many, pair, "confidence")
    assert {trace.type for trace in figure.data} == {"scattergl"}
    assert len(pio.to_json(figure)) < 80 * 20_000


def test_many_classes_are_one_trace_without_a_legend(projection):
    classes = tuple(f"class {index}" for index in range(1000))
    pair = [
        Predictions(source, classes, tuple("abcd"), np.array([0, 11, 999, 3]), np.eye(4, 1000, dtype=np.float32))
        for source in projection.sources
    ]
    figure = _drawn(projection, pair)
    assert len(figure.data) == 2
    assert figure.data[0].marker.color.tolist() == [0, 1, 9, 3]
    assert figure.layout.coloraxis.showscale is False


def test_each_mover_has_an_arrow_from_before_to_after(projection, pair):
    figure = movement_figure(projection, pair, point_colors("class", pair), np.array([3, 0]))
    arrows = figure.data[-1]
    assert np.array_equal(arrows.x[[0, 1, 3, 4]], projection.points_EN2[[0, 1, 0, 1], [3, 3, 0, 0], 0])
    assert np.isnan(arrows.x[[2, 5]]).all()
    assert arrows.marker.angleref == "previous"
    assert "arrows: the 2 that moved most" in figure.layout.title.subtitle.text
    assert not len(movement_figure(projection, pair, point_colors("class", pair), np.array([], np.int64)).data[-1].x)


def test_each_epoch_is_a_frame_of_the_same_points(projection, pair):
    figure = epochs_figure(projection, pair, point_colors("right", pair))
    assert [frame.name for frame in figure.frames] == ["0", "3"]
    assert np.array_equal(figure.frames[1].data[0].x, projection.points_EN2[1, :, 0])
    assert figure.frames[1].data[0].marker.color.tolist() == [1, 1, 1, 0]
    assert [step.label for step in figure.layout.sliders[0].steps] == ["0", "3"]
    low, high = figure.layout.xaxis.range
    assert low < projection.points_EN2[..., 0].min() < projection.points_EN2[..., 0].max() < high


def test_points_keep_their_place_in_a_trace_through_all_frames(projection, pair):
    figure = epochs_figure(projection, pair, point_colors("class", pair))
    for frame in figure.frames:
        for trace, moved in zip(figure.data, frame.data, strict=True):
            assert np.array_equal(moved.y, projection.points_EN2[int(frame.name == "3"), trace.customdata, 1])


def test_no_points_are_an_empty_labelled_figure(said):
    nothing, pair = np.zeros((2, 0, 2), np.float32), [said([], []), said([], [], 3)]
    empty = Projection("pca", tuple(each.source for each in pair), (), nothing, None)
    colors = point_colors("class", pair)
    for figure in (
        projection_figure(empty, pair, colors),
        movement_figure(empty, pair, colors, np.array([], np.int64)),
        epochs_figure(empty, pair, colors),
    ):
        assert not figure.data
        assert figure.layout.annotations[0].text == "There are no validation examples to map."


def test_a_real_projection_is_drawn(said):
    predictions = said([0, 1, 2], [0, 1, 2])
    embedded = Embedded(*vars(predictions).values(), embeddings_ND=np.zeros((3, 4), np.float32))
    pair = [embedded, embedded]
    assert len(_drawn(project(pair, "tsne"), pair).data) == 6
