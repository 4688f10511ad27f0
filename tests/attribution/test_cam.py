import numpy as np
import torch
from captum.attr import LayerGradCam
from sklearn.decomposition import PCA
from torch import nn

from sftviz.attribution.cam import activation_maps, eigen_cam, upsampled
from sftviz.attribution.guard import evaluating
from sftviz.attribution.target import centred_logits

TARGETS = torch.tensor([0, 2])


def maps(network, inputs, method):
    with evaluating(network):
        return activation_maps(network, inputs, TARGETS, method)


def test_grad_cam_is_cam_where_a_mean_and_a_linear_head_follow(pooled, inputs):
    found = maps(pooled, inputs(), "gradcam").maps_Nhw
    activations = pooled.backbone.body(inputs())
    weights = (pooled.head.weight - pooled.head.weight.mean(dim=0))[TARGETS]
    cam = torch.einsum("nchw,nc->nhw", activations, weights)
    assert torch.allclose(found, cam / cam[0].numel(), atol=1e-7)


def test_hirescam_adds_up_to_the_score_less_its_bias(lite, inputs):
    found = maps(lite, inputs(), "hirescam")
    bias = (lite.head.bias - lite.head.bias.mean())[TARGETS]
    assert found.maps_Nhw.dtype == torch.float32
    assert torch.allclose(found.maps_Nhw.sum(dim=(1, 2)) + bias, found.scores_N, atol=1e-5)


def test_hirescam_is_grad_cam_where_a_mean_and_a_linear_head_follow(pooled, inputs):
    first, second = (maps(pooled, inputs(), method).maps_Nhw for method in ("gradcam", "hirescam"))
    assert torch.allclose(first, second, atol=1e-7)


def test_a_vector_added_to_every_class_changes_no_map(lite, inputs):
    old = maps(lite, inputs(), "gradcam").maps_Nhw
    shift = torch.randn(1280, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        lite.head.weight += shift
    new = maps(lite, inputs(), "gradcam").maps_Nhw
    with torch.no_grad():
        lite.head.weight -= shift
    assert torch.allclose(new, old, atol=1e-4 * old.abs().max().item())


def test_grad_cam_equals_captums_raw_map(lite, inputs):
    found = maps(lite, inputs(), "gradcam")
    with evaluating(lite):
        captum = LayerGradCam(lambda x: centred_logits(lite(x), TARGETS), lite.backbone.bn2)
        expected = captum.attribute(inputs().requires_grad_())[:, 0]
    assert torch.allclose(found.maps_Nhw, expected, atol=1e-5)


def test_upsampling_keeps_constant_maps_and_the_sum_of_evidence():
    flat = upsampled(torch.full((1, 2, 3), 0.25), 8, 12)
    assert torch.equal(flat, torch.full((1, 8, 12), 0.25))
    peak = nn.functional.one_hot(torch.tensor([2]), 6).float().reshape(1, 2, 3)
    assert torch.isclose(upsampled(peak, 8, 12).sum() / 16, torch.tensor(1.0))


def differentiated(network, inputs, module):
    """Activations of a module and the gradient of the centred logits there, as arrays, by hooks of their own."""
    held = []
    handle = module.register_forward_hook(lambda _m, _i, output: held.append(output))
    network.eval()
    scores = centred_logits(network(inputs.requires_grad_()), TARGETS)
    handle.remove()
    return held[0].detach().numpy(), torch.autograd.grad(scores.sum(), held[0])[0].numpy()


def test_grad_cam_plus_plus_layer_cam_and_eigen_cam_follow_their_papers(lite, inputs):
    activations, gradients = differentiated(lite, inputs(2, 96, 96), lite.backbone.bn2)
    for number in range(2):
        plus, layer, eigen = (
            maps(lite, inputs(2, 96, 96), method).maps_Nhw[number].numpy()
            for method in ("gradcam_plus_plus", "layercam", "eigencam")
        )
        expected = np.zeros((3, 3))
        for a, g in zip(activations[number], gradients[number], strict=True):
            share = np.divide(g**2, 2 * g**2 + a.sum() * g**3 + 1e-6)
            expected += (share * np.maximum(g, 0)).sum() * a
        np.testing.assert_allclose(plus, expected, atol=1e-5 * np.abs(expected).max())
        np.testing.assert_allclose(layer, (np.maximum(gradients[number], 0) * activations[number]).sum(0), atol=1e-5)
        projected = PCA(1).fit_transform(activations[number].reshape(len(activations[number]), -1).T)[:, 0]
        turned = projected if projected.max() >= -projected.min() else -projected
        np.testing.assert_allclose(eigen.ravel(), turned, atol=1e-4 * np.abs(turned).max())


def test_eigen_cam_is_positive_where_a_place_stands_out():
    activations = torch.ones(2, 4, 3, 3)
    activations[0, :, 1, 2] = 9
    activations[1, :, 0, 0] = -7
    found = eigen_cam(activations, torch.zeros_like(activations))
    assert found[0].argmax() == 5
    assert found[1].argmax() == 0
    assert (found.amax(dim=(1, 2)) > -found.amin(dim=(1, 2))).all()
