"""Learning rate and momentum as pure functions of the step (from 0) within a stage."""

import math

from sftviz.config import Recipe

_HIGH_MOMENTUM, _LOW_MOMENTUM = 0.95, 0.85
_WARM_UP_SHARE = 0.1
_RISE_SHARE, _START_DIVISOR, _END_DIVISOR = 0.3, 25.0, 25.0 * 1e4


def rate_factor(recipe: Recipe, step: int, num_steps: int) -> float:
    """What a step's learning rate is of the peak, in (0, 1]."""
    match recipe.schedule:
        case "constant":
            return 1.0
        case "cosine":
            return _cosine(step, num_steps)
        case "one-cycle":
            return _one_cycle(step, num_steps, 1 / _START_DIVISOR, 1.0, 1 / _END_DIVISOR)


def one_cycle_momentum(step: int, num_steps: int) -> float:
    """A step's momentum (AdamW's β₁) under one-cycle: high while the rate is low."""
    return _one_cycle(step, num_steps, _HIGH_MOMENTUM, _LOW_MOMENTUM, _HIGH_MOMENTUM)


def _cosine(step: int, num_steps: int) -> float:
    """Linear warm-up over the first tenth, then half a cosine to zero.

    Source: Loshchilov & Hutter 2017, "SGDR", eq. 5, without restarts.
    """
    warm_up = max(1, round(num_steps * _WARM_UP_SHARE))
    if step < warm_up:
        return (step + 1) / warm_up
    return 0.5 * (1 + math.cos(math.pi * (step - warm_up + 1) / (num_steps - warm_up + 1)))


def _one_cycle(step: int, num_steps: int, start: float, middle: float, end: float) -> float:
    """Half a cosine from start to middle over three tenths of the steps, then half a cosine to the end.

    Source: Smith 2018, "A disciplined approach to neural network hyper-parameters", with cosines and torch's defaults.
    """
    turn, last = _RISE_SHARE * num_steps - 1, num_steps - 1
    if step <= turn:
        return _half_cosine(start, middle, step / turn)
    return _half_cosine(middle, end, (step - turn) / (last - turn))


def _half_cosine(start: float, end: float, share: float) -> float:
    return end + (start - end) / 2 * (1 + math.cos(math.pi * share))
