"""Where the evidence lies in many pictures, and in which of them fine-tuning moved it.

Shape legend: M explained pictures, H and W rows and columns of a map, g of a coarse grid.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sftviz.attribution.cells import as_measured, cell_means
from sftviz.attribution.compare import drift
from sftviz.results import AttributionMap, FloatArray, IntArray, Predictions

BORDER = 0.1  # width of the border, as a share of the picture's side
MOSTLY = 0.5  # of the evidence on the border is suspicious: evenly spread, it would be about a third
MOVED = 0.5  # change of pattern: half-way to unrelated maps
STEADY = 0.05  # change of probability that counts as none


@dataclass(frozen=True)
class Measured:
    """One picture's two maps for its true class, in short.

    Attributes:
        rank_change: 1 − rank correlation of the maps, in [0, 2].
        border_before, border_after: share of the evidence on the border, in [0, 1]; NaN without evidence.
        uniform_border: the share of the border in the picture's area: what evenly spread evidence would have there.
        before_gg, after_gg: share of the evidence in each cell of a coarse grid; zeros without evidence.
    """

    rank_change: float
    border_before: float
    border_after: float
    uniform_border: float
    before_gg: FloatArray
    after_gg: FloatArray


@dataclass(frozen=True, eq=False)
class EvidenceAcross:
    """What one method found in M of the validation pictures; evidence is always that for the true class.

    Attributes:
        before, after: what the checkpoints say of all pictures.
        method: a name from `METHODS`.
        indices_M: which pictures, in order.
        rank_change_M, border_before_M, border_after_M: as of `Measured`.
        before_Mgg, after_Mgg: as of `Measured`.
        uniform_border: as of `Measured`.
        unreadable: pictures that are gone or broken, and so are left out.
    """

    before: Predictions
    after: Predictions
    method: str
    indices_M: IntArray
    rank_change_M: FloatArray
    border_before_M: FloatArray
    border_after_M: FloatArray
    before_Mgg: FloatArray
    after_Mgg: FloatArray
    uniform_border: float
    unreadable: tuple[str, ...]

    @classmethod
    def of(
        cls,
        before: Predictions,
        after: Predictions,
        method: str,
        measured: Mapping[int, Measured],
        unreadable: tuple[str, ...] = (),
    ) -> "EvidenceAcross":
        """Put together what was measured of one picture at least, by its index."""
        indices_M = np.array(sorted(measured), np.int64)
        rows = [measured[index] for index in indices_M.tolist()]
        return cls(
            before=before,
            after=after,
            method=method,
            indices_M=indices_M,
            rank_change_M=np.array([row.rank_change for row in rows], np.float32),
            border_before_M=np.array([row.border_before for row in rows], np.float32),
            border_after_M=np.array([row.border_after for row in rows], np.float32),
            before_Mgg=np.stack([row.before_gg for row in rows]),
            after_Mgg=np.stack([row.after_gg for row in rows]),
            uniform_border=rows[0].uniform_border,
            unreadable=unreadable,
        )

    @property
    def change_M(self) -> FloatArray:
        """Change of the true class's probability."""
        return (self.after.of_truth_N - self.before.of_truth_N)[self.indices_M]

    @property
    def is_right_M(self) -> NDArray[np.bool_]:
        """Whether the checkpoint after is right."""
        return self.after.is_right_N[self.indices_M]

    @property
    def confidence_M(self) -> FloatArray:
        """Probability of the class that the checkpoint after predicts."""
        confidence: FloatArray = self.after.probabilities_NK[self.indices_M].max(axis=1)
        return confidence

    @property
    def is_border_M(self) -> NDArray[np.bool_]:
        """Right, with most of the evidence on the border."""
        return self.is_right_M & (self.border_after_M > MOSTLY)

    @property
    def is_moved_M(self) -> NDArray[np.bool_]:
        """Right, and as sure as before, but for evidence that lies elsewhere."""
        return self.is_right_M & (self.rank_change_M > MOVED) & (np.abs(self.change_M) < STEADY)


def measured(before: AttributionMap, after: AttributionMap) -> Measured:
    """Reduce two maps of one picture and class to what is kept of them.

    Raises:
        AttributionError: they are not of one picture, class, method and size.
    """
    before, after = as_measured(before), as_measured(after)
    return Measured(
        rank_change=drift(before, after).rank_change,
        border_before=border_share(before.values_HW),
        border_after=border_share(after.values_HW),
        uniform_border=float(is_border(*after.values_HW.shape).mean()),
        before_gg=coarse(before.values_HW),
        after_gg=coarse(after.values_HW),
    )


def border_share(values_HW: FloatArray) -> float:
    """Share of the evidence for the class that lies on the picture's border; NaN where there is no such evidence."""
    evidence_HW = values_HW.clip(min=0).astype(np.float64)
    total = evidence_HW.sum()
    return float(evidence_HW[is_border(*evidence_HW.shape)].sum() / total) if total > 0 else float("nan")


def is_border(height: int, width: int) -> NDArray[np.bool_]:
    """Which pixels lie within a tenth of the side from an edge; one row and column at least."""
    rows, columns = max(1, round(BORDER * height)), max(1, round(BORDER * width))
    is_border_HW = np.ones((height, width), bool)
    is_border_HW[rows : height - rows, columns : width - columns] = False
    return is_border_HW


def coarse(values_HW: FloatArray) -> FloatArray:
    """Share of the evidence for the class in each cell of a coarse grid (g, g); zeros where there is none."""
    evidence_gg = cell_means(values_HW.clip(min=0))
    total = evidence_gg.sum()
    return (evidence_gg / total if total > 0 else evidence_gg).astype(np.float32)


def drawn(num_examples: int, count: int) -> IntArray:
    """Which examples are explained, in an order drawn at random: the beginning of a draw is a smaller draw."""
    return np.random.default_rng(0).permutation(num_examples)[:count].astype(np.int64)


def class_maps(across: EvidenceAcross, label: int) -> tuple[FloatArray, FloatArray, int]:
    """Mean coarse maps (g, g) before and after of the pictures of a class, and how many there are.

    Each picture counts alike, however strong its evidence.
    """
    is_of_class_M = across.after.labels_N[across.indices_M] == label
    count = int(is_of_class_M.sum())
    if not count:
        empty_gg = np.zeros_like(across.before_Mgg[0])
        return empty_gg, empty_gg, 0
    return across.before_Mgg[is_of_class_M].mean(axis=0), across.after_Mgg[is_of_class_M].mean(axis=0), count
