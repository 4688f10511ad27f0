"""What each part of fine-tuning bought."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sftviz.analysis.gain import gain, gain_table
from sftviz.results import Predictions, Source

NAMES = ("nearest mean", "probe", "refitted", "trained")


def _said(shift: float, seed: int = 0, count: int = 200, temperature: float = 1.0) -> Predictions:
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    logits = random.normal(size=(count, 3)) + shift * np.eye(3)[labels]
    exponents = np.exp(logits / temperature)
    shares = (exponents / exponents.sum(axis=1, keepdims=True)).astype(np.float32)
    return Predictions(Source("r", 2), ("a", "b", "c"), tuple(map(str, range(count))), labels.astype(np.int64), shares)


def test_changes_add_up_to_the_whole() -> None:
    rungs = tuple(_said(shift) for shift in (1.0, 2.0, 3.0, 2.5))
    for metric in ("accuracy", "loss"):
        found = gain(rungs, NAMES, metric)
        changes = [step.change.value for step in found.steps if step.change and step.rung != "scaled"]
        assert sum(changes) == pytest.approx(found.whole.value)
        assert found.steps[-1 if metric == "accuracy" else -2].rung == "trained"
    assert found.by_refitting.value < 0, "the refitted head has less loss than the trained one"
    assert len(gain_table(found)) == 5


def test_equal_rungs_bought_exactly_nothing() -> None:
    said = _said(2.0)
    found = gain((said,) * 4, NAMES, "accuracy")
    assert all(step.change.value == 0 and step.change.interval == (0, 0) for step in found.steps[1:])


@given(st.floats(0.5, 4.0))
def test_a_temperature_changes_the_loss_alone(temperature: float) -> None:
    plain, scaled = _said(2.0), _said(2.0, temperature=temperature)
    rungs = (plain, plain, plain, scaled)
    assert gain(rungs, NAMES, "accuracy").steps[-1].change.value == 0
    steps = gain(rungs, NAMES, "loss").steps
    assert steps[-1].rung == "scaled"
    plain_again = gain((plain,) * 4, NAMES, "loss").steps[-1]
    assert steps[-1].value.value == pytest.approx(plain_again.value.value, abs=1e-4), "it undoes the other one"
