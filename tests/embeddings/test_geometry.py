import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import silhouette_score

from sftviz.embeddings.geometry import mean_cosines, separability, silhouette

LABELS = np.arange(120) % 6


def test_the_silhouette_is_that_of_scikit_learn(said, digits):
    after = digits + 0.5 * np.random.default_rng(1).normal(size=digits.shape).astype(np.float32)
    found = silhouette(said(digits, labels=LABELS), said(after, 3, labels=LABELS))
    assert found.before.value == pytest.approx(silhouette_score(digits, LABELS, metric="cosine"), abs=1e-5)
    assert found.after.value == pytest.approx(silhouette_score(after, LABELS, metric="cosine"), abs=1e-5)
    assert found.change.value == pytest.approx(found.after.value - found.before.value)
    assert found.before.interval[0] < found.before.value < found.before.interval[1]


def test_random_labels_are_at_chance_level(said):
    random = np.random.default_rng(0)
    embeddings, labels = random.normal(size=(600, 16)), random.integers(5, size=600)
    space = said(embeddings, labels=labels)
    for found in (silhouette(space, space).before, separability(space, space).before):
        assert found.value == pytest.approx(found.chance, abs=0.01)


def test_separability_is_the_ratio_of_the_scatters(said, digits):
    found = separability(said(digits, labels=LABELS), said(2 * digits + 1, 3, labels=LABELS))
    fitted = LinearDiscriminantAnalysis(solver="eigen", store_covariance=True).fit(digits.astype(float), LABELS)
    within = np.trace(fitted.covariance_) * len(digits)
    total = np.square(digits - digits.mean(axis=0)).sum()
    assert found.before.value == pytest.approx((total - within) / within, rel=1e-4)
    assert found.change.value == pytest.approx(0, abs=1e-5)
    assert found.before.chance == pytest.approx(5 / 114)


def test_class_means_at_the_corners_of_a_simplex(said):
    corners = np.sqrt(5 / 4) * (np.eye(5) - 1 / 5)
    found = mean_cosines(said(np.repeat(corners, 3, axis=0) + 7, labels=np.repeat(np.arange(5), 3)))
    assert found[~np.eye(5, dtype=bool)] == pytest.approx(-0.25, abs=1e-6)
    assert np.diag(found) == pytest.approx(1)


def test_a_class_without_pictures_has_no_direction(said, digits):
    found = mean_cosines(said(digits[:20], labels=np.arange(20) % 2 * 2))
    assert np.isnan(found[1]).all()
    assert found[0, 2] == pytest.approx(-1)


@pytest.mark.parametrize(("count", "labels"), [(3, [0, 1, 1]), (5, [0] * 5), (3, [0, 1, 2]), (2, [0, 1])])
def test_few_pictures_and_one_class(count, labels, said, digits):
    space = said(digits[:count], labels=np.array(labels))
    assert silhouette(space, space).change.value in (None, 0)
    assert separability(space, space).change.value in (None, 0)
    assert mean_cosines(space).shape == (max(2, max(labels) + 1),) * 2


def test_constant_embeddings(said):
    space = said(np.ones((12, 4)), labels=np.arange(12) % 3)
    assert silhouette(space, space).before.value == 0
    assert separability(space, space).before.value is None
    assert np.isnan(mean_cosines(space)).all()
