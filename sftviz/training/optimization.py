"""How a stage moves the weights: parameter groups, and the learning rate as a pure function of the step."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import SGD, AdamW, Optimizer

from sftviz.config import Recipe, Stage
from sftviz.models.network import Network
from sftviz.training.schedules import one_cycle_momentum, rate_factor


def make_optimizer(recipe: Recipe, stage: Stage, network: Network) -> Optimizer:
    """One group for the head, then one for each learning block from last to first, its rate decayed by depth.

    Weight decay is left to the head where the backbone is pulled towards its start instead.
    """
    decay = 0.0 if recipe.pull_to_start else recipe.weight_decay
    groups = [(stage.head_lr, list(network.head.parameters()), recipe.weight_decay)]
    rate = stage.backbone_lr
    for parameters in reversed(list(network.block_parameters())):
        learning = [parameter for parameter in parameters if parameter.requires_grad]
        if learning:
            groups.append((rate, learning, decay))
            rate *= recipe.layer_decay
    settings = [
        {"params": parameters, "lr": rate, "peak_lr": rate, "weight_decay": decay} for rate, parameters, decay in groups
    ]
    return SGD(settings, momentum=recipe.momentum) if recipe.optimizer == "sgd" else AdamW(settings)


def set_learning_rate(optimizer: Optimizer, recipe: Recipe, step: int, num_steps: int) -> float:
    """Set every group's rate (and one-cycle's momentum) for a step of its stage, from 0, and return the head's rate."""
    factor = rate_factor(recipe, step, num_steps)
    for group in optimizer.param_groups:
        group["lr"] = group["peak_lr"] * factor
        if recipe.schedule == "one-cycle":
            _set_momentum(group, one_cycle_momentum(step, num_steps))
    return float(optimizer.param_groups[0]["lr"])


def _set_momentum(group: dict[str, Any], momentum: float) -> None:
    if "betas" in group:
        group["betas"] = (momentum, group["betas"][1])
    else:
        group["momentum"] = momentum


def gradient_norm(network: nn.Module) -> torch.Tensor:
    """Euclidean norm of all gradients together; not finite as soon as one of them is not."""
    return torch.nn.utils.get_total_norm(
        [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
    )


def optimizer_state(optimizer: Optimizer) -> dict[str, Tensor]:
    """The optimizer's memory as named tensors, for a checkpoint."""
    state: dict[int, dict[str, Any]] = optimizer.state_dict()["state"]
    return {
        f"{index}.{name}": value
        for index, values in state.items()
        for name, value in values.items()
        if isinstance(value, Tensor)
    }


def restore_optimizer(optimizer: Optimizer, tensors: dict[str, Tensor]) -> None:
    """Fill an optimizer made for the same stage; one that had not stepped yet stays as it is."""
    state: dict[int, dict[str, Tensor]] = {}
    for key, tensor in tensors.items():
        index, name = key.split(".", 1)
        state.setdefault(int(index), {})[name] = tensor
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
    for parameter, values in optimizer.state.items():
        for name, value in values.items():
            if isinstance(value, Tensor) and value.shape == parameter.shape:
                # In the parameter's memory order, as it was when it came about.
                values[name] = torch.empty_like(parameter).copy_(value)
