import numpy as np
import pytest
from sklearn.decomposition import PCA

from sftviz.embeddings.project import project
from sftviz.errors import EmptyResultError

METHODS = ("pca", "tsne")


@pytest.mark.parametrize("method", METHODS)
def test_nothing_moves_where_nothing_changed(method, said, digits):
    found = project([said(digits), said(digits, 3)], method)
    assert np.array_equal(*found.points_EN2)
    assert not found.displacement_N.any()
    assert found.points_EN2.dtype == found.displacement_N.dtype == np.float32


@pytest.mark.parametrize("method", METHODS)
def test_noise_moves_nothing_to_speak_of(method, said, digits):
    noise = 0.01 * digits.std() * np.random.default_rng(1).normal(size=digits.shape)
    found = project([said(digits), said(digits + noise, 3)], method)
    assert found.displacement_N.mean() < 0.01
    assert found.displacement_N.max() < 0.05


@pytest.mark.parametrize("method", METHODS)
def test_a_part_that_changed_moves_and_the_rest_stays(method, said, digits):
    changed = digits.copy()
    changed[:10] += 5
    found = project([said(digits), said(changed, 3)], method)
    assert found.displacement_N[:10].min() > 0.5
    assert not found.displacement_N[10:].any()


@pytest.mark.parametrize("shape", [(20, 50), (80, 7)])
def test_principal_components_are_those_of_scikit_learn(shape, said):
    before, after = np.random.default_rng(0).normal(size=(2, *shape)) * np.geomspace(9, 1, shape[1])
    found = project([said(before), said(after, 3)], "pca")
    reference = PCA(2, svd_solver="full")
    expected = reference.fit_transform(np.concatenate([before, after]).astype(np.float32).astype(np.float64))
    points = found.points_EN2.reshape(-1, 2)
    assert np.allclose(np.abs(points), np.abs(expected), atol=1e-4)
    assert found.explained_share == pytest.approx(reference.explained_variance_ratio_.sum(), abs=1e-5)
    farthest = np.abs(points).argmax(axis=0)
    assert (points[farthest, [0, 1]] > 0).all()


def test_the_same_seed_gives_the_same_map(said, digits):
    first, second = (project([said(digits), said(digits + 1, 3)], "tsne", seed=4) for _ in range(2))
    assert np.array_equal(first.points_EN2, second.points_EN2)
    assert (first.method, first.explained_share) == ("tsne", None)


@pytest.mark.parametrize("count", [2, 3, 5, 6, 7, 12])
def test_few_points_make_a_map_and_say_how(count, said, digits):
    found = project([said(digits[:count]), said(digits[:count] + 1, 3)], "tsne")
    assert found.method == ("tsne" if count >= 6 else "pca")
    assert np.isfinite(found.points_EN2).all()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("embeddings", [np.ones((20, 3)), np.arange(20)[:, None], np.eye(20)[:, :1]])
def test_embeddings_of_little_variety_make_a_map(method, embeddings, said):
    found = project([said(embeddings), said(embeddings, 3)], method)
    assert np.isfinite(found.points_EN2).all()
    assert not found.displacement_N.any()


def test_zeros_of_either_sign_are_one_point(said, digits):
    found = project([said(0 * digits), said(-0.0 * digits, 3)], "pca")
    assert not found.displacement_N.any()
    assert found.explained_share == 1


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ({"embeddings": np.ones((1, 3))}, {"embeddings": np.ones((1, 3))}, "One example makes no map"),
        ({"embeddings": np.ones((0, 3))}, {"embeddings": np.ones((0, 3))}, "no validation examples"),
        ({"embeddings": np.ones((4, 3))}, {"embeddings": np.ones((4, 2))}, "width 3 and of width 2"),
        ({"embeddings": np.ones((4, 3))}, {"embeddings": np.ones((4, 3)), "prefix": "b"}, "no common list"),
        ({"embeddings": np.ones((4, 3))}, {"embeddings": np.full((4, 3), np.nan)}, "hold NaN"),
    ],
)
def test_what_has_no_common_map_is_refused(before, after, sentence, said):
    with pytest.raises(EmptyResultError, match=sentence):
        project([said(**before), said(**after)], "pca")
