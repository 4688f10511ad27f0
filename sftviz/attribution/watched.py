"""Maps of the same pictures, again and again while a network learns.

Shape legend: N examples, C channels, D embedding width, H and W height and width of the input, h and w of a layer's
grid.
"""

import torch
from torch import Tensor, nn

from sftviz.attribution.cam import hires_cam
from sftviz.attribution.guard import evaluating
from sftviz.attribution.layers import explained_layer, graph_behind
from sftviz.attribution.target import centred_logits
from sftviz.models.network import Network
from sftviz.results import FloatArray

_SEARCHED_WITH = 2  # pictures: the search keeps all layers in memory


class WatchedPictures:
    """HiResCAM of one class in each picture, at the resolution of the layer.

    What is frozen sees the pictures once, here: let another part learn, and new ones have to be made.

    Args:
        network: any mode; neither this nor `maps` changes it, nor torch's global generator.
        inputs_NCHW: float32, normalised; any device.
        targets_N: int64 in [0, K).

    Raises:
        AttributionError: the network has no layer to explain.
    """

    def __init__(self, network: Network, inputs_NCHW: Tensor, targets_N: Tensor) -> None:
        device = network.head.weight.device
        inputs_NCHW = inputs_NCHW.to(device, torch.float32)
        self._network, self._targets_N = network, targets_N.to(device)
        front, self._rest = network.cut()
        with evaluating(network):
            few = slice(_SEARCHED_WITH)
            self._places = explained_layer(network, inputs_NCHW[few], self._targets_N[few]).places
            self._values: Tensor
            self._inputs = inputs_NCHW if front is None else self._passed(front, inputs_NCHW)

    def maps(self) -> FloatArray:
        """Maps float32 (N, h, w) with the weights as they are now; negative values speak against the class."""
        with evaluating(self._network):
            embeddings_ND = self._passed(self._rest, self._inputs)
            scores_N = centred_logits(self._network.head(embeddings_ND), self._targets_N)
            # Where the layer is frozen, what lies behind it is differentiated again the next time.
            (gradient,) = torch.autograd.grad(scores_N.sum(), self._values, retain_graph=True)
        unfolded = self._places.unfolded
        maps_Nhw: FloatArray = hires_cam(unfolded(self._values.detach()), unfolded(gradient)).cpu().numpy()
        return maps_Nhw

    def _passed(self, module: nn.Module, inputs: Tensor) -> Tensor:
        """What a part of the network makes of inputs, differentiable from the explained layer on."""
        with graph_behind(self._places, self._network) as given, torch.set_grad_enabled(inputs.requires_grad):
            outputs: Tensor = module(inputs.clone())  # a module may work in place
        if given:
            self._values = given[0]
        return outputs
