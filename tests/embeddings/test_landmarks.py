import numpy as np
import pytest

from sftviz.embeddings.landmarks import NUM_ROUNDS, arrange, choose_landmarks, place


@pytest.fixture
def rows() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(60, 8))


def test_rows_that_nearly_coincide_are_one_landmark(rows):
    twins = rows + 1e-3
    assert len(choose_landmarks(np.concatenate([rows, twins]), 0)) == len(rows)


def test_of_many_rows_some_are_chosen_by_the_seed():
    many = np.random.default_rng(0).normal(size=(2000, 5))
    first, again, other = (choose_landmarks(many, seed) for seed in (1, 1, 2))
    assert len(first) == 1000
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_landmarks_are_placed_where_they_were_arranged(rows):
    places = np.random.default_rng(1).normal(size=(60, 2))
    assert np.allclose(place(rows, rows, places), places, atol=1e-4)


def test_a_row_halfway_between_two_alone_lies_halfway_between_their_places():
    landmarks = np.array([[0.0, 0], [2, 0], [9, 9], [9, -9], [-9, 9], [-9, -9], [0, 99]])
    places = np.arange(14.0).reshape(7, 2)
    halfway = place(np.array([[1.0, 0]]), landmarks[:2], places[:2])
    assert np.allclose(halfway, places[:1])  # of two, the farther one gives the width and has no weight
    near = place(np.array([[1.0, 0]]), landmarks, places)
    assert np.allclose(near, places[:2].mean(axis=0), atol=0.2)


def test_a_small_step_of_the_embedding_is_a_small_step_on_the_map(rows):
    places = np.random.default_rng(1).normal(size=(60, 2))
    way = np.linspace(rows[0], rows[1], 2001)
    steps = np.linalg.norm(np.diff(place(way, rows, places), axis=0), axis=1)
    assert steps.max() < 0.1


def test_a_row_as_far_from_all_landmarks_is_in_their_middle():
    around = np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]])
    assert np.allclose(place(np.zeros((1, 2)), around, np.array([[3.0, 3]] * 4)), 3)


def test_each_round_has_places_for_all_landmarks(rows):
    found = list(arrange(rows, 0))
    assert len(found) == NUM_ROUNDS
    assert {places.shape for places in found} == {(60, 2)}
    assert np.array_equal(found[-1], list(arrange(rows, 0))[-1])
