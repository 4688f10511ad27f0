"""How the output of a layer lies over the picture.

Shape legend: N examples, C channels, D embedding width, H and W height and width of the input, h and w of a layer's
grid, T tokens.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

_MOST_PREFIX = 8  # tokens before the first place: of a class, of distillation, registers


@dataclass(frozen=True)
class Places:
    """The places of a module's output.

    Attributes:
        name: of the module, as the backbone calls it.
        grid: rows and columns.
        is_channels_last: whether the channels come behind the places.
        num_prefix: tokens before the first place.
        is_sure: whether shape and width leave no doubt; others are explained only where a person names them.
    """

    name: str
    grid: tuple[int, int]
    is_channels_last: bool
    num_prefix: int = 0
    is_sure: bool = True

    def unfolded(self, values: Tensor) -> Tensor:
        """Values (N, C, h, w), (N, h, w, C) or (N, T, C) of the module's output, as (N, C, h, w)."""
        if values.dim() == 3:
            values = values[:, self.num_prefix :].reshape(len(values), *self.grid, -1)
        return values.permute(0, 3, 1, 2) if self.is_channels_last else values


def laid_out(name: str, values: Tensor, inputs_NCHW: Tensor, width: int, earlier: Sequence[Places]) -> Places | None:
    """Read the shape of an output; None where it has no places.

    Args:
        name: of the module.
        values: what it gave.
        inputs_NCHW: of the network.
        width: D, which tokens have behind the last block of a transformer.
        earlier: the grids (N, C, h, w) or (N, h, w, C) that were seen before.
    """
    height, columns = inputs_NCHW.shape[2:]
    if values.dim() == 4:
        return _as_grid(name, values, columns / height)
    if values.dim() == 3:
        return _as_tokens(name, values, columns / height, width, earlier)
    return None


def _as_grid(name: str, values: Tensor, aspect: float) -> Places | None:
    """Channels come first or last: places are then squares in the picture, and channels mistaken for rows are not."""
    _, *sides = values.shape
    readings = [(sides[1], sides[2], False), (sides[0], sides[1], True)]
    stretches = [abs(rows * aspect - columns) for rows, columns, _ in readings]
    rows, columns, is_channels_last = readings[stretches[1] < stretches[0]]
    if rows < 2 or columns < 2:
        return None
    return Places(name, (rows, columns), is_channels_last, is_sure=min(stretches) <= 1)


def _as_tokens(name: str, values: Tensor, aspect: float, width: int, earlier: Sequence[Places]) -> Places | None:
    """Tokens lie as the patches did that were embedded: on the last grid seen; further tokens come before them."""
    num_tokens = values.shape[1]
    is_sure = values.shape[2] == width
    for places in reversed(earlier):
        rows, columns = places.grid
        if places.is_sure and 0 <= num_tokens - rows * columns <= _MOST_PREFIX:
            return Places(name, places.grid, True, num_tokens - rows * columns, is_sure)  # noqa: FBT003
    for num_prefix in range(min(_MOST_PREFIX, num_tokens)):
        rows = round(((num_tokens - num_prefix) / aspect) ** 0.5)
        if rows > 1 and (num_tokens - num_prefix) % rows == 0:
            columns = (num_tokens - num_prefix) // rows
            if columns > 1 and abs(rows * aspect - columns) <= 1:
                return Places(name, (rows, columns), True, num_prefix, is_sure)  # noqa: FBT003
    return None
