import numpy as np
import pytest

from sftviz.results import Projection, Source
from sftviz.ui.embeddings.point_choice import choice_of_points, chosen_points

SQUARE = np.array([[-1.0, -1], [1, -1], [1, 1], [-1, 1]])


@pytest.fixture
def projection() -> Projection:
    points = np.random.default_rng(0).normal(size=(2, 20_000, 2)).astype(np.float32)
    return Projection("tsne", (Source("r", 0), Source("r", 3)), ("a",) * 20_000, points, None)


def test_a_few_points_are_told_by_their_indices_on_whatever_map(projection):
    text = choice_of_points(np.array([19_999, 0, 17, 17]), projection, 1, SQUARE)
    other = Projection("pca", projection.sources, projection.examples, projection.points_EN2 * 2, 1.0)
    assert chosen_points(text, projection).tolist() == chosen_points(text, other).tolist() == [0, 17, 19_999]


@pytest.mark.parametrize("step", [0, 1])
def test_many_points_are_told_by_their_outline_in_a_text_that_fits_into_an_address(step, projection):
    corners = np.array([np.cos(np.linspace(0, 6.2, 300)), np.sin(np.linspace(0, 6.2, 300))]).T
    inside = np.flatnonzero(np.linalg.norm(projection.points_EN2[step], axis=1) < 1)
    text = choice_of_points(inside, projection, step, corners)
    assert len(text) < 300
    assert len(np.setxor1d(chosen_points(text, projection), inside)) < 0.03 * len(inside)


def test_an_outline_holds_on_its_own_map_alone(projection):
    text = choice_of_points(np.arange(9000), projection, 1, SQUARE)
    other = Projection("tsne", (Source("r", 0), Source("r", 4)), projection.examples, projection.points_EN2, None)
    assert chosen_points(text, other) is None
    with_training = Projection(
        "tsne", projection.sources, ("a",) * 20_001, np.pad(projection.points_EN2, ((0, 0), (0, 1), (0, 0))), None
    )
    assert chosen_points(text, with_training) is None
    between = np.insert(projection.points_EN2, 1, 0.0, axis=0)
    through = Projection("tsne", tuple(Source("r", each) for each in (0, 1, 3)), projection.examples, between, None)
    assert chosen_points(text, through) is None
    assert choice_of_points(np.array([], np.int64), projection, 1, SQUARE) == ""


@pytest.mark.parametrize(
    "text", ["", "i", "i!", "i-5", "i99999", "nonsense", "otsne-0-3-2-20000-1-", "otsne-0-3-2-20000-7-aabb", "o-1-zz"]
)
def test_nonsense_chooses_nothing(text, projection):
    assert chosen_points(text, projection) is None
