import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from sftviz.attribution.compare import rank_correlation
from sftviz.attribution.explain import explain
from sftviz.attribution.randomisation import correlations
from sftviz.errors import AttributionError
from sftviz.results import Source


def randomisation(*asked, **options):
    return np.mean(list(correlations(*asked, **options)))


@pytest.fixture
def found(pooled, inputs):
    (attribution,) = explain(pooled, inputs(1), [1], "hirescam", source=Source("r", 1), examples=["a"])
    return attribution


def test_rank_correlation_is_spearmans():
    one, other = np.random.default_rng(0).normal(size=(2, 9, 8)).round(1)
    assert rank_correlation(one, other) == pytest.approx(spearmanr(one.ravel(), other.ravel()).statistic)
    assert rank_correlation(one, np.zeros((9, 8))) == 0


def test_a_random_head_maps_something_else(pooled, inputs, found, heat):
    # The evidence of a trained head lies where it has learned to look; here: in one place that no random head knows.
    place = np.zeros((64, 64))
    place[20:30, 40:50] = 1
    learned = heat(place, method="hirescam")
    assert abs(randomisation(pooled, inputs(1)[0], learned)) < 0.3
    assert randomisation(pooled, inputs(1)[0], found) < 0.9


def test_a_method_that_ignores_the_head_is_caught(pooled, inputs, found, monkeypatch):
    monkeypatch.setattr("sftviz.attribution.randomisation.explain", lambda *_, **__: [found])
    assert randomisation(pooled, inputs(1)[0], found) == pytest.approx(1)


def test_the_same_seed_gives_the_same_number(pooled, inputs, found):
    first, again, other = (randomisation(pooled, inputs(1)[0], found, seed=seed) for seed in (0, 0, 1))
    assert first == again != other


@pytest.mark.parametrize("fails", [False, True])
def test_the_network_is_left_as_it_was(fails, pooled, inputs, found, monkeypatch):
    pooled.train()
    pooled.head.weight.requires_grad_(requires_grad=False)
    modes = [module.training for module in pooled.modules()]
    head, state = pooled.head, torch.get_rng_state()
    weights = {name: value.clone() for name, value in pooled.state_dict().items()}
    if fails:
        monkeypatch.setattr("sftviz.attribution.cam.upsampled", None)
        monkeypatch.setattr("sftviz.attribution.explain.upsampled", None)
        with pytest.raises(TypeError):
            randomisation(pooled, inputs(1)[0], found)
    else:
        randomisation(pooled, inputs(1)[0], found)
    assert pooled.head is head
    assert not head.weight.requires_grad
    assert [module.training for module in pooled.modules()] == modes
    assert all(torch.equal(value, weights[name]) for name, value in pooled.state_dict().items())
    assert torch.equal(torch.get_rng_state(), state)
    assert not any(module._forward_hooks for module in pooled.modules())


def test_a_class_that_is_not_there_is_an_error(pooled, inputs, found, heat):
    with pytest.raises(AttributionError, match="There is no class 9"):
        randomisation(pooled, inputs(1)[0], heat(found.values_HW, target=9))
