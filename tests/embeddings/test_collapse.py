import numpy as np
import pytest

from sftviz.embeddings.collapse import Collapse, Head, chance_collapse, collapse

CORNERS = np.sqrt(5 / 4) * (np.eye(5) - 1 / 5)
LABELS = np.repeat(np.arange(5), 4)


def test_corners_of_a_simplex_are_complete_collapse():
    head = Head(3 * CORNERS + [1, 2, 3, 4, 5], np.zeros(5))
    found = collapse(CORNERS[LABELS] + 7, LABELS, head)
    assert found.within == pytest.approx(0, abs=1e-12)
    assert found.lengths == pytest.approx(0, abs=1e-12)
    assert found.angles == pytest.approx(0, abs=1e-12)
    assert found.duality == pytest.approx(0, abs=1e-12)


def test_a_head_that_names_the_nearest_mean_agrees_with_it():
    embeddings = np.random.default_rng(0).normal(size=(200, 6))
    labels = np.arange(200) % 4
    means = np.stack([embeddings[labels == label].mean(axis=0) for label in range(4)])
    head = Head(2 * means, -np.square(means).sum(axis=1))
    assert collapse(embeddings, labels, head).nearest == 0
    assert collapse(embeddings, labels, Head(-head.weight_KD, -head.bias_K)).nearest > 0.9


def test_spread_is_that_of_the_definition():
    random = np.random.default_rng(0)
    labels = np.arange(60) % 3
    embeddings = random.normal(size=(60, 8)) + 3 * random.normal(size=(3, 8))[labels]
    means = np.stack([embeddings[labels == label].mean(axis=0) for label in range(3)])
    within = np.mean([np.cov(embeddings[labels == label].T) for label in range(3)], axis=0)
    between = np.cov(means.T, bias=True)
    expected = np.trace(within @ np.linalg.pinv(between, rcond=1e-9)) / 3
    assert collapse(embeddings, labels, None).within == pytest.approx(expected, rel=1e-9)


def test_random_labels_are_at_chance_level():
    random = np.random.default_rng(0)
    embeddings, labels = random.normal(size=(400, 10)), random.integers(4, size=400)
    head = Head(random.normal(size=(4, 10)), np.zeros(4))
    found, chance = collapse(embeddings, labels, head), chance_collapse(embeddings, labels, head)
    assert 1 / 3 < found.within / chance.within < 3  # it divides by the little that lies between the means
    assert found.nearest == pytest.approx(chance.nearest, abs=0.15)
    assert chance.nearest == pytest.approx(0.75, abs=0.1)


def test_more_dimensions_than_pictures():
    embeddings = np.random.default_rng(0).normal(size=(12, 500))
    found = collapse(embeddings, np.arange(12) % 3, None)
    assert np.isfinite(found.within)
    assert (found.duality, found.nearest) == (None, None)


NOTHING = Collapse(None, None, None, None, None)


@pytest.mark.parametrize(
    ("embeddings", "labels"),
    [
        (np.ones((12, 4)), np.arange(12) % 3),
        (np.zeros((12, 4)), np.arange(12) % 3),
        (np.eye(5), np.zeros(5, int)),
        (np.eye(3), np.arange(3)),
        (np.empty((0, 3)), np.empty(0, int)),
    ],
)
def test_what_has_no_collapse(embeddings, labels):
    assert collapse(embeddings, labels, None) == NOTHING
    assert chance_collapse(embeddings, labels, None) == NOTHING


def test_a_class_that_is_missing_takes_no_part():
    embeddings = CORNERS[LABELS]
    labels = np.where(LABELS > 1, LABELS + 3, LABELS)
    found = collapse(embeddings, labels, Head(np.vstack([CORNERS[:2], 9 * np.ones((3, 5)), CORNERS[2:]]), np.zeros(8)))
    assert found.duality == pytest.approx(0, abs=1e-12)
    assert found.within == pytest.approx(0, abs=1e-12)
