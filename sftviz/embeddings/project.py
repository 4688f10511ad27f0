"""One 2-D map of the embeddings at several checkpoints.

Two maps fitted apart invent motion: with 1 % of noise their points lie half a map apart. Here the rows of all
checkpoints are fitted together, and equal rows are one point, so that what did not change does not move.

Shape legend: E checkpoints, N examples, D embedding width, U different rows among the E N.
"""

from collections.abc import Generator, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from sftviz.analysis.evidence import require_finite, require_pair
from sftviz.embeddings.landmarks import NUM_ROUNDS, arrange, choose_landmarks, place
from sftviz.errors import EmptyResultError
from sftviz.events import Event, PhaseProgressed
from sftviz.pulling import result_of
from sftviz.results import Embedded, Projection

Array = NDArray[np.float64]
Method = Literal["pca", "tsne"]

_FEWEST_FOR_TSNE = 12  # a neighbourhood needs a few points inside and many more outside
_NUM_COMPONENTS = 50  # t-SNE sees no more of the space; the rest is noise and time


def project(checkpoints: Sequence[Embedded], method: Method, seed: int = 0) -> Projection:
    """Fit one map to the embeddings of all checkpoints; arguments and errors as of `projecting`."""
    return result_of(projecting(checkpoints, method, seed))


def projecting(checkpoints: Sequence[Embedded], method: Method, seed: int = 0) -> Generator[Event, None, Projection]:
    """Fit one map to the embeddings of all checkpoints, telling how far it is.

    Args:
        checkpoints: at least one; embeddings float32 (N, D) of the same examples, of the same width.
        method: "pca" is exact and linear; "tsne" keeps neighbours together (`landmarks`). With fewer than 12 landmarks
            the map is PCA in any case, and the result says so.
        seed: decides t-SNE.

    Raises:
        EmptyResultError: there are fewer than two examples, their lists or widths differ, or a value is not finite.
    """
    _check(checkpoints)
    rows, places = _different_rows(np.concatenate([each.embeddings_ND for each in checkpoints]))
    components, shares = _principal_components(rows)
    points = (yield from _arranged(components, seed)) if method == "tsne" else None
    is_tsne = points is not None
    points = components[:, :2] if points is None else points
    return Projection(
        method="tsne" if is_tsne else "pca",
        sources=tuple(each.source for each in checkpoints),
        examples=checkpoints[0].examples,
        points_EN2=points[places].reshape(len(checkpoints), -1, 2).astype(np.float32),
        explained_share=None if is_tsne else float(shares[:2].sum()),
    )


def _check(checkpoints: Sequence[Embedded]) -> None:
    first = checkpoints[0]
    for each in checkpoints:
        require_pair(first, each)
        old, new = first.embeddings_ND.shape[1], each.embeddings_ND.shape[1]
        if old != new:
            raise EmptyResultError(
                f"Embeddings of width {old} and of width {new} have no common map; compare runs of one backbone."
            )
        require_finite(each)
    if len(first.examples) < 2:
        raise EmptyResultError("One example makes no map; use a data set with more validation examples.")


def _different_rows(rows_ND: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The different rows (U, D) in order of appearance, and the place of each row among them."""
    seen: dict[bytes, int] = {}
    rows_ND = rows_ND + np.float32(0)  # −0 and 0 are one value of two spellings
    places = np.array([seen.setdefault(row.tobytes(), len(seen)) for row in rows_ND])
    _, first = np.unique(places, return_index=True)
    return rows_ND[first], places


def _principal_components(rows_UD: NDArray[np.float32]) -> tuple[Array, Array]:
    """Coordinates on the leading axes, at least two, and each axis' share of the variance.

    The sign is that which makes the coordinate farthest from 0 positive.
    """
    centred_UD = rows_UD - rows_UD.mean(axis=0, dtype=np.float64).astype(np.float32)
    is_wide = centred_UD.shape[0] <= centred_UD.shape[1]
    gram = (centred_UD @ centred_UD.T if is_wide else centred_UD.T @ centred_UD).astype(np.float64)
    count = min(len(gram), _NUM_COMPONENTS)
    squares, vectors = eigh(gram, subset_by_index=(len(gram) - count, len(gram) - 1))
    squares, vectors = squares[::-1].clip(min=0), vectors[:, ::-1]
    coordinates = vectors * np.sqrt(squares) if is_wide else centred_UD @ vectors
    farthest = np.take_along_axis(coordinates, np.abs(coordinates).argmax(axis=0)[None], axis=0)
    coordinates = np.where(farthest < 0, -coordinates, coordinates)
    total = np.trace(gram)
    missing = max(0, 2 - count)
    return np.pad(coordinates, ((0, 0), (0, missing))), squares / total if total > 0 else np.ones(1)


def _arranged(components: Array, seed: int) -> Generator[Event, None, Array | None]:
    """Places of all rows by t-SNE; None with too few landmarks."""
    total = NUM_ROUNDS + 1
    yield PhaseProgressed(phase="projection", done=0, total=total, unit="trials")
    landmarks = choose_landmarks(components, seed)
    if len(landmarks) < _FEWEST_FOR_TSNE:
        return None
    rounds = []
    for places in arrange(landmarks, seed):
        rounds.append(places)
        yield PhaseProgressed(phase="projection", done=len(rounds), total=total, unit="trials")
    return place(components, landmarks, rounds[-1])
