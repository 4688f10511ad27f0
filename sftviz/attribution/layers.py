"""Which layer a class activation map explains: the last one whose places still speak for the class.

Shape legend: N examples, K classes, C channels, H and W height and width of the input, h and w of a layer's grid.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from sftviz.attribution.guard import listening
from sftviz.attribution.places import Places, laid_out
from sftviz.attribution.target import class_scores
from sftviz.errors import AttributionError
from sftviz.models.network import Network

_NAMED_IN_ERRORS = 6


@dataclass(frozen=True)
class Layer:
    """A layer's activations for a batch, and the gradient there of each example's score.

    Attributes:
        places: the layer's name, and how its output lies over the picture.
        activations_NChw, gradients_NChw: float32; class and register tokens are left out.
        scores_N: of the explained classes.
    """

    places: Places
    activations_NChw: Tensor
    gradients_NChw: Tensor
    scores_N: Tensor

    @property
    def name(self) -> str:
        """Of the module, as the backbone calls it."""
        return self.places.name


# A search runs through all layers; what it has found for a network holds for every picture of the same size.
_Known = dict[tuple[str | None, tuple[int, ...]], Places]
_KNOWN: WeakKeyDictionary[nn.Module, _Known] = WeakKeyDictionary()


def explained_layer(
    network: Network, inputs_NCHW: Tensor, targets_N: Tensor, *, against: int | None = None, layer: str | None = None
) -> Layer:
    """Run a network and find the last layer whose places the scores depend on.

    Behind the last attention of a transformer with a class token, the other tokens have no gradient at all; such
    layers are passed over. Once the layer of a network is known, only what lies behind it is differentiated, which
    costs little beyond the forward pass; a gradient of zero there starts the search anew. Parameters may be frozen.

    Args:
        network: in evaluation mode.
        inputs_NCHW: float32, on the network's device.
        targets_N: int64 in [0, K).
        against: the class that the targets are held against; all together if None.
        layer: a module of the backbone to explain instead, by its name.

    Raises:
        AttributionError: no layer has places that the scores depend on, or not the one that was named.
    """

    def score(logits_NK: Tensor) -> Tensor:
        return class_scores(logits_NK, targets_N, against)

    known, key = _KNOWN.setdefault(network, {}), (layer, tuple(inputs_NCHW.shape[2:]))
    found = _behind(known[key], network, inputs_NCHW, score) if key in known else None
    if found is None:
        found = _searched(network, inputs_NCHW, score, layer)
        known[key] = found.places
    return found


_Score = Callable[[Tensor], Tensor]


@contextmanager
def graph_behind(places: Places, network: Network) -> Iterator[list[Tensor]]:
    """Record for gradients only what runs behind a layer, whose output is the one item of the list once it ran."""
    given: list[Tensor] = []

    def start_graph(_module: nn.Module, _inputs: object, output: Tensor) -> Tensor:
        torch.set_grad_enabled(True)  # until the context below ends
        given[:] = [output.detach().requires_grad_().clone()]  # the next layer may work in place, which a leaf forbids
        return given[0]

    handle = _last_part(network.backbone.get_submodule(places.name)).register_forward_hook(start_graph)
    try:
        with torch.no_grad():
            yield given
    finally:
        handle.remove()


def _last_part(module: nn.Module) -> nn.Module:
    """What gives a module's output: of a sequence, which a backbone that was cut passes by, the last of its parts."""
    while isinstance(module, nn.Sequential) and type(module).forward is nn.Sequential.forward and len(module):
        module = module[-1]
    return module


def _behind(places: Places, network: Network, inputs_NCHW: Tensor, score: _Score) -> Layer | None:
    """Differentiate what lies behind a known layer."""
    with graph_behind(places, network) as given:
        scores_N = score(network(inputs_NCHW))
    return _differentiated(places, given[0], scores_N)


def _searched(network: Network, inputs_NCHW: Tensor, score: _Score, layer: str | None) -> Layer:
    outputs: dict[str, tuple[Places, Tensor]] = {}

    def record(name: str, values: Any) -> None:
        if isinstance(values, Tensor) and values.requires_grad and len(values) == len(inputs_NCHW):
            outputs.pop(name, None)  # of a module that runs several times, the last time counts
            earlier = [places for places, other in outputs.values() if other.dim() == 4]
            places = laid_out(name, values, inputs_NCHW, network.head.in_features, earlier)
            if places is not None:
                outputs[name] = places, values

    with listening(network.backbone, record):
        # Without a graph from the inputs on, a frozen backbone would have no gradients.
        scores_N = score(network(inputs_NCHW.detach().requires_grad_()))
    candidates = [each for each in reversed(outputs.values()) if each[0].is_sure or layer]
    for places, values in candidates:
        if layer in (None, places.name):
            found = _differentiated(places, values, scores_N)
            if found is not None:
                return found
    raise AttributionError(_why_none(network, list(outputs.values()), scores_N, layer))


def _differentiated(places: Places, values: Tensor, scores_N: Tensor) -> Layer | None:
    # A layer that works in place changes what the layer before it gave. The tensor then stands for the changed values
    # in the graph too, so that values and gradient, both read only now, always belong together.
    (gradient,) = torch.autograd.grad(scores_N.sum(), values, retain_graph=True, materialize_grads=True)
    gradients_NChw = places.unfolded(gradient)
    if not gradients_NChw.any():
        return None
    return Layer(places, places.unfolded(values).detach(), gradients_NChw.detach(), scores_N.detach())


def _why_none(network: Network, outputs: list[tuple[Places, Tensor]], scores_N: Tensor, layer: str | None) -> str:
    usable = [places.name for places, values in reversed(outputs) if _differentiated(places, values, scores_N)]
    advice = "train the head first, give it two classes or more, or choose integrated gradients"
    if usable:
        advice = f"name one of these layers by hand: {', '.join(usable[:_NAMED_IN_ERRORS])}"
    subject = f"The layer {layer!r}" if layer else "No layer"
    verb = "has no" if layer else "has"
    return (
        f"{subject} of {type(network.backbone).__name__} {verb} places that the scores depend on, so there is nothing "
        f"to map; {advice}."
    )
