from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from sftviz.attribution.catalogue import METHODS
from sftviz.attribution.explain import explain
from sftviz.errors import AttributionError
from sftviz.results import Source

SOURCE = Source("20261124", 3)
EXAMPLES = ("cat/1.png", "dog/2.png")


def state(network):
    return (
        [module.training for module in network.modules()],
        [len(module._forward_hooks) + len(module._backward_hooks) for module in network.modules()],
        [parameter.requires_grad for parameter in network.parameters()],
        [parameter.grad for parameter in network.parameters()],
        [buffer.clone().tolist() for buffer in network.buffers() if buffer.numel() < 100],
        torch.get_rng_state().tolist(),
    )


@pytest.mark.parametrize("method", METHODS)
def test_each_picture_gets_a_map_of_its_size(method, lite, inputs):
    maps = explain(lite, inputs(2, 64, 96), [1, 4], method, source=SOURCE, examples=EXAMPLES, num_steps=4)
    logits = lite.eval()(inputs(2, 64, 96))
    for map_, example, target, logits_K in zip(maps, EXAMPLES, (1, 4), logits, strict=True):
        assert (map_.source, map_.example, map_.method, map_.target) == (SOURCE, example, method, target)
        assert map_.values_HW.shape == (64, 96)
        assert map_.values_HW.dtype == np.float32
        assert map_.target_score == pytest.approx((logits_K[target] - logits_K.mean()).item(), abs=1e-5)
        assert map_.layer == ("input" if method == "integrated_gradients" else "bn2")
        assert (map_.completeness_error is None) == (method != "integrated_gradients")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("is_training", [True, False])
def test_the_network_is_left_as_it_was(method, is_training, lite, inputs):
    lite.train(is_training)
    lite.backbone.blocks[0].requires_grad_(requires_grad=False)
    pictures = inputs()
    old, old_pictures = state(lite), pictures.clone()
    explain(lite, pictures, [0, 1], method, source=SOURCE, examples=EXAMPLES, num_steps=2)
    assert state(lite) == old
    assert torch.equal(pictures, old_pictures)
    assert not pictures.requires_grad
    lite.backbone.blocks[0].requires_grad_(requires_grad=True)


@pytest.mark.parametrize("method", METHODS)
def test_the_network_is_left_as_it_was_after_a_failure(method, lite, inputs, monkeypatch):
    def fail(_inputs):
        raise MemoryError

    lite.train()
    old = state(lite)
    with monkeypatch.context() as patch:
        patch.setattr(lite.head, "forward", fail)
        with pytest.raises(MemoryError):
            explain(lite, inputs(), [0, 1], method, source=SOURCE, examples=EXAMPLES)
    assert state(lite) == old


def test_pictures_are_explained_one_by_one_as_in_a_batch(lite, inputs):
    pictures = inputs()
    both = explain(lite, pictures, [0, 1], "hirescam", source=SOURCE, examples=EXAMPLES)
    alone = explain(lite, pictures[1:], [1], "hirescam", source=SOURCE, examples=EXAMPLES[1:])
    assert np.allclose(both[1].values_HW, alone[0].values_HW, atol=1e-5 * np.abs(alone[0].values_HW).max())


def test_two_threads_may_explain_one_network(pooled, inputs):
    def ask(target):
        return explain(pooled, inputs(), [target, target], "gradcam", source=SOURCE, examples=EXAMPLES)[1].values_HW

    expected = [ask(target) for target in range(4)]
    with ThreadPoolExecutor(4) as threads:
        assert np.array_equal(list(threads.map(ask, range(4))), expected)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"method": "magic"}, "There is no method 'magic'; choose one of gradcam, hirescam, integrated_gradients."),
        ({"targets": [0, 5]}, "There is no class 5; the network has the classes 0 to 4."),
        ({"targets": [0]}, "2 pictures, 1 classes and 2 names do not belong together"),
    ],
)
def test_a_request_that_does_not_fit_is_refused(changes, sentence, lite, inputs):
    request = {"targets": [0, 1], "method": "gradcam"} | changes
    with pytest.raises(AttributionError, match=sentence):
        explain(lite, inputs(), source=SOURCE, examples=EXAMPLES, **request)


def test_a_broken_network_is_named(pooled, inputs):
    with torch.no_grad():
        pooled.head.bias[0] = torch.nan
    with pytest.raises(AttributionError, match=r"'cat/1.png' holds NaN or infinity: epoch 3 of run '20261124'"):
        explain(pooled, inputs(), [0, 1], "integrated_gradients", source=SOURCE, examples=EXAMPLES, num_steps=2)
