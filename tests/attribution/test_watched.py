"""Maps of a network while it learns, against explaining it anew each time."""

import numpy as np
import pytest
import torch

from sftviz.attribution.explain import explain
from sftviz.attribution.watched import WatchedPictures
from sftviz.errors import AttributionError
from sftviz.models.catalogue import BACKBONES
from sftviz.models.network import Network
from sftviz.results import Source

LABELS = [0, 3, 1]
# They take long, and are cut in the same ways as others.
SLOW = {"vit_b_16", "convnext_tiny", "resnet50", "efficientnet_lite1", "efficientnet_lite2", "mobilenet_v3_large"}


def _explained(network, inputs_NCHW):
    found = explain(network, inputs_NCHW, LABELS, "hirescam", source=Source("r", 1), examples=["a", "b", "c"])
    return np.stack([each.native_hw for each in found])


def _learn(network, inputs_NCHW):
    """One step of all that learns."""
    learning = [each for each in network.parameters() if each.requires_grad]
    optimizer = torch.optim.SGD(learning, lr=0.1)
    torch.nn.functional.cross_entropy(network(inputs_NCHW), torch.tensor(LABELS)).backward()
    optimizer.step()
    optimizer.zero_grad()


@pytest.mark.parametrize("learns", ["head", 1, "all"])
def test_they_follow_what_is_learned_whichever_part_is_frozen(small, inputs, learns):
    small.let_learn(learns)
    inputs_NCHW, labels_N = inputs(3), torch.tensor(LABELS)
    watched = WatchedPictures(small, inputs_NCHW, labels_N)
    first = watched.maps()
    assert np.array_equal(first, watched.maps())
    for _ in range(2):
        np.testing.assert_allclose(watched.maps(), _explained(small, inputs_NCHW), atol=1e-6)
        _learn(small, inputs_NCHW)
    assert not np.allclose(watched.maps(), first)


@pytest.mark.parametrize("name", sorted(BACKBONES.keys() - SLOW))
@pytest.mark.parametrize("learns", ["head", 1])
def test_every_backbone_is_followed_where_it_is_cut(name, learns, build, inputs):
    network = build(name)
    network.let_learn(learns)
    inputs_NCHW = inputs(3)
    expected = _explained(network, inputs_NCHW)
    found = WatchedPictures(network, inputs_NCHW, torch.tensor(LABELS)).maps()
    np.testing.assert_allclose(found, expected, atol=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize("learns", ["head", 1, "all"])
def test_the_network_stays_as_it_was_found(small, inputs, learns):
    small.let_learn(learns)
    small.train()
    weights = {name: tensor.clone() for name, tensor in small.state_dict().items()}

    def facts():
        hooks = sum(len(module._forward_hooks) + len(module._forward_pre_hooks) for module in small.modules())
        modes = [module.training for module in small.modules()]
        return hooks, modes, [(each.requires_grad, each.grad) for each in small.parameters()], torch.get_rng_state()

    before = facts()
    WatchedPictures(small, inputs(3), torch.tensor(LABELS)).maps()
    after = facts()
    assert before[:3] == after[:3]
    assert torch.equal(before[3], after[3])
    assert all(torch.equal(tensor, weights[name]) for name, tensor in small.state_dict().items())


def test_without_a_layer_to_explain_it_says_so(inputs):
    flat = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(3 * 8 * 8, 6), torch.nn.ReLU())
    network = Network(flat, torch.nn.Linear(6, 4), (("1",),))
    with pytest.raises(AttributionError, match="No layer"):
        WatchedPictures(network, inputs(3, 8, 8), torch.tensor(LABELS))
