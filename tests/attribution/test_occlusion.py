import torch
from captum.attr import Occlusion
from torch import nn

from sftviz.attribution.occlusion import occlusion
from sftviz.attribution.pixels import Question


class Linear(nn.Module):
    """Two logits, w·x and −w·x."""

    def __init__(self, weights_CHW) -> None:
        super().__init__()
        self.weights_CHW = weights_CHW

    def forward(self, inputs):
        score = (inputs * self.weights_CHW).sum(dim=(1, 2, 3))
        return torch.stack([score, -score], dim=1)


def test_of_a_linear_score_single_pixels_show_what_they_add():
    weights, pixels = torch.randn(2, 3, 4, 5, generator=torch.Generator().manual_seed(0))
    found = occlusion(Question(Linear(weights), pixels, torch.tensor(0)), (1, 1))
    assert torch.allclose(found.map_HW, (weights * pixels).sum(dim=0), atol=1e-5)


def test_windows_in_batches_are_captums_one_by_one(pooled, inputs):
    question = Question(pooled.eval(), inputs(1)[0], torch.tensor(2))
    plain = Occlusion(question.scores).attribute(
        inputs(1), sliding_window_shapes=(3, 9, 9), strides=(3, 4, 4), perturbations_per_eval=1
    )
    assert torch.allclose(occlusion(question).map_HW, plain[0].mean(dim=0), atol=1e-6)
