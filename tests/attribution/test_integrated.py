import pytest
import torch
from torch import Tensor, nn

from sftviz.attribution.integrated import integrated_gradient
from sftviz.attribution.pixels import Question


class Formula(nn.Module):
    """Two logits f and −f, so that the centred logit of the first is f."""

    def __init__(self, formula) -> None:
        super().__init__()
        self.formula = formula

    def forward(self, inputs: Tensor) -> Tensor:
        x, y = inputs[:, 0, 0, 0], inputs[:, 0, 0, 1]
        score = self.formula(x, y)
        return torch.stack([score, -score], dim=1)


@pytest.mark.parametrize(
    ("formula", "point", "expected", "num_steps"),
    [
        (lambda x, y: x * y, (3.0, 4.0), (6.0, 6.0), 1),
        (lambda x, y: x * y, (3.0, 4.0), (6.0, 6.0), 32),
        (lambda x, y: x**3 + 2 * y, (2.0, 1.0), (8.0, 2.0), 2),
        (lambda x, y: x**3 + 2 * y, (2.0, 1.0), (8.0, 2.0), 32),
    ],
)
def test_known_integrals(formula, point, expected, num_steps):
    question = Question(Formula(formula), torch.tensor(point).reshape(1, 1, 2), torch.tensor(0))
    found = integrated_gradient(question, num_steps)
    assert torch.allclose(found.map_HW, torch.tensor([expected]), atol=1e-5)
    assert found.completeness_error == pytest.approx(0, abs=1e-6)
    assert found.score == pytest.approx(sum(expected))


def test_completeness_has_no_meaning_where_the_score_does_not_change():
    found = integrated_gradient(Question(Formula(lambda x, y: x - y), torch.ones(1, 1, 2), torch.tensor(0)), 32)
    assert found.completeness_error is None


def test_a_network_is_explained_almost_completely(pooled, inputs):
    found = integrated_gradient(Question(pooled.eval(), inputs(1)[0], torch.tensor(1)), 32)
    assert found.map_HW.shape == (64, 64)
    assert found.map_HW.dtype == torch.float32
    assert found.completeness_error < 0.05
