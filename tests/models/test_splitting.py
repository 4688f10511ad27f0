"""Every backbone of the catalogue cut in two: the halves compute what the whole does, to the bit."""

import pytest
import torch
from torch import Tensor, nn

from sftviz.errors import ModelError
from sftviz.models.build import build_network
from sftviz.models.catalogue import BACKBONES
from sftviz.models.network import Network
from sftviz.models.splitting import split_backbone


@pytest.mark.parametrize("name", BACKBONES)
def test_front_and_rest_are_the_whole(name: str) -> None:
    network = build_network(name, 2, seed=0).eval()
    inputs = torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        expected = network.backbone(inputs)
        for num_learning in (1, len(network.blocks) - 1):
            network.let_learn(num_learning)
            front, rest = network.cut()
            assert front is not None
            assert torch.equal(rest(front(inputs)), expected)
            assert not any(parameter.requires_grad for parameter in front.parameters())
            assert all(parameter.requires_grad for parameter in rest.parameters())
            whole = set(map(id, network.backbone.parameters()))
            assert set(map(id, front.parameters())) | set(map(id, rest.parameters())) == whole


class _Crossing(nn.Module):
    """Two tensors pass between its blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.last = nn.Linear(3, 3), nn.Linear(3, 3), nn.Linear(3, 3)

    def forward(self, inputs: Tensor) -> Tensor:
        skipped = self.first(inputs)
        result: Tensor = self.last(self.second(skipped)) + skipped
        return result


def test_where_more_than_one_tensor_passes_there_is_no_cut() -> None:
    backbone = _Crossing()
    blocks = (("first",), ("second",), ("last",))
    with pytest.raises(ModelError, match="2 tensors pass"):
        split_backbone(backbone, blocks, 1)
    network = Network(backbone, nn.Linear(3, 2), blocks)
    network.let_learn(1)
    assert network.cut() == (None, backbone)
