import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from sftviz.embeddings.nearest import nearest


@pytest.fixture
def known():
    return np.random.default_rng(0).normal(size=(40, 8)).astype(np.float32)


def test_the_nearest_are_those_of_largest_cosine(known):
    new = np.random.default_rng(1).normal(size=8).astype(np.float32)
    found = nearest(known, new)
    similarity = cosine_similarity(new[None], known)[0]
    assert np.array_equal(found.indices_Q, np.argsort(-similarity)[:5])
    assert np.allclose(found.similarity_Q, np.sort(similarity)[::-1][:5], atol=1e-6)
    own = cosine_similarity(known) - 3 * np.eye(len(known))
    assert found.usual == pytest.approx(np.median(own.max(axis=1)), abs=1e-6)
    assert found.farther_share == pytest.approx((own.max(axis=1) < similarity.max()).mean())


def test_a_known_example_is_its_own_nearest_whatever_its_length(known):
    found = nearest(known, 7 * known[3], count=2)
    assert found.indices_Q[0] == 3
    assert found.similarity_Q[0] == pytest.approx(1)
    assert found.farther_share == 1


def test_what_points_the_other_way_is_farther_off_than_any():
    known = np.abs(np.random.default_rng(0).normal(size=(10, 4))).astype(np.float32)
    found = nearest(known, -np.ones(4, np.float32))
    assert found.farther_share == 0
    assert (found.similarity_Q < 0).all()


def test_few_examples_and_empty_embeddings():
    one = nearest(np.ones((1, 3), np.float32), np.zeros(3, np.float32))
    assert (one.indices_Q.tolist(), one.similarity_Q.tolist()) == ([0], [0.0])
    assert (one.usual, one.farther_share) == (None, None)
    two = nearest(np.eye(2, 3, dtype=np.float32), np.array([0, 1, 0], np.float32))
    assert (two.indices_Q.tolist(), two.usual) == ([1, 0], 0.0)


def test_many_examples_are_asked_in_part():
    known = np.random.default_rng(0).normal(size=(1200, 4)).astype(np.float32)
    found = nearest(known, known[7])
    assert found.indices_Q[0] == 7
    assert found.farther_share == 1
