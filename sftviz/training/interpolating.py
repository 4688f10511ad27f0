"""Weights between two checkpoints of one network: θ(α) = (1 − α) θ₀ + α θ₁.

Source: Wortsman et al. 2022, "Robust fine-tuning of zero-shot models".
"""

from collections.abc import Generator, Mapping

import numpy as np
import torch
from torch import Tensor
from torch.nn.modules.batchnorm import _BatchNorm

from sftviz.analysis.weight_path import Moved
from sftviz.events import PhaseProgressed
from sftviz.models.network import Network
from sftviz.tasks.task import BATCH_SIZE, Task

_MOST_EXAMPLES = 1024  # enough for means and variances of a layer's channels


def interpolated(old: Mapping[str, Tensor], new: Mapping[str, Tensor], share: float) -> dict[str, Tensor]:
    """The weights at a share α of the way; exactly the old ones at 0 and the new ones at 1.

    Whole numbers, such as counts of batches, are the new ones' but at 0.
    """
    if share == 0:
        return dict(old)
    return {
        name: torch.lerp(old[name], tensor, share) if tensor.is_floating_point() else tensor
        for name, tensor in new.items()
    }


def what_moved(old: Mapping[str, Tensor], new: Mapping[str, Tensor]) -> Moved:
    """Which part of a network differs."""
    names = [name for name, tensor in new.items() if not torch.equal(tensor, old[name])]
    if not names:
        return "nothing"
    return "head" if all(name.startswith("head.") for name in names) else "all"


def have_other_statistics(network: Network, old: Mapping[str, Tensor], new: Mapping[str, Tensor]) -> bool:
    """Whether the statistics of a batch-norm differ, so that those between fit no weights between."""
    names = [f"{name}.{part}" for name in _norms(network) for part in ("running_mean", "running_var")]
    return any(not torch.equal(old[name], new[name]) for name in names)


def weights_between(
    task: Task, network: Network, old: Mapping[str, Tensor], new: Mapping[str, Tensor], share: float
) -> Generator[PhaseProgressed, None, dict[str, Tensor]]:
    """The weights at a share of the way, with statistics of their own where those of the ends differ.

    The mean of two variances is no variance of the mixed weights' activations: where training moved the statistics,
    they are measured anew on training examples, up to 1,024 of them. The ends keep their own.

    Args:
        task: whose training examples these are.
        network: a network of this architecture, for its names.
        old: weights at 0.
        new: weights at 1.
        share: α in [0, 1].
    """
    weights = interpolated(old, new, share)
    if share in (0, 1) or not have_other_statistics(network, old, new):
        return weights
    # One of its own: that of the caller may be arranged for other arithmetic.
    fresh = task.empty().to(network.head.weight.device).eval()
    fresh.load_state_dict(weights)
    for norm in _norms(fresh).values():
        norm.reset_running_stats()
        norm.momentum = None  # a plain mean over all batches
        norm.train()
    total = len(task.train.names)
    drawn = np.unique(np.linspace(0, total - 1, min(total, _MOST_EXAMPLES)).astype(np.int64))
    for start in range(0, len(drawn), BATCH_SIZE):
        indices = drawn[start : start + BATCH_SIZE].tolist()
        with torch.no_grad():
            fresh.backbone(task.train.evaluation_batch(indices).to(network.head.weight.device))
        yield PhaseProgressed(phase="features", done=start + len(indices), total=len(drawn), unit="examples")
    return {name: tensor.cpu() for name, tensor in fresh.state_dict().items()}


def _norms(network: Network) -> dict[str, _BatchNorm]:
    return {
        name: module
        for name, module in network.named_modules()
        if isinstance(module, _BatchNorm) and module.track_running_stats
    }
