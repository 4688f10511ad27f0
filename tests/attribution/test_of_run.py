import numpy as np
import pytest

from sftviz.attribution import of_run
from sftviz.attribution.explain import explain
from sftviz.attribution.of_run import inputs_of, map_of, maps_of, network_of, shared_network
from sftviz.data.listing import Listing
from sftviz.results import Source


@pytest.fixture
def pictures(run):
    """The first few validation pictures, by name."""
    root = Listing.from_json((run.folder / "data.json").read_text()).root
    return {name: root / name for name in run.predictions(2).examples[:3]}


@pytest.fixture
def passes(monkeypatch):
    """How many pictures were explained in each call."""
    counts = []

    def counted(network, inputs_NCHW, *arguments, **options):
        counts.append(len(inputs_NCHW))
        return explain(network, inputs_NCHW, *arguments, **options)

    monkeypatch.setattr(of_run, "explain", counted)
    return counts


def test_a_second_click_computes_nothing(run, pictures, passes, monkeypatch):
    name = next(iter(pictures))
    first = map_of(run, 2, pictures[name], name, "hirescam", 1)
    assert passes == [1]
    for what in ("explain", "shared_network", "view_of"):
        monkeypatch.setattr(of_run, what, None)
    second = map_of(run, 2, pictures[name], name, "hirescam", 1)
    assert np.array_equal(second.values_HW, first.values_HW)
    assert np.array_equal(second.native_hw, first.native_hw)
    assert (second.source, second.layer, second.target_score) == (first.source, first.layer, first.target_score)


def test_several_maps_are_computed_at_once_and_only_those_not_yet_kept(run, pictures, passes):
    names = list(pictures)
    map_of(run, 2, pictures[names[1]], names[1], "gradcam", 1)
    found = maps_of(run, 2, list(pictures.values()), names, "gradcam", [1, 1, 1])
    assert passes == [1, 2]
    assert [each.example for each in found] == names


def test_maps_are_those_of_the_network_as_it_was_trained(run, pictures):
    (name, picture), *_ = pictures.items()
    found = map_of(run, 2, picture, name, "hirescam", 1)
    (expected,) = explain(
        network_of(run, 2), inputs_of(run, picture), [1], "hirescam", source=Source("r", 2), examples=["a"]
    )
    assert found.layer == expected.layer
    assert np.abs(found.values_HW - expected.values_HW).max() <= 1e-5 * np.abs(expected.values_HW).max()


def test_a_convolution_named_by_hand_is_explained_without_its_batch_norm(run, pictures):
    (name, picture), *_ = pictures.items()
    found = map_of(run, 2, picture, name, "gradcam", 1, layer="conv_head")
    (expected,) = explain(
        network_of(run, 2),
        inputs_of(run, picture),
        [1],
        "gradcam",
        source=Source("r", 2),
        examples=["a"],
        layer="conv_head",
    )
    assert np.array_equal(found.values_HW, expected.values_HW)


def test_a_network_is_loaded_once(run):
    assert shared_network(run, 2) is shared_network(run, 2)
    assert shared_network(run, 2) is not shared_network(run, 0)
    assert not shared_network(run, 2).training
