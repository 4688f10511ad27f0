from collections.abc import Callable, Sequence

import numpy as np
import pytest
from scipy.special import softmax

from sftviz.analysis.dynamics import NEVER, dynamics, dynamics_table, epochs_table, margin
from sftviz.errors import EmptyResultError
from sftviz.results import Predictions, Source


@pytest.fixture
def epochs() -> Callable[..., tuple[Predictions, ...]]:
    """What each epoch says of examples of the first class, from probabilities (E, N, K)."""

    def make(probabilities_ENK: Sequence[object]) -> tuple[Predictions, ...]:
        probabilities = np.asarray(probabilities_ENK, np.float32)
        _, count, num_classes = probabilities.shape
        classes, examples = tuple("abcdefgh"[:num_classes]), tuple(f"{index}.png" for index in range(count))
        labels = np.zeros(count, np.int64)
        return tuple(
            Predictions(Source("r", e), classes, examples, labels, each) for e, each in enumerate(probabilities)
        )

    return make


def _right(*rows: str) -> list[list[list[float]]]:
    """Examples as rows of 1 and 0, as probabilities of two classes in each epoch."""
    return (
        np.array([[[0.8, 0.2] if each == "1" else [0.3, 0.7] for each in row] for row in rows]).swapaxes(0, 1).tolist()
    )


def test_confidence_and_variability(epochs):
    found = dynamics(epochs([[[p, 1 - p]] for p in (0.2, 0.5, 0.7, 0.9)]))
    assert found.confidence_N == pytest.approx([0.575])
    assert found.variability_N == pytest.approx([0.25860201])


def test_forgetting_events(epochs):
    found = dynamics(epochs(_right("01101001", "00000000", "11111111")))
    assert found.num_forgotten_N.tolist() == [2, 0, 0]
    assert found.correctness_N.tolist() == [0.5, 0, 1]
    assert found.most_forgotten.tolist() == [0]
    assert found.never_right.tolist() == [1]


def test_area_under_the_margin_is_that_of_the_logits(epochs):
    logits = np.array([[[2.0, 1, 0]], [[0.0, 3, 1]]])
    assert dynamics(epochs(softmax(logits, axis=-1))).margin_N == pytest.approx([-1], abs=1e-6)


def test_margin_of_any_logits(epochs):
    logits = np.random.default_rng(0).normal(size=(1, 40, 5))
    expected = logits[0, :, 0] - logits[0, :, 1:].max(axis=1)
    assert margin(epochs(softmax(logits, axis=-1))[0]) == pytest.approx(expected, abs=1e-5)


def test_a_probability_of_zero_has_a_finite_margin(epochs):
    assert np.isfinite(margin(epochs([[[0, 1], [1, 0]]])[0])).all()


def test_first_learned_is_the_epoch_from_which_it_stays_right(epochs):
    predictions = epochs(_right("111", "011", "101", "110", "000"))
    assert dynamics(predictions).first_learned_N.tolist() == [0, 1, 2, NEVER, NEVER]
    # Epochs count by their own numbers.
    assert dynamics((predictions[0], predictions[2])).first_learned_N.tolist() == [0, 2, 0, NEVER, NEVER]


def test_the_order_learned_begins_with_the_first_and_ends_with_never(epochs):
    found = dynamics(epochs(_right("000", "110", "001", "111", "011")))
    assert found.in_order_learned.tolist() == [3, 4, 2, 1, 0]
    assert found.hardest.tolist() == [0, 2, 1, 4, 3]


def test_one_epoch_varies_in_nothing(epochs):
    found = dynamics(epochs(_right("1", "0")))
    assert found.variability_N.tolist() == [0, 0]
    assert found.num_forgotten_N.tolist() == [0, 0]
    assert found.first_learned_N.tolist() == [0, NEVER]


def test_equal_epochs_forget_nothing(said):
    same = said([0, 1, 2], [0, 2, 2])
    found = dynamics((same, same, same))
    assert found.variability_N == pytest.approx(np.zeros(3), abs=1e-6)
    assert found.num_forgotten_N.tolist() == [0, 0, 0]


def test_what_is_not_a_number_stays_so_and_comes_last(epochs):
    found = dynamics(epochs([[[np.nan, np.nan], [0.2, 0.8]], [[0.5, 0.5], [0.3, 0.7]]]))
    assert np.isnan(found.confidence_N[0])
    assert found.hardest.tolist() == [1, 0]


def test_tables_hold_what_was_measured(epochs):
    predictions = epochs(_right("00", "01"))
    found = dynamics(predictions)
    table = dynamics_table(found, predictions[0])
    assert table["file"].tolist() == ["0.png", "1.png"]
    assert table["stays right from epoch"].isna().tolist() == [True, False]
    assert epochs_table(found)["file"].tolist() == ["1.png", "0.png"]
    assert epochs_table(found)["epoch 1"].tolist() == pytest.approx([0.8, 0.3])


def test_no_example_and_different_examples_are_refused(said):
    with pytest.raises(EmptyResultError, match="has no validation examples"):
        dynamics((said([], []),))
    with pytest.raises(EmptyResultError, match="no common list"):
        dynamics((said([0], [0]), said([0, 1], [0, 1])))
