"""Whether a map depends on what the head has learned: it is compared with maps of random heads."""

from collections.abc import Iterator

import numpy as np
from torch import Tensor, nn

from sftviz.attribution.cells import cell_means
from sftviz.attribution.compare import rank_correlation
from sftviz.attribution.explain import explain
from sftviz.models.network import Network
from sftviz.results import AttributionMap
from sftviz.seeding import seeded

NUM_HEADS = 3


def correlations(network: Network, input_CHW: Tensor, attribution: AttributionMap, *, seed: int = 0) -> Iterator[float]:
    """Rank correlation of |map| with the |map| of each of three random heads, on 14 × 14 cells; chance is near 0.

    Source: Adebayo et al. 2018, Sanity Checks for Saliency Maps, sec. 3, for the last layer alone.

    Args:
        network: any mode; nothing of it is changed, as the random heads stand beside its own.
        input_CHW: float32, normalised: the picture that the map explains.
        attribution: of that picture.
        seed: of the random heads.

    Raises:
        AttributionError: a random head has no map.
    """
    for number in range(NUM_HEADS):
        (other,) = explain(
            _with_random_head(network, seed, number),
            input_CHW[None],
            [attribution.target],
            attribution.method,
            source=attribution.source,
            examples=[attribution.example],
            against=attribution.against,
        )
        yield rank_correlation(*(np.abs(cell_means(each.values_HW)) for each in (attribution, other)))


def _with_random_head(network: Network, seed: int, number: int) -> Network:
    old = network.head
    with seeded(seed, "random head", number):
        head = nn.Linear(old.in_features, old.out_features, bias=old.bias is not None)
    return Network(network.backbone, head.to(old.weight), network.blocks)
