"""How much of the space a 2-D map keeps, for the whole of it and around each point.

Shape legend: E checkpoints, N examples, D embedding width, R points that are ranked, k neighbours.
"""

from collections.abc import Generator, Sequence

import numpy as np
from sklearn.manifold import trustworthiness

from sftviz.embeddings.neighbours import nearest_of, shared_with
from sftviz.events import Event, PhaseProgressed
from sftviz.results import Embedded, FloatArray, MapQuality, Projection

_MOST_RANKED = 2000  # ranks are of every pair


def measure_quality(
    projection: Projection, checkpoints: Sequence[Embedded], num_neighbours: int = 10, seed: int = 0
) -> Generator[Event, None, MapQuality]:
    """Measure a map against the space that it was made from.

    Source: Venna & Kaski 2001, "Neighborhood preservation in nonlinear projection methods".

    Args:
        projection: of at least two examples.
        checkpoints: those that it was made from.
        num_neighbours: k, reduced where there are few examples.
        seed: draws the points, at most 2,000 of all checkpoints, whose ranks are compared.
    """
    num_examples = len(projection.examples)
    count = min(num_neighbours, num_examples - 1)
    kept = []
    for done, (each, points_N2) in enumerate(zip(checkpoints, projection.points_EN2, strict=True)):
        yield PhaseProgressed(phase="neighbours", done=done, total=len(checkpoints) + 1, unit="trials")
        in_space, on_map = nearest_of(each.embeddings_ND, count), nearest_of(points_N2, count)
        kept.append(shared_with(in_space, on_map))
    yield PhaseProgressed(phase="neighbours", done=len(kept), total=len(kept) + 1, unit="trials")
    rows_RD, points_R2 = _drawn(projection, checkpoints, seed)
    is_ranked = len(rows_RD) > 2 * count
    return MapQuality(
        num_neighbours=count,
        trustworthiness=float(trustworthiness(rows_RD, points_R2, n_neighbors=count)) if is_ranked else None,
        continuity=float(trustworthiness(points_R2, rows_RD, n_neighbors=count)) if is_ranked else None,
        rank_chance=chance_of_ranks(len(rows_RD), count) if is_ranked else None,
        overlap=float(np.mean(kept)),
        overlap_chance=count / (num_examples - 1),
        kept_EN=np.stack(kept),
    )


def chance_of_ranks(num_points: int, num_neighbours: int) -> float:
    """Trustworthiness, and continuity, that is expected of a map whose points were dealt out at random."""
    others = num_points - 1
    beyond = others - num_neighbours
    return 1 - beyond * (beyond + 1) / (others * (2 * num_points - 3 * num_neighbours - 1))


def _drawn(projection: Projection, checkpoints: Sequence[Embedded], seed: int) -> tuple[FloatArray, FloatArray]:
    """Some of the rows, of which no two are equal, with their points."""
    num_examples = len(projection.examples)
    total = num_examples * len(checkpoints)
    drawn = np.random.default_rng(seed).permutation(total)[:_MOST_RANKED]
    which, example = np.divmod(np.sort(drawn), num_examples)
    rows = np.stack([checkpoints[e].embeddings_ND[n] for e, n in zip(which.tolist(), example.tolist(), strict=True)])
    rows, first = np.unique(rows, axis=0, return_index=True)
    return rows, projection.points_EN2[which[first], example[first]]
