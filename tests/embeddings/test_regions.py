import numpy as np
from scipy.spatial import ConvexHull, Delaunay

from sftviz.embeddings.regions import points_within, simplified


def test_points_within_a_convex_outline_are_those_of_its_triangles():
    random = np.random.default_rng(0)
    points = random.normal(size=(500, 2)).astype(np.float32)
    corners = random.normal(size=(12, 2))
    hull = corners[ConvexHull(corners).vertices]
    expected = np.flatnonzero(Delaunay(hull).find_simplex(points) >= 0)
    assert points_within(points, hull).tolist() == expected.tolist()
    assert points_within(points, hull[::-1]).tolist() == expected.tolist()


def test_a_hole_is_not_within():
    bowl = np.array([[0, 0], [4, 0], [4, 4], [3, 4], [3, 1], [1, 1], [1, 4], [0, 4]], np.float64)
    points = np.array([[2, 3], [0.5, 3], [2, 0.5], [9, 9]], np.float32)
    assert points_within(points, bowl).tolist() == [1, 2]


def test_corners_are_thinned_evenly():
    corners = np.arange(200.0).reshape(100, 2)
    assert len(simplified(corners, 20)) == 20
    assert np.array_equal(simplified(corners, 100), corners)
