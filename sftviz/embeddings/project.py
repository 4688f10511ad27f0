"""One 2-D map of the embeddings before and after.

Two maps fitted apart invent motion: with 1 % of noise their points lie half a map apart. Here the rows of both
checkpoints are fitted together, and equal rows are one point, so that what did not change does not move.

Shape legend: N examples, D embedding width, U different rows among the 2 N.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from sklearn.manifold import TSNE, trustworthiness

from sftviz.analysis.evidence import require_pair
from sftviz.errors import EmptyResultError
from sftviz.results import Embedded, Projection

Array = NDArray[np.float64]

_FEWEST_FOR_TSNE = 12  # a neighbourhood needs a few points inside and many more outside
_PERPLEXITY = 30.0
_NUM_COMPONENTS = 50  # t-SNE sees no more of the space; the rest is noise and time
_NUM_NEIGHBOURS = 5
_MOST_RANKED = 2000  # trustworthiness ranks every pair


def project(before: Embedded, after: Embedded, method: Literal["pca", "tsne"], seed: int = 0) -> Projection:
    """Fit one map to the embeddings of both checkpoints.

    Source: van der Maaten & Hinton 2008 (t-SNE), begun from principal components as in Kobak & Berens 2019; Venna &
    Kaski 2001 (trustworthiness).

    Args:
        before: embeddings float32 (N, D).
        after: of the same examples, of the same width.
        method: "pca" is exact and linear; "tsne" keeps neighbours together. With fewer than 12 different rows the
            map is PCA in any case, and the result says so.
        seed: decides t-SNE, and the points on which trustworthiness is measured.

    Raises:
        EmptyResultError: there are fewer than two examples, their lists or widths differ, or a value is not finite.
    """
    _check(before, after)
    rows, places = _different_rows(np.concatenate([before.embeddings_ND, after.embeddings_ND]))
    components, shares = _principal_components(rows)
    is_tsne = method == "tsne" and len(rows) >= _FEWEST_FOR_TSNE
    points = _embedded(components, seed) if is_tsne else components[:, :2]
    before_N2, after_N2 = np.split(points[places], 2)
    return Projection(
        method="tsne" if is_tsne else "pca",
        before=before.source,
        after=after.source,
        examples=before.examples,
        before_N2=before_N2.astype(np.float32),
        after_N2=after_N2.astype(np.float32),
        displacement_N=_displacement(before_N2, after_N2).astype(np.float32),
        explained_share=None if is_tsne else float(shares[:2].sum()),
        trustworthiness=_trustworthiness(rows, points, seed),
    )


def _check(before: Embedded, after: Embedded) -> None:
    require_pair(before, after)
    if len(before.examples) < 2:
        raise EmptyResultError("One example makes no map; use a data set with more validation examples.")
    old, new = before.embeddings_ND.shape[1], after.embeddings_ND.shape[1]
    if old != new:
        raise EmptyResultError(
            f"Embeddings of width {old} and of width {new} have no common map; compare runs of one backbone."
        )
    for predictions in (before, after):
        if not np.isfinite(predictions.embeddings_ND).all():
            raise EmptyResultError(
                f"The embeddings of epoch {predictions.source.epoch} of run {predictions.source.run!r} hold NaN or "
                "infinity; choose another epoch."
            )


def _different_rows(rows_ND: NDArray[np.float32]) -> tuple[Array, NDArray[np.int64]]:
    """The different rows (U, D) in order of appearance, and the place of each row among them."""
    seen: dict[bytes, int] = {}
    rows_ND = rows_ND + np.float32(0)  # −0 and 0 are one value of two spellings
    places = np.array([seen.setdefault(row.tobytes(), len(seen)) for row in rows_ND])
    _, first = np.unique(places, return_index=True)
    return rows_ND[first].astype(np.float64), places


def _principal_components(rows_UD: Array) -> tuple[Array, Array]:
    """Coordinates on the leading axes, at least two, and each axis' share of the variance.

    The sign is that which makes the coordinate farthest from 0 positive.
    """
    centred_UD = rows_UD - rows_UD.mean(axis=0)
    is_wide = centred_UD.shape[0] <= centred_UD.shape[1]
    gram = centred_UD @ centred_UD.T if is_wide else centred_UD.T @ centred_UD
    count = min(len(gram), _NUM_COMPONENTS)
    squares, vectors = eigh(gram, subset_by_index=(len(gram) - count, len(gram) - 1))
    squares, vectors = squares[::-1].clip(min=0), vectors[:, ::-1]
    coordinates = vectors * np.sqrt(squares) if is_wide else centred_UD @ vectors
    farthest = np.take_along_axis(coordinates, np.abs(coordinates).argmax(axis=0)[None], axis=0)
    coordinates = np.where(farthest < 0, -coordinates, coordinates)
    total = np.trace(gram)
    missing = max(0, 2 - count)
    return np.pad(coordinates, ((0, 0), (0, missing))), squares / total if total > 0 else np.ones(1)


def _embedded(components: Array, seed: int) -> Array:
    start = components[:, :2] / components[:, 0].std() * 1e-4
    perplexity = min(_PERPLEXITY, (len(components) - 1) / 3)
    tsne = TSNE(perplexity=perplexity, init=start.astype(np.float32), random_state=seed)
    points: Array = tsne.fit_transform(components).astype(np.float64)
    return points


def _displacement(before_N2: Array, after_N2: Array) -> Array:
    both = np.concatenate([before_N2, after_N2])
    radius = np.sqrt(np.square(both - both.mean(axis=0)).sum(axis=1).mean())
    moved_N: Array = np.linalg.norm(after_N2 - before_N2, axis=1)
    return moved_N / radius if radius > 0 else moved_N


def _trustworthiness(rows_UD: Array, points_U2: Array, seed: int) -> float | None:
    if len(rows_UD) <= 2 * _NUM_NEIGHBOURS:
        return None
    if len(rows_UD) > _MOST_RANKED:
        drawn = np.random.default_rng(seed).choice(len(rows_UD), _MOST_RANKED, replace=False)
        rows_UD, points_U2 = rows_UD[drawn], points_U2[drawn]
    return float(trustworthiness(rows_UD, points_U2, n_neighbors=_NUM_NEIGHBOURS))
