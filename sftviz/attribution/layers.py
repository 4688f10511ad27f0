"""Which layer a class activation map explains: the last one whose places still speak for the class.

Shape legend: N examples, K classes, C channels, D embedding width, H and W height and width of the input, h and w of a
layer's grid, T tokens.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from sftviz.attribution.guard import listening
from sftviz.attribution.target import centred_logits
from sftviz.errors import AttributionError
from sftviz.models.network import Network


@dataclass(frozen=True)
class Layer:
    """A layer's activations for a batch, and the gradient there of each example's centred logit.

    Attributes:
        name: of the module, as the backbone calls it.
        activations_NChw, gradients_NChw: float32; class and register tokens are left out.
        scores_N: the centred logits.
    """

    name: str
    activations_NChw: Tensor
    gradients_NChw: Tensor
    scores_N: Tensor


@dataclass(frozen=True)
class _Output:
    """What a module gave, and how its places are laid out: height, width, tokens before the first place."""

    name: str
    values: Tensor
    grid: tuple[int, int]
    is_channels_last: bool
    num_prefix: int = 0

    def unfolded(self, values: Tensor) -> Tensor:
        """Values of this output's shape, as (N, C, h, w)."""
        if values.dim() == 3:
            values = values[:, self.num_prefix :].reshape(len(values), *self.grid, -1)
        return values.permute(0, 3, 1, 2) if self.is_channels_last else values


def explained_layer(network: Network, inputs_NCHW: Tensor, targets_N: Tensor) -> Layer:
    """Run a network in evaluation mode and find the last layer whose places the scores depend on.

    Behind the last attention of a transformer with a class token, the other tokens have no gradient at all; such
    layers are passed over. Only what lies behind the layer is differentiated, so this costs little beyond the forward
    pass. Parameters may be frozen.

    Args:
        network: in evaluation mode.
        inputs_NCHW: float32, on the network's device.
        targets_N: int64 in [0, K).

    Raises:
        AttributionError: no layer has places that the scores depend on.
    """
    outputs: list[_Output] = []

    def record(name: str, values: Any) -> None:
        output = _laid_out(name, values, inputs_NCHW, network.head.in_features, outputs)
        if output is not None:
            outputs.append(output)

    with listening(network.backbone, record):
        # Without a graph from the inputs on, a frozen backbone would have no gradients.
        logits_NK = network(inputs_NCHW.detach().requires_grad_())
    scores_N = centred_logits(logits_NK, targets_N)
    for output in reversed(outputs):
        layer = _differentiated(output, scores_N)
        if layer is not None:
            return layer
    raise AttributionError(
        f"No layer of {type(network.backbone).__name__} has places that the scores depend on, so there is nothing to "
        "map; train the head first, give it two classes or more, or choose integrated gradients."
    )


def _differentiated(output: _Output, scores_N: Tensor) -> Layer | None:
    # A layer that works in place changes what the layer before it gave. The tensor then stands for the changed values
    # in the graph too, so that values and gradient, both read only now, always belong together.
    (gradient,) = torch.autograd.grad(scores_N.sum(), output.values, retain_graph=True, materialize_grads=True)
    gradients_NChw = output.unfolded(gradient)
    if not gradients_NChw.any():
        return None
    return Layer(output.name, output.unfolded(output.values).detach(), gradients_NChw.detach(), scores_N.detach())


def _laid_out(name: str, values: Any, inputs_NCHW: Tensor, width: int, earlier: list[_Output]) -> _Output | None:
    if not isinstance(values, Tensor) or not values.requires_grad or len(values) != len(inputs_NCHW):
        return None
    if values.dim() == 4:
        return _as_grid(name, values, inputs_NCHW)
    if values.dim() == 3 and values.shape[2] == width:
        return _as_tokens(name, values, earlier)
    return None


def _as_grid(name: str, values: Tensor, inputs_NCHW: Tensor) -> _Output | None:
    """Channels come first or last: places are then squares in the picture, and channels mistaken for rows are not."""
    height, width = inputs_NCHW.shape[2:]
    _, *sides = values.shape
    readings = [(sides[1], sides[2], False), (sides[0], sides[1], True)]
    stretches = [abs(rows * width / height - columns) for rows, columns, _ in readings]
    rows, columns, is_channels_last = readings[stretches[1] < stretches[0]]
    if min(stretches) > 1 or rows < 2 or columns < 2:
        return None
    return _Output(name, values, (rows, columns), is_channels_last)


def _as_tokens(name: str, values: Tensor, earlier: list[_Output]) -> _Output | None:
    """Tokens lie as the patches did that were embedded: on the last grid seen; further tokens come before them."""
    num_tokens = values.shape[1]
    for output in reversed(earlier):
        rows, columns = output.grid
        if output.values.dim() == 4 and rows * columns <= num_tokens:
            return _Output(name, values, output.grid, is_channels_last=True, num_prefix=num_tokens - rows * columns)
    return None
