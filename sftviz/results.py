"""What was found: frozen values made of NumPy arrays, each carrying where it came from.

Shape legend: N examples, K classes, E checkpoints, D embedding width, H and W rows and columns of a map.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Source:
    """The run and the epoch that a result was computed from; epoch 0 is *before*."""

    run: str
    epoch: int


@dataclass(frozen=True, eq=False)
class Predictions:
    """What a checkpoint says of the validation examples; two of them are equal if they are the same object.

    Attributes:
        source: the checkpoint.
        classes: K class names; an index into it is a label.
        examples: N identities (paths relative to the data set).
        labels_N: true classes.
        probabilities_NK: rows sum to 1.
    """

    source: Source
    classes: tuple[str, ...]
    examples: tuple[str, ...]
    labels_N: IntArray
    probabilities_NK: FloatArray

    @property
    def predicted_N(self) -> IntArray:
        """The most probable class of each example."""
        predicted: IntArray = self.probabilities_NK.argmax(axis=1).astype(np.int64)
        return predicted

    @property
    def is_right_N(self) -> NDArray[np.bool_]:
        """Whether the most probable class is the true one."""
        is_right: NDArray[np.bool_] = self.predicted_N == self.labels_N
        return is_right

    @property
    def of_truth_N(self) -> FloatArray:
        """Probability of each example's true class."""
        return self.probabilities_NK[np.arange(len(self.labels_N)), self.labels_N]


@dataclass(frozen=True, eq=False)
class Embedded(Predictions):
    """Predictions with what the head was given.

    Attributes:
        embeddings_ND: the backbone's output.
    """

    embeddings_ND: FloatArray


@dataclass(frozen=True, eq=False)
class WatchedMaps:
    """Where a checkpoint sees the true class of a few validation examples, kept as training went by.

    Attributes:
        source: the checkpoint.
        indices_P: P examples, as indices of the predictions.
        maps_Phw: signed evidence; of pictures, HiResCAM at the layer's own resolution.
    """

    source: Source
    indices_P: IntArray
    maps_Phw: FloatArray


@dataclass(frozen=True)
class ConfusionMatrix:
    """Counts of true class (row) against predicted class (column)."""

    source: Source
    classes: tuple[str, ...]
    counts_KK: IntArray


@dataclass(frozen=True)
class Flips:
    """Indices of the examples whose prediction fine-tuning made right or wrong, and of those it left so.

    Each group begins with the example whose true class changed most in probability.

    Attributes:
        p_value: of the exact McNemar test, two-sided: how often luck alone flips so unevenly; 1 without any flip.
    """

    before: Source
    after: Source
    fixed: IntArray
    broken: IntArray
    still_right: IntArray
    still_wrong: IntArray
    p_value: float

    @property
    def num_examples(self) -> int:
        """All of them."""
        return len(self.fixed) + len(self.broken) + len(self.still_right) + len(self.still_wrong)

    @property
    def negative_flip_rate(self) -> float:
        """Share of the examples that were broken, in [0, 1]."""
        return len(self.broken) / self.num_examples

    @property
    def relative_negative_flip_rate(self) -> float | None:
        """The same, relative to two checkpoints that err independently, which have 1.

        None where no example can be broken or none is wrong. Source: Yan et al. 2021, "Positive-congruent training".
        """
        were_right = len(self.still_right) + len(self.broken)
        are_wrong = len(self.still_wrong) + len(self.broken)
        expected = were_right * are_wrong / self.num_examples
        return len(self.broken) / expected if expected else None


Outcome = Literal["fixed", "broken", "wrong"]


@dataclass(frozen=True)
class Stream:
    """How many predictions went from one label to another: made right, made wrong, or wrong before and after."""

    old: int
    new: int
    outcome: Outcome
    count: int


@dataclass(frozen=True)
class Flow:
    """Where the predictions went that changed, the largest stream first."""

    before: Source
    after: Source
    classes: tuple[str, ...]
    streams: tuple[Stream, ...]


