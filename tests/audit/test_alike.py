"""Pictures that are much alike to a network."""

from pathlib import Path

import numpy as np
import pytest

from sftviz.audit.alike import MOST_OF_USUAL, Alike, alike_finding, find_alike
from sftviz.data.listing import Listing, Picture, Side
from sftviz.pulling import result_of
from sftviz.results import FloatArray


def _scattered(count: int, *, width: int = 32, seed: int = 0) -> FloatArray:
    return np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32)


def _with_twins(count: int, num_twins: int) -> FloatArray:
    """Scattered rows, and slightly changed copies of the first ones after them."""
    rows = _scattered(count)
    return np.concatenate([rows, 3 * rows[:num_twins] + 0.2 * _scattered(num_twins, seed=1)])


def _alone(embeddings_ND: FloatArray) -> Alike:
    return result_of(find_alike(embeddings_ND, np.arange(len(embeddings_ND))))


def _listing(*facts: tuple[int, Side | None, int]) -> Listing:
    """Pictures of given labels, sides and widths."""
    pictures = tuple(
        Picture(f"{label}/{index}.png", label, side, f"{index}", width, 10)
        for index, (label, side, width) in enumerate(facts)
    )
    return Listing(Path("/"), ("ant", "bee"), pictures, (), has_own_split=facts[0][1] is not None)


def test_planted_twins_are_found_and_nothing_else() -> None:
    found = _alone(_with_twins(1500, 30))
    assert found.pairs_P2.tolist() == [[index, 1500 + index] for index in range(30)]
    assert found.cosine_P.min() > 0.9
    assert found.usual < 0.8


def test_what_is_near_everywhere_is_not_alike() -> None:
    assert not len(_alone(10 + 0.1 * _scattered(200)).pairs_P2), "every cosine is above 0.99"


def test_pairs_are_those_of_brute_force() -> None:
    rows = _with_twins(60, 4) * np.linspace(0.5, 2, 64, dtype=np.float32)[:, None]
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    angles = np.arccos((unit @ unit.T).clip(-1, 1))
    np.fill_diagonal(angles, np.inf)
    third = np.sort(angles, axis=1)[:, 2]
    is_alike = np.triu(angles < MOST_OF_USUAL * np.minimum(third[:, None], third))
    assert _alone(rows).pairs_P2.tolist() == np.argwhere(is_alike).tolist()


def test_known_near_duplicates_are_no_pairs_and_hide_none() -> None:
    rows = _with_twins(50, 1)
    rows = np.concatenate([rows, 5 * rows[:1] + 0.1 * _scattered(3, seed=2)])
    groups = np.arange(len(rows))
    groups[51:] = 0
    assert [0, 50] not in _alone(rows).pairs_P2.tolist(), "three others are nearer"
    assert result_of(find_alike(rows, groups)).pairs_P2.tolist() == [[0, 50]]


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_too_few_pictures_have_no_usual_distance(count: int) -> None:
    assert not len(_alone(np.ones((count, 4), np.float32)).pairs_P2)


def test_pictures_that_the_network_sees_nothing_in_are_no_pairs() -> None:
    assert not len(_alone(np.zeros((20, 4), np.float32)).pairs_P2)


@pytest.mark.parametrize(
    ("facts", "goes"),
    [
        ([(0, None, 10), (0, None, 20)], (0,)),
        ([(0, None, 10), (1, None, 20)], ()),
        ([(0, "train", 20), (0, "validation", 10)], (0,)),
        ([(0, "validation", 20), (0, "validation", 10), (0, "train", 30)], (1, 2)),
    ],
)
def test_what_would_be_left_out(facts: list[tuple[int, Side | None, int]], goes: tuple[int, ...]) -> None:
    pairs = np.array([[0, index] for index in range(1, len(facts))])
    finding = alike_finding(_listing(*facts), Alike(pairs, np.full(len(pairs), 0.9, np.float32), 0.5))
    assert finding is not None
    assert finding.title == "1 group of pictures is much alike"
    assert finding.leave_out == goes
    assert "cosine 0.90 to 0.90" in finding.advice


def test_no_pairs_are_no_finding() -> None:
    assert alike_finding(_listing((0, None, 1)), _alone(np.ones((1, 4), np.float32))) is None
