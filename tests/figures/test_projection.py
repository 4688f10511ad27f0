import numpy as np
import pytest

from sftviz.figures.point_colors import point_colors
from sftviz.figures.projection import CROSS, HOLLOW, Panel, PointMap, point_map
from sftviz.results import Predictions, Projection

LABELS = [0, 1, 1, 0]


@pytest.fixture
def pair(said) -> list[Predictions]:
    return [said(LABELS, [0, 1, 0, 0]), said(LABELS, [0, 1, 1, 2], 3)]


@pytest.fixture
def projection(pair) -> Projection:
    before = np.arange(8, dtype=np.float32).reshape(4, 2)
    after = before + np.array([[3], [0], [1], [2]], np.float32)
    return Projection("pca", tuple(each.source for each in pair), tuple("abcd"), np.stack([before, after]), 0.62)


def _drawn(projection, pair, layout="sides", is_training=None) -> PointMap:
    return point_map(projection, pair, point_colors("class", pair, is_training_N=is_training), layout)


def test_points_lie_where_the_projection_has_them(projection, pair):
    drawing = _drawn(projection, pair)
    assert np.array_equal(drawing.places_EN2, projection.points_EN2)
    assert drawing.places_EN2.dtype == np.float32
    assert drawing.steps == ("0", "3")


def test_wrong_predictions_are_crosses_and_training_examples_hollow(projection, pair):
    assert _drawn(projection, pair).marks_EN.tolist() == [[0, 0, CROSS, 0], [0, 0, 0, CROSS]]
    is_training = np.array([False, True, True, False])
    drawing = _drawn(projection, pair, is_training=is_training)
    assert drawing.marks_EN.tolist() == [[0, HOLLOW, CROSS + HOLLOW, 0], [0, HOLLOW, HOLLOW, CROSS]]
    assert "hollow is a training example" in drawing.subtitle
    assert "hollow" not in _drawn(projection, pair).subtitle


def test_titles_say_what_is_shown_and_for_which_epochs(projection, pair):
    drawing = _drawn(projection, pair)
    assert drawing.title == "Principal components of 4 embeddings, one map for all; 62 % of the variance kept"
    assert drawing.subtitle == "run r, epoch 0 → epoch 3; × is a wrong prediction"
    assert drawing.axes == ("principal component 1, arbitrary units", "principal component 2, arbitrary units")


def test_each_layout_has_its_panels(projection, pair):
    assert _drawn(projection, pair).panels == (Panel("Before: epoch 0", 0), Panel("After: epoch 3", 1))
    assert _drawn(projection, pair, "arrows").panels == (Panel("After: epoch 3", 1),)
    drawing = _drawn(projection, pair, "epochs")
    assert drawing.panels == (Panel("Epoch", None),)
    assert drawing.subtitle.endswith("2 epochs on one map")


def test_those_that_moved_have_an_arrow_the_farthest_first(projection, pair):
    drawing = _drawn(projection, pair, "arrows")
    assert drawing.arrows_M.tolist() == [0, 3, 2]
    assert "arrows: the 3 that moved most" in drawing.subtitle
    assert not len(_drawn(projection, pair).arrows_M)


def test_many_points_are_small(said, projection, pair):
    labels = [0, 1] * 10_000
    many_said = [said(labels, labels), said(labels, labels, 3)]
    points = np.random.default_rng(0).normal(size=(2, 20_000, 2)).astype(np.float32)
    many = Projection("tsne", projection.sources, ("a",) * 20_000, points, None)
    assert _drawn(many, many_said).size < _drawn(projection, pair).size
    assert _drawn(many, many_said).title == "t-SNE of 20,000 embeddings, one map for all"
