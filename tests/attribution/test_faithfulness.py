import numpy as np
import pytest
import torch
from torch import nn

from sftviz.attribution.cells import cell_means
from sftviz.attribution.explain import explain
from sftviz.attribution.faithfulness import area, areas, orders
from sftviz.attribution.trust import Faithfulness
from sftviz.models.network import Network
from sftviz.results import Source

WORTH = torch.tensor([[[4.0, 3.0], [2.0, 1.0]]])
NOTHING = torch.zeros(1, 2, 2)


def faithfulness(network, input_CHW, attribution):
    return Faithfulness.of(list(areas(network, input_CHW, attribution.target, orders(attribution))))


def additive(inputs):
    return inputs.sum(dim=(1, 2, 3)) / 10


@pytest.mark.parametrize(
    ("order", "deletion", "insertion"),
    [([0, 1, 2, 3], 0.375, 0.625), ([3, 2, 1, 0], 0.625, 0.375)],
)
def test_areas_of_an_additive_model(order, deletion, insertion):
    assert area(additive, WORTH, NOTHING, np.array(order)) == pytest.approx(deletion)
    assert area(additive, NOTHING, WORTH, np.array(order)) == pytest.approx(insertion)


def test_a_random_order_of_an_additive_model_has_half_of_the_area():
    rng = np.random.default_rng(1)
    found = [area(additive, WORTH, NOTHING, rng.permutation(4)) for _ in range(400)]
    assert np.mean(found) == pytest.approx(0.5, abs=0.02)


class Spot(nn.Module):
    """Sees nothing but the contrast in the upper left quarter."""

    def __init__(self):
        super().__init__()
        self.gain = nn.Parameter(torch.tensor(6.0))

    def forward(self, inputs):
        height, width = inputs.shape[2:]
        return inputs[:, :1, : height // 2, : width // 2].square().mean(dim=(2, 3)) * self.gain


@pytest.fixture
def spot():
    network = Network(Spot(), nn.Linear(1, 2), (("gain",),))
    with torch.no_grad():
        network.head.weight.copy_(torch.tensor([[0.0], [1.0]]))
        network.head.bias.copy_(torch.tensor([3.0, 0.0]))
    return network


def test_the_right_map_beats_random_orders_and_the_wrong_one_does_not(spot, heat):
    input_CHW = torch.ones(3, 56, 56)
    values = np.zeros((56, 56))
    values[:28, :28] = 1
    right, wrong = (faithfulness(spot, input_CHW, heat(sign * values)) for sign in (1, -1))
    assert len(right.random_deletions) == len(right.random_insertions) == 10
    assert right.random_deletions == wrong.random_deletions
    assert right.deletion < min(right.random_deletions) <= max(right.random_deletions) < wrong.deletion
    # A blurred picture of one colour is the picture itself: nothing is gained by uncovering it.
    assert right.insertion == pytest.approx(wrong.insertion)


def test_insertion_is_measured_against_a_blurred_picture(spot, heat):
    stripes = torch.ones(3, 56, 56)
    stripes[:, ::2] = -1
    values = np.zeros((56, 56))
    values[:28, :28] = 1
    right, wrong = (faithfulness(spot, stripes, heat(sign * values)) for sign in (1, -1))
    assert wrong.insertion < min(right.random_insertions) <= max(right.random_insertions) < right.insertion


def test_picture_and_steps_may_have_any_size(spot, heat):
    for height, width in ((30, 47), (9, 20)):
        values = np.random.default_rng(0).normal(size=(height, width))
        found = faithfulness(spot, torch.ones(3, height, width), heat(values))
        assert 0 < found.deletion < 1


def test_the_network_is_left_as_it_was(pooled, inputs):
    pooled.train()
    pooled.backbone.eval()
    modes = [module.training for module in pooled.modules()]
    weights = {name: value.clone() for name, value in pooled.state_dict().items()}
    input_CHW = inputs(1)[0]
    (attribution,) = explain(pooled, input_CHW[None], [1], "hirescam", source=Source("r", 1), examples=["a"])
    first, again = (faithfulness(pooled, input_CHW, attribution) for _ in range(2))
    assert first == again
    assert [module.training for module in pooled.modules()] == modes
    assert all(torch.equal(value, weights[name]) for name, value in pooled.state_dict().items())
    assert torch.is_grad_enabled()
    assert all(parameter.grad is None for parameter in pooled.parameters())


def test_cells_keep_the_mean_and_the_order(heat):
    values = np.random.default_rng(0).normal(size=(28, 42)).astype(np.float32)
    means = cell_means(values)
    assert means.shape == (14, 14)
    assert means[0, 0] == pytest.approx(values[:2, :3].mean())
    assert means.mean() == pytest.approx(values.mean(), abs=1e-6)
    own, *random = orders(heat(values))
    assert np.all(np.diff(means.ravel()[own]) <= 0)
    assert all(np.array_equal(np.sort(order), np.arange(196)) for order in (own, *random))
    assert len({tuple(order) for order in random}) == 10
