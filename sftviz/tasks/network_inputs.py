"""What a network takes in of pictures, several of them at a time."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sftviz.models.catalogue import Preprocessing

Item = TypeVar("Item")

_VIEWERS = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="views")  # Pillow and NumPy work side by side


def network_inputs(
    view_of: Callable[[Item], NDArray[np.uint8]], items: Sequence[Item], preprocessing: Preprocessing
) -> Tensor:
    """What a network takes in: (value / 255 − mean) / std of a view of each item, several of them at a time.

    Args:
        view_of: makes the view uint8 (crop, crop, 3) of an item; called in other threads.
        items: N of them.
        preprocessing: of the network.

    Returns:
        float32 (N, C, H, W), channels last in memory.
    """
    size = preprocessing.crop
    mean, std = (np.array(values, np.float32) for values in (preprocessing.mean, preprocessing.std))
    # Whole rows at once are several times faster than the three channels of each pixel.
    scale_WC, shift_WC = np.tile(1 / (255 * std), size), np.tile(mean / std, size)
    inputs_NHWC = np.empty((len(items), size, size, 3), np.float32)

    def fill(place: int) -> None:
        rows = inputs_NHWC[place].reshape(size, -1)
        np.multiply(view_of(items[place]).reshape(size, -1), scale_WC, out=rows)
        rows -= shift_WC

    for _ in _VIEWERS.map(fill, range(len(items))):
        pass
    return torch.from_numpy(inputs_NHWC).permute(0, 3, 1, 2)
