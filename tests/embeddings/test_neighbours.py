import numpy as np
import pytest
from scipy.stats import ortho_group
from sklearn.neighbors import KNeighborsClassifier

from sftviz.embeddings.neighbours import label_disagreement, neighbour_overlap
from sftviz.errors import EmptyResultError


def test_turning_scaling_and_moving_keeps_every_neighbour(said, digits):
    turn = ortho_group(64, seed=0).rvs()
    found = neighbour_overlap(said(digits), said(1.3 * digits @ turn + 2, 3))
    assert (found.overlap_N == 1).all()
    assert found.overlap_N.dtype == np.float32


def test_identical_embeddings_keep_every_neighbour_also_where_points_coincide(said, digits):
    twins = np.repeat(digits[:20], 3, axis=0)
    assert (neighbour_overlap(said(twins), said(twins, 3)).overlap_N == 1).all()


def test_unrelated_embeddings_are_at_chance_level(said):
    before, after = np.random.default_rng(0).normal(size=(2, 400, 16))
    found = neighbour_overlap(said(before), said(after, 3))
    assert found.chance == pytest.approx(10 / 399)
    assert found.overlap_N.mean() == pytest.approx(found.chance, abs=0.01)


def test_neighbours_are_counted_by_hand(said):
    before, after = np.array([[0.0], [1], [3], [7]]), np.array([[0.0], [5], [3], [7]])
    found = neighbour_overlap(said(before), said(after, 3), num_neighbours=1)
    assert found.overlap_N.tolist() == [0, 0, 1, 0]


def test_there_are_no_more_neighbours_than_other_examples(said, digits):
    found = neighbour_overlap(said(digits[:4]), said(-digits[4:8], 3))
    assert (found.num_neighbours, found.chance) == (3, 1)
    assert (found.overlap_N == 1).all()


def test_one_example_has_no_neighbours(said, digits):
    with pytest.raises(EmptyResultError, match="One example has no neighbours"):
        neighbour_overlap(said(digits[:1]), said(digits[:1], 3))


def test_label_disagreement_is_that_of_a_classifier_by_neighbours():
    rng = np.random.default_rng(0)
    embeddings, labels = rng.normal(size=(200, 5)).astype(np.float32), rng.integers(2, size=200)
    queries = np.array([3, 50, 199])
    for query, share in zip(queries, label_disagreement(embeddings, labels, queries, 7), strict=True):
        rest = np.delete(np.arange(200), query)
        oracle = KNeighborsClassifier(7).fit(embeddings[rest], labels[rest]).predict_proba(embeddings[[query]])
        assert share == pytest.approx(1 - oracle[0, labels[query]], abs=1e-6)


def test_a_rare_class_is_asked_only_as_many_as_it_could_have():
    embeddings = np.array([[0], [0.1], [1], [1.1], [1.2], [1.3], [5]], np.float32)
    share = label_disagreement(embeddings, np.array([0, 0, 1, 1, 1, 1, 2]), np.array([0, 2, 6]))
    assert share[:2].tolist() == [0, 0]
    assert np.isnan(share[2])


def test_examples_that_coincide_are_each_others_neighbours():
    labels = np.array([1, *[0] * 19])
    share = label_disagreement(np.zeros((20, 2), np.float32), np.where(labels, 1, 0), np.arange(20), 5)
    assert share[1:].max() <= 0.2
    assert label_disagreement(np.zeros((2, 2), np.float32), np.array([0, 1]), np.array([0, 1])).shape == (2,)
