"""Whether a prediction rests on the places that a map marks: they are covered, or shown, before all others.

Shape legend: C channels, H and W height and width of the input, P cells of a grid, S steps.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from torch import Tensor

from sftviz.attribution.cells import SIDE, cell_means, cells_of_pixels
from sftviz.attribution.guard import evaluating
from sftviz.models.network import Network
from sftviz.results import AttributionMap

Score = Callable[[Tensor], Tensor]
Order = NDArray[np.int64]

NUM_RANDOM = 10
_NUM_STEPS = 20
_BATCH_SIZE = 8  # pictures at once, so that memory does not grow with the steps


def orders(attribution: AttributionMap) -> list[Order]:
    """The cells from most to least evidence, then in ten random orders, the same ones for every map of this size."""
    own = np.argsort(-cell_means(attribution.values_HW).ravel(), kind="stable")
    rng = np.random.default_rng(0)
    return [own, *(rng.permutation(own.size) for _ in range(NUM_RANDOM))]


def areas(network: Network, input_CHW: Tensor, target: int, orders_P: Sequence[Order]) -> Iterator[tuple[float, float]]:
    """Areas under the curves of deletion and of insertion, for one order after the other.

    Deletion covers cells with the baseline of zeros, the mean colour of the training pictures; insertion uncovers them
    in a blurred picture. The score is the probability of the explained class.

    Source: Petsiuk, Das & Saenko 2018, RISE: Randomized Input Sampling for Explanation of Black-box Models, sec. 3.2.

    Args:
        network: any mode.
        input_CHW: float32, normalised: the picture that is explained.
        target: the explained class.
        orders_P: of the cells, each from first to last.
    """
    input_CHW = input_CHW.to(network.head.weight.device, torch.float32)
    covered_CHW = torch.zeros_like(input_CHW)
    blurred_CHW = _blurred(input_CHW)

    def score(inputs_NCHW: Tensor) -> Tensor:
        probabilities: Tensor = network(inputs_NCHW).softmax(dim=1)[:, target]
        return probabilities

    for order_P in orders_P:
        # What is handed out between two orders must not find the network or the thread changed.
        with evaluating(network), torch.no_grad():
            deletion = area(score, input_CHW, covered_CHW, order_P)
            insertion = area(score, blurred_CHW, input_CHW, order_P)
        yield deletion, insertion


def area(score: Score, old_CHW: Tensor, new_CHW: Tensor, order_P: Order) -> float:
    """Area under the score while the cells of one picture are replaced by those of another, by the trapezoid rule.

    Args:
        score: pictures (N, C, H, W) to numbers (N,).
        old_CHW: the picture to begin with.
        new_CHW: the picture to end with.
        order_P: all cells, the first to be replaced first.
    """
    num_cells = len(order_P)
    counts_S = np.unique(np.linspace(0, num_cells, _NUM_STEPS + 1).round())
    place_P = np.empty(num_cells, np.int64)
    place_P[order_P] = np.arange(num_cells)
    places_HW = torch.from_numpy(place_P[cells_of_pixels(*old_CHW.shape[1:])]).to(old_CHW.device)
    limits_S = torch.from_numpy(counts_S).to(old_CHW.device)
    scores = [
        score(torch.where(places_HW < limits_S[start : start + _BATCH_SIZE, None, None, None], new_CHW, old_CHW))
        for start in range(0, len(limits_S), _BATCH_SIZE)
    ]
    return float(np.trapezoid(torch.cat(scores).double().cpu().numpy(), counts_S / num_cells))


def _blurred(input_CHW: Tensor) -> Tensor:
    """Without anything as small as a cell."""
    _, height, width = input_CHW.shape
    blurred = gaussian_filter(input_CHW.cpu().numpy(), sigma=(0, height / SIDE, width / SIDE))
    return torch.from_numpy(blurred).to(input_CHW.device)
