from collections.abc import Callable, Generator

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from sftviz.embeddings.project import project
from sftviz.embeddings.quality import chance_of_ranks, measure_quality
from sftviz.events import Event
from sftviz.results import MapQuality, Projection


@pytest.fixture
def measured() -> Callable[..., MapQuality]:
    def run(*arguments: object) -> MapQuality:
        def listen() -> Generator[Event, None, None]:
            found.append((yield from measure_quality(*arguments)))

        found: list[MapQuality] = []
        assert list(listen())
        return found[0]

    return run


def _random(said, count: int = 400) -> tuple[Projection, list]:
    before, after = np.random.default_rng(0).normal(size=(2, count, 16))
    checkpoints = [said(before), said(after, 3)]
    points = np.random.default_rng(1).normal(size=(2, count, 2)).astype(np.float32)
    sources = tuple(each.source for each in checkpoints)
    return Projection("pca", sources, checkpoints[0].examples, points, None), checkpoints


def test_a_map_that_is_the_space_itself_is_perfect(said, digits, measured):
    flat = digits[:, :2]
    checkpoints = [said(flat), said(flat[::-1], 3)]
    found = measured(project(checkpoints, "pca"), checkpoints)
    assert found.trustworthiness == found.continuity == pytest.approx(1)
    assert found.overlap == pytest.approx(1)
    assert (found.kept_EN == 1).all()


def test_points_dealt_out_at_random_are_at_chance_level(said, measured):
    found = measured(*_random(said))
    assert found.trustworthiness == pytest.approx(found.rank_chance, abs=0.02)
    assert found.continuity == pytest.approx(found.rank_chance, abs=0.02)
    assert found.rank_chance == pytest.approx(0.5, abs=0.02)
    assert found.overlap_chance == pytest.approx(10 / 399)
    assert found.overlap == pytest.approx(found.overlap_chance, abs=0.01)
    assert found.kept_EN.shape == (2, 400)


def test_ranks_are_those_of_scikit_learn_with_the_spaces_swapped(said, digits, measured):
    checkpoints = [said(digits), said(digits + 1, 3)]
    projection = project(checkpoints, "tsne")
    found = measured(projection, checkpoints, 5)
    rows, points = np.concatenate([digits, digits + 1]), projection.points_EN2.reshape(-1, 2)
    assert found.trustworthiness == pytest.approx(trustworthiness(rows, points, n_neighbors=5))
    assert found.continuity == pytest.approx(trustworthiness(points, rows, n_neighbors=5))
    assert found.trustworthiness > 0.8


def test_chance_is_what_random_points_have_on_average():
    random = np.random.default_rng(0)
    found = [
        trustworthiness(random.normal(size=(30, 3)), random.normal(size=(30, 2)), n_neighbors=7) for _ in range(200)
    ]
    assert np.mean(found) == pytest.approx(chance_of_ranks(30, 7), abs=0.01)


@pytest.mark.parametrize("count", [2, 3, 5])
def test_few_points_have_no_ranks(count, said, digits, measured):
    checkpoints = [said(digits[:count]), said(digits[:count], 3)]
    found = measured(project(checkpoints, "pca"), checkpoints)
    assert (found.trustworthiness, found.continuity, found.rank_chance) == (None, None, None)
    assert (found.num_neighbours, found.overlap, found.overlap_chance) == (count - 1, 1, 1)


def test_only_some_of_many_points_are_ranked(said, measured):
    found = measured(*_random(said, 1500))
    assert found.rank_chance == pytest.approx(chance_of_ranks(2000, 10))
