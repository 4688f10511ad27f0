import numpy as np
import pytest
from scipy.spatial import procrustes
from scipy.stats import ortho_group

from sftviz.embeddings.movement import movement_budget
from sftviz.errors import EmptyResultError

PARTS = ("translation", "rotation", "scale", "rearrangement")
SQUARE = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]] * 2, np.float32)  # Σ‖x‖² = 16


def test_nothing_moved(digits):
    found = movement_budget(digits, digits)
    assert (found.total, found.typical, found.disparity) == (0, 0, 0)
    assert found.share_in_axes == 1


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (SQUARE + np.array([3, 4]), (8 * 25, 0, 0, 0)),
        (3 * SQUARE, (0, 0, 4 * 16, 0)),
        (SQUARE @ [[0, 1], [-1, 0]], (0, 2 * 16, 0, 0)),
        (2 * SQUARE @ [[0, 1], [-1, 0]] + np.array([1, 0]), (8, 4 * 16, 16, 0)),
        (SQUARE * [2, 0], (0, 0, 0, 16)),
    ],
)
def test_worked_by_hand(after, expected):
    found = movement_budget(SQUARE, np.asarray(after, np.float32))
    assert [getattr(found, part) for part in PARTS] == pytest.approx(expected, abs=1e-9)


def test_the_parts_add_up_to_the_movement():
    random = np.random.default_rng(0)
    x = random.normal(size=(100, 8))
    y = 1.3 * x @ ortho_group(8, seed=0).rvs() + 2 + 0.1 * random.normal(size=(100, 8))
    found = movement_budget(x, y)
    assert found.num_axes == 8
    assert found.total == pytest.approx(np.square(y - x).sum(), rel=1e-12)
    assert all(getattr(found, part) >= 0 for part in PARTS)
    assert found.rearrangement < 0.01 * found.total
    assert found.typical == pytest.approx(np.sqrt(found.total / np.square(x - x.mean(axis=0)).sum()))


def test_disparity_is_that_of_scipy():
    x, y = np.random.default_rng(0).normal(size=(2, 50, 8))
    found = movement_budget(x, y)
    assert found.disparity == pytest.approx(procrustes(x, y)[2], abs=1e-12)
    assert found.chance_disparity == pytest.approx(found.disparity, abs=0.1)


def test_a_wide_space_is_measured_on_its_leading_axes():
    random = np.random.default_rng(0)
    x, y = random.normal(size=(2, 40, 300))
    found = movement_budget(x, y)
    assert found.num_axes == 10
    assert 0 < found.share_in_axes < 1
    # Any turn of 300 axes would explain 40 points.
    assert found.disparity > 0.5


@pytest.mark.parametrize("count", [2, 3, 5])
def test_few_points(count, digits):
    found = movement_budget(digits[:count], digits[:count] + 1)
    assert found.num_axes == 1
    assert found.rearrangement == pytest.approx(0, abs=1e-6)


def test_constant_embeddings_have_no_shape(digits):
    point = np.ones((120, 64), np.float32)
    same = movement_budget(point, point)
    assert (same.total, same.typical, same.disparity, same.chance_disparity) == (0, None, None, None)
    spread = movement_budget(point, digits)
    assert spread.rearrangement == pytest.approx(spread.total - spread.translation)


def test_spaces_of_different_width_are_refused(digits):
    with pytest.raises(EmptyResultError, match="no common space"):
        movement_budget(digits, digits[:, :5])
