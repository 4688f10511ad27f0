"""How a stage moves the weights: parameter groups, and the learning rate as a pure function of the step."""

import math

import torch
from torch import nn
from torch.optim import SGD, AdamW, Optimizer

from sftviz.config import Recipe, Stage
from sftviz.models.network import Network

_WARM_UP_SHARE = 0.1


def make_optimizer(recipe: Recipe, stage: Stage, network: Network) -> Optimizer:
    """One group for the head, then one for each learning block from last to first, its rate decayed by depth."""
    groups = [(stage.head_lr, list(network.head.parameters()))]
    rate = stage.backbone_lr
    for parameters in reversed(list(network.block_parameters())):
        learning = [parameter for parameter in parameters if parameter.requires_grad]
        if learning:
            groups.append((rate, learning))
            rate *= recipe.layer_decay
    settings = [{"params": parameters, "lr": rate, "peak_lr": rate} for rate, parameters in groups]
    if recipe.optimizer == "sgd":
        return SGD(settings, momentum=recipe.momentum, weight_decay=recipe.weight_decay)
    return AdamW(settings, weight_decay=recipe.weight_decay)


def hand_over(before: Optimizer, after: Optimizer) -> None:
    """Give the state of one optimizer to another of the same kind and parameters, which keeps its own rates."""
    after.load_state_dict(before.state_dict() | {"param_groups": after.state_dict()["param_groups"]})


def set_learning_rate(optimizer: Optimizer, recipe: Recipe, step: int, num_steps: int) -> float:
    """Set every group's rate for a step of its stage (counted from 0) and return the head's."""
    factor = rate_factor(step, num_steps) if recipe.schedule == "cosine" else 1.0
    for group in optimizer.param_groups:
        group["lr"] = group["peak_lr"] * factor
    return float(optimizer.param_groups[0]["lr"])


def rate_factor(step: int, num_steps: int) -> float:
    """Linear warm-up over the first tenth, then half a cosine to zero, in (0, 1].

    Source: Loshchilov & Hutter 2017, "SGDR", eq. 5, without restarts.
    """
    warm_up = max(1, round(num_steps * _WARM_UP_SHARE))
    if step < warm_up:
        return (step + 1) / warm_up
    return 0.5 * (1 + math.cos(math.pi * (step - warm_up + 1) / (num_steps - warm_up + 1)))


def gradient_norm(network: nn.Module) -> torch.Tensor:
    """Euclidean norm of all gradients together; not finite as soon as one of them is not."""
    return torch.nn.utils.get_total_norm(
        [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
    )
