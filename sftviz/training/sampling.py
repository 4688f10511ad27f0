"""The order in which an epoch takes its examples."""

from typing import Literal

import torch
from torch import Tensor

from sftviz.seeding import generator


def epoch_order(labels_N: Tensor, sampling: Literal["shuffled", "balanced"], *, seed: int, epoch: int) -> Tensor:
    """Indices of an epoch's examples, int64 (N,), decided by the seed and the epoch alone.

    "shuffled" takes each example once. "balanced" takes each class equally often, to within one: classes with fewer
    examples than their share are gone through several times, those with more in part, each epoch another one.
    """
    random = generator(seed, "shuffle", epoch)
    if sampling == "shuffled":
        return torch.randperm(len(labels_N), generator=random)
    present = torch.unique(labels_N)
    extra = set(torch.randperm(len(present), generator=random)[: len(labels_N) % len(present)].tolist())
    chosen = [
        _taken(torch.nonzero(labels_N == label).flatten(), len(labels_N) // len(present) + (place in extra), random)
        for place, label in enumerate(present)
    ]
    order = torch.cat(chosen)
    return order[torch.randperm(len(order), generator=random)]


def _taken(members: Tensor, count: int, random: torch.Generator) -> Tensor:
    """So many of a class's examples, none a second time before all were taken."""
    rounds = -(-count // len(members))
    shuffled = [members[torch.randperm(len(members), generator=random)] for _ in range(rounds)]
    return torch.cat([*shuffled, members[:0]])[:count]
