"""Raw maps are those of Captum, and those of a fused network are those of the network as it was trained."""

import copy

import captum.attr
import pytest
import torch

from sftviz.attribution.cam import FORMULAS
from sftviz.attribution.explain import explain
from sftviz.attribution.guard import evaluating
from sftviz.attribution.integrated import integrated_gradient
from sftviz.attribution.noise import expected_gradient, smooth_gradient
from sftviz.attribution.occlusion import occlusion
from sftviz.attribution.pixels import Question
from sftviz.attribution.target import centred_logits
from sftviz.numerics.fused import fuse
from sftviz.results import Source

TARGET, CLOSE = 2, 1e-5


def explained(network, inputs, method, **options):
    (found,) = explain(network, inputs, [TARGET], method, source=Source("r", 1), examples=["a"], **options)
    return found


def score(network):
    return lambda inputs: centred_logits(network(inputs), torch.full((len(inputs),), TARGET))


def assert_same(found, expected):
    """Equal to 1e-5 of the largest value."""
    found, expected = torch.as_tensor(found), torch.as_tensor(expected).detach()
    assert found.shape == expected.shape
    assert (found - expected).abs().max() <= CLOSE * expected.abs().max()


@pytest.mark.parametrize("against", [None, 4])
def test_grad_cam_is_captums(lite, inputs, against):
    def asked(each):
        logits = lite(each)
        return logits[:, TARGET] - (logits.mean(dim=1) if against is None else logits[:, against])

    found = explained(lite, inputs(1, 96, 64), "gradcam", against=against)
    with evaluating(lite):
        expected = captum.attr.LayerGradCam(asked, lite.backbone.bn2).attribute(inputs(1, 96, 64).requires_grad_())
    assert_same(found.native_hw, expected[0, 0])


def test_hirescam_is_captums_gradient_times_activation(lite, inputs):
    found = explained(lite, inputs(1, 96, 64), "hirescam")
    with evaluating(lite):
        products = captum.attr.LayerGradientXActivation(score(lite), lite.backbone.bn2)
        expected = products.attribute(inputs(1, 96, 64).requires_grad_())
    assert_same(found.native_hw, expected[0].sum(dim=0))


def test_integrated_gradients_are_captums_by_default(lite, inputs):
    found = explained(lite, inputs(1), "integrated_gradients", num_steps=50)
    with evaluating(lite):
        # Parts of the same size: elsewhere activations next to zero would be rounded to the other side.
        expected = captum.attr.IntegratedGradients(score(lite)).attribute(inputs(1), internal_batch_size=8)
    assert_same(found.values_HW, expected[0].sum(dim=0))


def test_occlusion_is_captums_one_window_at_a_time(small, inputs):
    found = explained(small, inputs(1), "occlusion")
    with evaluating(small):
        windows = {"sliding_window_shapes": (3, 9, 9), "strides": (3, 4, 4)}
        expected = captum.attr.Occlusion(score(small)).attribute(inputs(1), **windows)
    assert_same(found.values_HW, expected[0].mean(dim=0))


def test_smooth_gradient_is_captums_of_the_same_noise(small, inputs, monkeypatch):
    found = explained(small, inputs(1), "smoothgrad", num_steps=4)
    drawn = []

    def saliency(noisy):
        drawn.append(noisy)
        return score(small)(noisy)

    monkeypatch.setattr(Question, "scores", lambda _, noisy: saliency(noisy))
    explained(small, inputs(1), "smoothgrad", num_steps=4)
    with evaluating(small):
        plain = captum.attr.Saliency(score(small))
        slopes = plain.attribute(drawn[0].detach().requires_grad_(), abs=False)
    assert len(drawn[0]) == 4
    assert not torch.equal(drawn[0][0], drawn[0][1])
    assert_same(found.values_HW, slopes.mean(dim=0).abs().amax(dim=0))


def test_gradient_shap_of_a_linear_score_is_captums(pooled, inputs):
    pooled.backbone.body = torch.nn.Conv2d(3, 6, 1)
    baselines = inputs(2)[1:] * 0.5
    found = explained(pooled, inputs(1), "gradient_shap", num_steps=8, baselines_MCHW=baselines)
    with evaluating(pooled):
        expected = captum.attr.GradientShap(score(pooled)).attribute(inputs(1), baselines, n_samples=8, stdevs=0.0)
    assert_same(found.values_HW, expected[0].sum(dim=0))


@pytest.mark.parametrize("method", FORMULAS)
def test_maps_of_a_fused_network_are_those_of_the_network(method, lite, inputs):
    plain = lite.eval()
    fused = fuse(copy.deepcopy(plain), inputs(1))
    found, expected = (explained(each, inputs(1, 96, 96), method) for each in (fused, plain))
    assert found.layer == expected.layer
    assert found.target_score == pytest.approx(expected.target_score, abs=1e-5)
    assert_same(found.native_hw, expected.native_hw)
    assert_same(found.values_HW, expected.values_HW)


@pytest.mark.parametrize(
    "method",
    [
        lambda question: integrated_gradient(question, 3),
        lambda question: smooth_gradient(question, 3),
        lambda question: expected_gradient(question, question.input_CHW[None].flip(3), 3),
        lambda question: occlusion(question, (32, 32)),
    ],
    ids=["integrated_gradients", "smoothgrad", "gradient_shap", "occlusion"],
)
def test_pixels_of_a_fused_network_are_those_of_the_network(method, lite, inputs):
    # In 64 bits: which side of zero an activation is rounded to decides about its gradient, in any arithmetic.
    plain = copy.deepcopy(lite).eval().double()
    fused = fuse(copy.deepcopy(plain), inputs(1).double())
    found, expected = (method(Question(each, inputs(1)[0].double(), torch.tensor(TARGET))) for each in (fused, plain))
    assert_same(found.map_HW, expected.map_HW)
