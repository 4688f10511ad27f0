from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from sftviz.attribution import explain as explaining
from sftviz.attribution.catalogue import DEFAULT_METHODS, METHODS
from sftviz.attribution.explain import explain
from sftviz.errors import AttributionError
from sftviz.results import Source

SOURCE = Source("20261124", 3)
EXAMPLES = ("cat/1.png", "dog/2.png")
ADD_UP = {"integrated_gradients", "gradient_shap"}
OF_NETWORKS_WITHOUT_ATTENTION = [name for name in METHODS if METHODS[name].explains != "attention"]


def state(network):
    return (
        [module.training for module in network.modules()],
        [len(module._forward_hooks) + len(module._backward_hooks) for module in network.modules()],
        [parameter.requires_grad for parameter in network.parameters()],
        [parameter.grad for parameter in network.parameters()],
        [buffer.clone().tolist() for buffer in network.buffers() if buffer.numel() < 100],
        torch.get_rng_state().tolist(),
    )


@pytest.mark.parametrize("method", OF_NETWORKS_WITHOUT_ATTENTION)
def test_each_picture_gets_a_map_of_its_size(method, small, inputs):
    maps = explain(small, inputs(2, 64, 96), [1, 4], method, source=SOURCE, examples=EXAMPLES, num_steps=4)
    logits = small.eval()(inputs(2, 64, 96))
    for map_, example, target, logits_K in zip(maps, EXAMPLES, (1, 4), logits, strict=True):
        assert (map_.source, map_.example, map_.method, map_.target) == (SOURCE, example, method, target)
        assert map_.values_HW.shape == (64, 96)
        assert map_.values_HW.dtype == np.float32
        assert map_.target_score == pytest.approx((logits_K[target] - logits_K.mean()).item(), abs=1e-5)
        is_of_layer = METHODS[method].explains == "layer"
        assert map_.layer == ("second" if is_of_layer else "input")
        assert (map_.completeness_error is None) == (method not in ADD_UP)
        assert map_.native_hw.shape == (4, 6) if is_of_layer else map_.native_hw is None
        assert map_.against is None
        assert METHODS[method].is_signed or (map_.values_HW >= 0).all()


@pytest.mark.parametrize("method", OF_NETWORKS_WITHOUT_ATTENTION)
@pytest.mark.parametrize("is_training", [True, False])
def test_the_network_is_left_as_it_was(method, is_training, small, inputs):
    small.train(is_training)
    small.backbone.first.requires_grad_(requires_grad=False)
    pictures = inputs()
    old, old_pictures = state(small), pictures.clone()
    explain(small, pictures, [0, 1], method, source=SOURCE, examples=EXAMPLES, num_steps=2)
    assert state(small) == old
    assert torch.equal(pictures, old_pictures)
    assert not pictures.requires_grad
    small.backbone.first.requires_grad_(requires_grad=True)


@pytest.mark.parametrize("method", OF_NETWORKS_WITHOUT_ATTENTION)
def test_the_network_is_left_as_it_was_after_a_failure(method, small, inputs, monkeypatch):
    def fail(_inputs):
        raise MemoryError

    small.train()
    old = state(small)
    with monkeypatch.context() as patch:
        patch.setattr(small.head, "forward", fail)
        with pytest.raises(MemoryError):
            explain(small, inputs(), [0, 1], method, source=SOURCE, examples=EXAMPLES)
    assert state(small) == old


def test_pictures_are_explained_one_by_one_as_in_a_batch(small, inputs):
    pictures = inputs()
    both = explain(small, pictures, [0, 1], "hirescam", source=SOURCE, examples=EXAMPLES)
    alone = explain(small, pictures[1:], [1], "hirescam", source=SOURCE, examples=EXAMPLES[1:])
    assert np.allclose(both[1].values_HW, alone[0].values_HW, atol=1e-5 * np.abs(alone[0].values_HW).max())


@pytest.mark.parametrize("method", OF_NETWORKS_WITHOUT_ATTENTION)
def test_one_class_held_against_another(method, small, inputs):
    def ask(target, against):
        return explain(small, inputs(1), [target], method, source=SOURCE, examples=["a"], num_steps=4, against=against)[
            0
        ]

    found, reverse = ask(1, 3), ask(3, 1)
    logits = small.eval()(inputs(1))[0]
    assert found.against == 3
    assert found.target_score == pytest.approx((logits[1] - logits[3]).item(), abs=1e-5)
    if method in {"hirescam", "gradcam", "occlusion", *ADD_UP}:
        assert np.allclose(found.values_HW, -reverse.values_HW, atol=1e-4 * np.abs(found.values_HW).max())


