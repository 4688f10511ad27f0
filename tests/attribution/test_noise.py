import pytest
import torch
from captum.attr import Saliency

from sftviz.attribution.integrated import integrated_gradient
from sftviz.attribution.noise import expected_gradient, smooth_gradient
from sftviz.attribution.pixels import Question


@pytest.fixture
def question(pooled, inputs):
    return Question(pooled.eval(), inputs(1)[0], torch.tensor(1))


def test_smooth_gradient_without_noise_is_saliency(question):
    found = smooth_gradient(question, 3, noise=0.0)
    saliency = Saliency(question.scores).attribute(question.input_CHW[None].requires_grad_(), abs=True)[0].amax(dim=0)
    assert torch.allclose(found.map_HW, saliency, atol=1e-7)
    assert found.completeness_error is None


def test_noise_is_drawn_alike_whatever_fits_into_memory(question):
    few = Question(question.network, question.input_CHW, question.target, at_once=2)
    for method in (smooth_gradient, lambda each, count: expected_gradient(each, few.input_CHW[None].flip(3), count)):
        assert torch.allclose(method(question, 7).map_HW, method(few, 7).map_HW, atol=1e-6)


def test_with_one_baseline_the_expected_gradient_becomes_the_integrated_one(question):
    baselines = torch.zeros_like(question.input_CHW)[None]
    expected = integrated_gradient(question, 64).map_HW
    errors = [(expected_gradient(question, baselines, count).map_HW - expected).norm() for count in (8, 64, 512)]
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 0.01 * expected.norm()


def test_of_a_linear_score_the_expected_gradient_is_exact(pooled, inputs):
    pooled.backbone.body = torch.nn.Conv2d(3, 6, 1)
    question = Question(pooled.eval(), inputs(1)[0], torch.tensor(1))
    baselines = inputs(4) * 0.5
    found = expected_gradient(question, baselines, 8)
    (gradient,) = question.gradients(question.input_CHW[None])
    expected = ((question.input_CHW - baselines.mean(dim=0)) * gradient).sum(dim=0)
    assert torch.allclose(found.map_HW, expected, atol=1e-7)
    assert found.completeness_error == pytest.approx(0, abs=1e-3)
