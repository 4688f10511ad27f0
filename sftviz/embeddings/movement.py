"""What the movement of an embedding cloud is made of: a common shift, a turn, a stretch, and what is left.

Shape legend: N examples, D embedding width, A axes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.extmath import randomized_svd

from sftviz.errors import EmptyResultError
from sftviz.results import FloatArray

Array = NDArray[np.float64]

_MOST_AXES = 50
_EXAMPLES_PER_AXIS = 4
_NUM_PERMUTATIONS = 5


@dataclass(frozen=True)
class MovementBudget:
    """Sums of squared distances; the four parts are all ≥ 0 and add up to the whole.

    Attributes:
        translation: of the common shift of all points.
        rotation: of turning or mirroring the cloud around its middle.
        scale: of stretching it evenly.
        rearrangement: of what no shift, turn and stretch explains: it alone can change who is next to whom.
        num_axes: A, principal axes of both clouds together in which this was measured.
        share_in_axes: share of the whole movement that lies in these axes, in [0, 1].
        typical: root mean square movement, in radii of the cloud before; None where that is a single point.
        disparity: share of the new shape that the old one does not explain, however shifted, turned and stretched, in
            [0, 1]: 0 is the same shape; None where a cloud is a single point.
        chance_disparity: the same between the old shape and the new one with its points shuffled.
    """

    translation: float
    rotation: float
    scale: float
    rearrangement: float
    num_axes: int
    share_in_axes: float
    typical: float | None
    disparity: float | None
    chance_disparity: float | None

    @property
    def total(self) -> float:
        """The sum of the four parts."""
        return self.translation + self.rotation + self.scale + self.rearrangement


def movement_budget(before_ND: FloatArray, after_ND: FloatArray) -> MovementBudget:
    """Divide Σ‖y − x‖² by the best shift, turn and stretch of the cloud before (orthogonal Procrustes).

    With fewer examples than axes a turn would explain any movement, so both clouds are first projected on the leading
    principal axes of the two together: a quarter as many as there are examples, and 50 at most.

    Source: Schönemann 1966, "A generalized solution of the orthogonal Procrustes problem".

    Args:
        before_ND: finite.
        after_ND: of the same examples and width.

    Raises:
        EmptyResultError: the widths differ.
    """
    if before_ND.shape[1] != after_ND.shape[1]:
        raise EmptyResultError(
            f"Embeddings of width {before_ND.shape[1]} and {after_ND.shape[1]} have no common space to move in; "
            "compare epochs of one backbone."
        )
    old, new = before_ND.astype(np.float64), after_ND.astype(np.float64)
    whole = float(np.square(new - old).sum())
    old_NA, new_NA = _on_leading_axes(old, new)
    shift_A = new_NA.mean(axis=0) - old_NA.mean(axis=0)
    x_NA, y_NA = old_NA - old_NA.mean(axis=0), new_NA - new_NA.mean(axis=0)
    rotation, scale, rearrangement = _turn_stretch_rest(x_NA, y_NA)
    moved = float(np.square(y_NA - x_NA).sum()) + len(old) * float(np.square(shift_A).sum())
    size = float(np.square(x_NA).sum())
    return MovementBudget(
        translation=len(old) * float(np.square(shift_A).sum()),
        rotation=rotation,
        scale=scale,
        rearrangement=rearrangement,
        num_axes=old_NA.shape[1],
        share_in_axes=min(moved / whole, 1.0) if whole > 0 else 1.0,
        typical=float(np.sqrt(moved / size)) if size > 0 else None,
        disparity=_disparity(x_NA, y_NA),
        chance_disparity=_chance_disparity(x_NA, y_NA),
    )


def _on_leading_axes(old_ND: Array, new_ND: Array) -> tuple[Array, Array]:
    num_axes = max(1, min(_MOST_AXES, len(old_ND) // _EXAMPLES_PER_AXIS))
    if old_ND.shape[1] <= num_axes:
        return old_ND, new_ND
    both = np.concatenate([old_ND, new_ND])
    _, _, axes_AD = randomized_svd(both - both.mean(axis=0), num_axes, random_state=0)
    return old_ND @ axes_AD.T, new_ND @ axes_AD.T


def _turn_stretch_rest(x_NA: Array, y_NA: Array) -> tuple[float, float, float]:
    """‖Y − X‖² of centred clouds, divided; exactly 0 where nothing moved."""
    moved = float(np.square(y_NA - x_NA).sum())
    if moved == 0:
        return 0.0, 0.0, 0.0
    xx, yy, common = float(np.square(x_NA).sum()), float(np.square(y_NA).sum()), _common(x_NA, y_NA)
    scale = (xx - common) ** 2 / xx if xx > 0 else 0.0
    rearrangement = max(yy - common**2 / xx, 0.0) if xx > 0 else yy
    return max(moved - scale - rearrangement, 0.0), scale, rearrangement


def _common(x_NA: Array, y_NA: Array) -> float:
    """‖XᵀY‖*, the most that a turn can make of Σ x·y."""
    return float(np.linalg.svd(x_NA.T @ y_NA, compute_uv=False).sum())


def _disparity(x_NA: Array, y_NA: Array) -> float | None:
    sizes = float(np.square(x_NA).sum()) * float(np.square(y_NA).sum())
    if sizes == 0:
        return None
    if np.array_equal(x_NA, y_NA):
        return 0.0
    return float(np.clip(1 - _common(x_NA, y_NA) ** 2 / sizes, 0, 1))


def _chance_disparity(x_NA: Array, y_NA: Array) -> float | None:
    random = np.random.default_rng(0)
    found = [_disparity(x_NA, random.permutation(y_NA)) for _ in range(_NUM_PERMUTATIONS)]
    known = [each for each in found if each is not None]
    return float(np.mean(known)) if known else None
