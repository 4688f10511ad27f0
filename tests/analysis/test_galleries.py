from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import log_loss

from sftviz.analysis.galleries import confidence, gallery_of
from sftviz.errors import EmptyResultError

LABELS, PREDICTED, SURE = [0, 0, 1, 1, 2, 2], [0, 1, 1, 2, 1, 2], [0.9, 0.6, 0.5, 0.8, 0.7, 0.4]


@pytest.fixture
def predictions(said):
    return said(LABELS, PREDICTED, SURE)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("sure_wrong", [3, 4, 1]),
        ("unsure_right", [5, 2, 0]),
        ("unsure", [5, 2, 1, 4, 3, 0]),
    ],
)
def test_kinds(kind, expected, predictions):
    assert gallery_of(predictions, kind).tolist() == expected


def test_the_worst_has_the_largest_loss(said):
    rng = np.random.default_rng(0)
    made = said(rng.integers(3, size=50), [0] * 50)
    made = replace(made, probabilities_NK=rng.dirichlet([1, 1, 1], 50))
    losses = [
        log_loss([label], row[None], labels=[0, 1, 2])
        for label, row in zip(made.labels_N, made.probabilities_NK, strict=True)
    ]
    worst = gallery_of(made, "worst").tolist()
    assert worst == np.argsort(-np.array(losses), kind="stable").tolist()
    assert gallery_of(made, "worst", order="loss").tolist() == worst[::-1]


def test_the_most_frequent_confusion_comes_first_and_its_most_confident_picture(said):
    found = said([0, 1, 1, 2, 1], [1, 2, 2, 2, 2], [0.9, 0.6, 0.8, 0.9, 0.7])
    assert gallery_of(found, "pairs").tolist() == [2, 4, 1, 0]


def test_filters_keep_the_order(predictions):
    assert gallery_of(predictions, "unsure", true=2).tolist() == [5, 4]
    assert gallery_of(predictions, "unsure", is_right=False).tolist() == [1, 4, 3]
    assert gallery_of(predictions, "sure_wrong", is_right=True).tolist() == []


def test_any_order_can_be_asked_for(predictions):
    renamed = replace(predictions, examples=("f", "e", "d", "c", "b", "a"))
    assert gallery_of(renamed, "worst", order="name").tolist() == [5, 4, 3, 2, 1, 0]
    assert gallery_of(renamed, "worst", order="confidence", is_descending=True).tolist() == [0, 3, 4, 1, 2, 5]


def test_what_is_no_number_counts_as_no_probability(predictions):
    broken = replace(predictions, probabilities_NK=np.full((6, 3), np.nan, np.float32))
    assert confidence(broken).tolist() == [0] * 6
    for kind in ("worst", "pairs", "unsure", "sure_wrong", "unsure_right"):
        assert len(set(gallery_of(broken, kind).tolist())) in (2, 4, 6)


def test_no_example_is_no_gallery(said):
    with pytest.raises(EmptyResultError):
        gallery_of(said([], []), "worst")