def test_two_classes_explained_one_against_the_other_are_the_difference_of_both(small, inputs):
    def ask(target, against=None):
        return explain(small, inputs(1), [target], "hirescam", source=SOURCE, examples=["a"], against=against)[0]

    difference = ask(1).values_HW - ask(3).values_HW
    assert np.allclose(ask(1, 3).values_HW, difference, atol=1e-5 * np.abs(difference).max())


def test_a_layer_named_by_hand_is_explained(small, inputs):
    found = explain(small, inputs(1), [1], "layercam", source=SOURCE, examples=["a"], layer="first")
    assert found[0].layer == "first"
    assert found[0].native_hw.shape == (8, 8)


@pytest.mark.parametrize("method", ["hirescam", "integrated_gradients", "smoothgrad", "gradient_shap", "occlusion"])
def test_out_of_memory_halves_what_goes_through_at_once(method, small, inputs, monkeypatch):
    pictures, request = inputs(3), {"source": SOURCE, "examples": ["a", "b", "c"], "num_steps": 8}
    expected = explain(small, pictures, [0, 1, 2], method, **request)
    sizes = []
    forward = small.backbone.forward

    def tight(batch):
        sizes.append(len(batch))
        if len(batch) > 2:
            raise torch.OutOfMemoryError
        return forward(batch)

    monkeypatch.setattr(small.backbone, "forward", tight)
    found = explain(small, pictures, [0, 1, 2], method, **request)
    assert max(sizes) > 2
    assert min(sizes) <= 2
    for new, old in zip(found, expected, strict=True):
        assert np.allclose(new.values_HW, old.values_HW, atol=1e-4 * np.abs(old.values_HW).max())


def test_not_even_one_picture_fits(small, inputs, monkeypatch):
    def none(_inputs):
        raise torch.OutOfMemoryError

    monkeypatch.setattr(small.backbone, "forward", none)
    with pytest.raises(torch.OutOfMemoryError):
        explain(small, inputs(), [0, 1], "hirescam", source=SOURCE, examples=EXAMPLES)


def test_every_method_is_described():
    assert set(explaining._PIXEL_METHODS) == {name for name in METHODS if METHODS[name].explains == "pixels"}
    assert list(METHODS)[:2] == list(DEFAULT_METHODS)
    for method in METHODS.values():
        assert all((method.title, method.what, method.parameters, method.cost, method.source))


def test_two_threads_may_explain_one_network(pooled, inputs):
    def ask(target):
        return explain(pooled, inputs(), [target, target], "gradcam", source=SOURCE, examples=EXAMPLES)[1].values_HW

    expected = [ask(target) for target in range(4)]
    with ThreadPoolExecutor(4) as threads:
        assert np.array_equal(list(threads.map(ask, range(4))), expected)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"method": "magic"}, "There is no method 'magic'; choose one of hirescam, integrated_gradients, gradcam,"),
        ({"targets": [0, 5]}, "There is no class 5; the network has the classes 0 to 4."),
        ({"against": 9}, "There is no class 9"),
        ({"against": 1}, "Class 1 cannot be held against itself"),
        ({"layer": "nowhere"}, "The layer 'nowhere' of Sequential has no places .* by hand: second"),
        ({"method": "attention_rollout"}, "between all patches of a picture, which Sequential does not have"),
        ({"targets": [0]}, "2 pictures, 1 classes and 2 names do not belong together"),
    ],
)
def test_a_request_that_does_not_fit_is_refused(changes, sentence, small, inputs):
    request = {"targets": [0, 1], "method": "gradcam"} | changes
    with pytest.raises(AttributionError, match=sentence):
        explain(small, inputs(), source=SOURCE, examples=EXAMPLES, **request)


def test_a_broken_network_is_named(pooled, inputs):
    with torch.no_grad():
        pooled.head.bias[0] = torch.nan
    with pytest.raises(AttributionError, match=r"'cat/1.png' holds NaN or infinity: epoch 3 of run '20261124'"):
        explain(pooled, inputs(), [0, 1], "integrated_gradients", source=SOURCE, examples=EXAMPLES, num_steps=2)
