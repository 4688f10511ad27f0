import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from sftviz.embeddings.agreement import chance_agreement, label_agreement
from sftviz.embeddings.scores import mean_score, measurable
from sftviz.errors import EmptyResultError


def test_agreement_is_what_a_classifier_by_neighbours_says(said, digits):
    labels = np.arange(120) % 6
    found = label_agreement(said(digits, labels=labels), said(digits, 3, labels=labels))
    # Each picture is its own nearest neighbour here, which is then taken away.
    shares = KNeighborsClassifier(11).fit(digits, labels).predict_proba(digits)[np.arange(120), labels]
    assert found.before.value == pytest.approx(((11 * shares - 1) / 10).mean(), abs=1e-6)
    assert (found.change.value, found.change.interval) == (0, (0, 0))


def test_random_labels_are_at_chance_level(said):
    random = np.random.default_rng(0)
    labels = np.sort(random.integers(4, size=500) % 3)
    found = label_agreement(said(random.normal(size=(500, 16)), labels=labels), said(np.eye(500), 3, labels=labels))
    assert found.before.chance == pytest.approx(sum(n * (n - 1) for n in np.bincount(labels)) / (500 * 499))
    assert found.before.value == pytest.approx(found.before.chance, abs=0.03)


def test_a_class_of_one_picture_has_no_neighbour_of_its_own(said):
    assert chance_agreement(np.arange(3)) is None
    space = said(np.eye(3), labels=np.arange(3))
    assert label_agreement(space, space).before.value is None
    assert chance_agreement(np.array([0, 0, 1])) == 0.5


def test_a_mean_has_the_interval_of_a_mean():
    values = np.random.default_rng(0).normal(size=400).astype(np.float32)
    found = mean_score(values, np.zeros(400, np.int64))
    reach = 1.96 * values.std() / 20
    assert found.interval == pytest.approx((values.mean() - reach, values.mean() + reach), abs=0.01)


def test_of_many_pictures_the_same_ones_are_taken_from_both(said):
    numbers = np.arange(50)[:, None]
    old, new = measurable(said(numbers), said(-numbers, 3), most=20)
    assert np.array_equal(old.embeddings_ND, -new.embeddings_ND)
    assert old.examples == new.examples
    assert len(old.examples) == len(old.labels_N) == len(old.probabilities_NK) == 20


@pytest.mark.parametrize(
    ("embeddings", "sentence"), [(np.ones((1, 2)), "One picture has no"), (np.full((4, 2), np.inf), "hold NaN")]
)
def test_what_cannot_be_measured_is_refused(embeddings, sentence, said):
    with pytest.raises(EmptyResultError, match=sentence):
        measurable(said(embeddings), said(embeddings, 3))