@dataclass(frozen=True)
class AttributionMap:
    """What one checkpoint looked at in one picture when it scored one class.

    Attributes:
        source: the checkpoint.
        example: the picture's identity.
        method: a name from `sftviz.attribution.catalogue.METHODS`.
        target: index of the explained class.
        layer: module whose activations are explained; "input" for pixel methods.
        target_score: centred logit of the class, z_c − mean_j z_j, or z_c − z_d where a class d is named.
        values_HW: signed evidence for the class, at picture size.
        completeness_error: |Σ attributions − score difference| / |score difference|; None where not defined.
        against: index of the class d that the explained class is held against; None for all classes together.
        native_hw: the same at the layer's own resolution; None for pixel methods.
    """

    source: Source
    example: str
    method: str
    target: int
    layer: str
    target_score: float
    values_HW: FloatArray
    completeness_error: float | None = None
    against: int | None = None
    native_hw: FloatArray | None = None


@dataclass(frozen=True)
class Drift:
    """How far the evidence moved between two maps of one picture and class; (0, 1, 0) where nothing changed.

    Attributes:
        rank_change: 1 − Spearman's rank correlation of the pixels, in [0, 2]; unrelated maps have 1.
        top_overlap: intersection over union of the strongest fifth of the pixels, in [0, 1]; unrelated maps have 0.11.
        centroid_shift: distance between the centres of the evidence for the class, as a share of the picture's
            diagonal; None where one map holds no such evidence.
    """

    before: Source
    after: Source
    rank_change: float
    top_overlap: float
    centroid_shift: float | None


@dataclass(frozen=True)
class DriftBand:
    """From where to where 95 % of some drifts lie; fields as of `Drift`."""

    rank_change: tuple[float, float]
    top_overlap: tuple[float, float]
    centroid_shift: tuple[float, float] | None


@dataclass(frozen=True)
class NeighbourOverlap:
    """How much of each example's neighbourhood in the embedding space fine-tuning kept.

    Attributes:
        num_neighbours: k, the size of a neighbourhood.
        overlap_N: share of the k nearest examples that stayed, in [0, 1].
        chance: the mean overlap of unrelated embeddings, k / (N − 1).
    """

    before: Source
    after: Source
    examples: tuple[str, ...]
    num_neighbours: int
    overlap_N: FloatArray
    chance: float


@dataclass(frozen=True, eq=False)
class Projection:
    """One joint 2-D map of the same examples at E checkpoints; two of them are equal if they are the same object.

    Attributes:
        method: what was used: PCA also where there are too few points for t-SNE.
        sources: the checkpoints, from before to after.
        examples: N identities.
        points_EN2: coordinates in one common plane; arbitrary units.
        explained_share: share of the variance that the plane keeps; None for t-SNE.
    """

    method: Literal["pca", "tsne"]
    sources: tuple[Source, ...]
    examples: tuple[str, ...]
    points_EN2: FloatArray
    explained_share: float | None

    @property
    def before(self) -> Source:
        """The first checkpoint."""
        return self.sources[0]

    @property
    def after(self) -> Source:
        """The last checkpoint."""
        return self.sources[-1]

    @property
    def displacement_N(self) -> FloatArray:
        """How far each example moved, first to last, in radii of the map (root mean square distance from its centre).

        Only where they are equal, not nearly so, do points not move at all.
        """
        points = self.points_EN2.reshape(-1, 2)
        radius = np.sqrt(np.square(points - points.mean(axis=0)).sum(axis=1).mean())
        moved_N: FloatArray = np.linalg.norm(self.points_EN2[-1] - self.points_EN2[0], axis=1)
        return (moved_N / radius if radius > 0 else moved_N).astype(np.float32, copy=False)


@dataclass(frozen=True, eq=False)
class MapQuality:
    """What a 2-D map keeps of the space that it was made from, and what unrelated points would have.

    Attributes:
        num_neighbours: k of all of these; smaller than asked for where there are few examples.
        trustworthiness: whether neighbours on the map are neighbours in the space, 1 is perfect.
        continuity: whether neighbours in the space are neighbours on the map, 1 is perfect.
        rank_chance: both of them by chance, about 0.5; None, as they are, with too few points.
        overlap: mean share of the k nearest in the space that are among the k nearest on the map.
        overlap_chance: the same by chance.
        kept_EN: that share of each example among those of its own checkpoint, in [0, 1].
    """

    num_neighbours: int
    trustworthiness: float | None
    continuity: float | None
    rank_chance: float | None
    overlap: float
    overlap_chance: float
    kept_EN: FloatArray
