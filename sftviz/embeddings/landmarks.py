"""t-SNE that places every point by where its embedding lies, so that a small change of it is a small step on the map.

t-SNE gives each row a place of its own: a twin that differs by a hundredth may land on the other side of a gap. Here
it arranges landmarks only, no two of which nearly coincide, and all rows, landmarks or not, are placed between the
landmarks that they lie next to, by weights that change steadily with the embedding.

Shape legend: U rows, M landmarks, C components, Q nearest landmarks.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from sklearn.manifold import TSNE
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits

Array = NDArray[np.float64]

NUM_ROUNDS = 3
_MOST = 1000
_LEAST_GAP = 0.03  # in radii of the cloud
_PERPLEXITY = 30.0
_EXAGGERATION = 12.0
_ITERATIONS = 250  # of a round; the least that scikit-learn does
_NEAREST = 5
_NEAR = 1e-3  # of the way to the farthest: nearer is as good as there


def choose_landmarks(rows_UC: Array, seed: int) -> Array:
    """At most 1,000 rows in random order, none nearer to another than 3 % of the cloud's radius."""
    least = _LEAST_GAP**2 * np.square(rows_UC - rows_UC.mean(axis=0)).sum(axis=1).mean()
    chosen_MC = np.empty((min(_MOST, len(rows_UC)), rows_UC.shape[1]))
    count = 0
    for index in np.random.default_rng(seed).permutation(len(rows_UC)).tolist():
        row = rows_UC[index]
        if count == 0 or np.square(chosen_MC[:count] - row).sum(axis=1).min() > least:
            chosen_MC[count] = row
            count += 1
        if count == len(chosen_MC):
            break
    return chosen_MC[:count]


def arrange(landmarks_MC: Array, seed: int) -> Iterator[Array]:
    """Places (M, 2) of the landmarks after each of three rounds of t-SNE, begun from their first two components.

    Source: van der Maaten & Hinton 2008, with early exaggeration in the first round; begun as in Kobak & Berens 2019.
    """
    spread = landmarks_MC[:, 0].std()
    places = (landmarks_MC[:, :2] / (spread if spread > 0 else 1.0) * 1e-4).astype(np.float32)
    perplexity = min(_PERPLEXITY, (len(landmarks_MC) - 1) / 3)
    for number in range(NUM_ROUNDS):
        tsne = TSNE(
            perplexity=perplexity,
            init=places,
            early_exaggeration=_EXAGGERATION if number == 0 else 1.0,
            max_iter=_ITERATIONS,
            random_state=seed,
        )
        # Threads of so short steps wait for each other: on a busy machine far longer than they work.
        with threadpool_limits(1, user_api="openmp"):
            places = tsne.fit_transform(landmarks_MC)
        yield places.astype(np.float64)


def place(rows_UC: Array, landmarks_MC: Array, places_M2: Array) -> Array:
    """Places (U, 2) of rows: the mean of those of their five nearest landmarks, the nearest counting most.

    A landmark's weight falls to nothing where another takes its turn among the nearest, so no step is sudden. Source:
    Watson 1964, "Smooth regression analysis", with a kernel as wide as the way to the sixth landmark.
    """
    count = min(_NEAREST + 1, len(landmarks_MC))
    distances_UQ, nearest_UQ = NearestNeighbors(n_neighbors=count).fit(landmarks_MC).kneighbors(rows_UC)
    way_UQ = distances_UQ[:, :-1] / np.maximum(distances_UQ[:, -1:], np.finfo(np.float64).tiny)
    weights_UQ = np.square((1 - np.square(way_UQ)) / np.maximum(way_UQ, _NEAR))
    total_U1 = weights_UQ.sum(axis=1, keepdims=True)
    # As far from all of them: the nearest are as good as each other.
    weights_UQ = np.where(total_U1 > 0, weights_UQ, 1.0)
    weights_UQ /= weights_UQ.sum(axis=1, keepdims=True)
    placed: Array = np.einsum("uq,uqc->uc", weights_UQ, places_M2[nearest_UQ[:, :-1]])
    return placed
