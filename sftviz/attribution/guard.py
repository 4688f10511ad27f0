"""Leave a network as it was found, whatever happens meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import torch
from torch import nn

Listener = Callable[[str, Any], None]

# Held by whoever runs a network that others may explain: one would listen to the activations of the other.
ONE_AT_A_TIME = Lock()


@contextmanager
def evaluating(network: nn.Module) -> Iterator[None]:
    """Put a network into evaluation mode, with gradients and full precision, then give each module its mode back."""
    training = [module for module in network.modules() if module.training]
    device = next(network.parameters()).device
    if training:  # to ask all modules again costs as much as a small forward pass
        network.eval()
    try:
        with torch.enable_grad(), torch.autocast(device.type, enabled=False):
            yield
    finally:
        for module in training:
            module.training = True


@contextmanager
def listening(module: nn.Module, listener: Listener) -> Iterator[None]:
    """Tell `listener` the name and output of every part of a module as it runs, in the order in which parts finish."""

    def hook_for(name: str) -> Callable[[nn.Module, Any, Any], None]:
        return lambda _module, _inputs, output: listener(name, output)

    handles = [part.register_forward_hook(hook_for(name)) for name, part in module.named_modules() if name]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
