"""A network that only looks: folded once, not anew in every pass."""

from torch import Tensor

from sftviz.models.network import Network
from sftviz.numerics.arithmetic import Arithmetic
from sftviz.numerics.folding import settle
from sftviz.numerics.ways import FOLDED


def fuse(network: Network, inputs: Tensor) -> Network:
    """Make a network of one's own as fast as 32 bits are; it learns no more, and several threads may run it.

    Its results stay, up to rounding. So does what each module gives, but for a convolution with a batch-norm behind it:
    that one gives what the batch-norm gave.

    Args:
        network: in evaluation mode; rearranged in place, its weights replaced and frozen.
        inputs: an example or a few of what it takes.

    Returns:
        The network.
    """
    Arithmetic(FOLDED, network, inputs)
    settle(network)
    network.requires_grad_(requires_grad=False)
    return network
