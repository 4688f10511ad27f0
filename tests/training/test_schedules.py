"""Schedules against torch's own."""

from itertools import pairwise

import pytest
import torch
from torch.optim.lr_scheduler import OneCycleLR

from sftviz.config import Recipe
from sftviz.training.schedules import one_cycle_momentum, rate_factor


@pytest.mark.parametrize("num_steps", [2, 3, 7, 50, 333])
def test_one_cycle_is_torchs_rate_and_momentum(num_steps: int) -> None:
    recipe = Recipe(name="one-cycle", schedule="one-cycle")
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1, momentum=0.9)
    theirs = OneCycleLR(optimizer, max_lr=0.1, total_steps=num_steps)
    for step in range(num_steps):
        assert 0.1 * rate_factor(recipe, step, num_steps) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-9)
        assert one_cycle_momentum(step, num_steps) == pytest.approx(optimizer.param_groups[0]["momentum"], rel=1e-9)
        optimizer.step()
        if step + 1 < num_steps:
            theirs.step()


def test_cosine_warms_up_and_falls_towards_zero() -> None:
    recipe = Recipe(name="cosine", schedule="cosine")
    factors = [rate_factor(recipe, step, 100) for step in range(100)]
    assert factors[:10] == pytest.approx([step / 10 for step in range(1, 11)])
    assert all(earlier > later > 0 for earlier, later in pairwise(factors[9:]))
    assert factors[-1] < 0.01


def test_constant_is_constant_and_one_step_is_no_obstacle() -> None:
    assert {rate_factor(Recipe(name="constant"), step, 9) for step in range(9)} == {1.0}
    for schedule in ("constant", "cosine", "one-cycle"):
        assert 0 < rate_factor(Recipe(name="short", schedule=schedule), 0, 1) <= 1
