import numpy as np
import pytest
import torch

from sftviz.attribution.compare import drift
from sftviz.attribution.explain import explain
from sftviz.attribution.views import VIEWS, View, drifts_of_views, maps_of_views
from sftviz.results import Source


@pytest.mark.parametrize("view", [View(), *VIEWS])
def test_a_map_of_a_view_is_laid_back_over_the_picture(view, heat):
    picture = torch.randn(1, 42, 56, generator=torch.Generator().manual_seed(0))
    # The perfect map shows the picture itself.
    undone = view.undone(heat(view.of(picture)[0].numpy()))
    assert np.array_equal(undone.values_HW, picture[0, 7:-7, 7:-7].numpy())


def test_a_network_that_sees_all_views_alike_has_not_drifted(pooled, inputs, monkeypatch, heat):
    picture = inputs(1, 56, 56)[0]
    perfect = heat(picture[0].numpy())
    monkeypatch.setattr(
        "sftviz.attribution.views.explain", lambda _network, inputs_NCHW, *_, **__: [heat(inputs_NCHW[0, 0].numpy())]
    )
    found = drifts_of_views(perfect, list(maps_of_views(pooled, picture, perfect)))
    assert len(found) == 10
    assert {(each.rank_change, each.top_overlap, each.centroid_shift) for each in found} == {(0, 1, 0)}


@pytest.mark.parametrize("method", ["hirescam", "integrated_gradients"])
def test_views_of_a_real_map_drift_less_than_unrelated_maps(method, pooled, inputs):
    # Smooth blobs: what is shifted by a few pixels still looks the same.
    picture = torch.nn.functional.interpolate(inputs(1, 7, 7), size=(56, 56), mode="bilinear")[0]
    (found,) = explain(pooled, picture[None], [1], method, source=Source("r", 1), examples=["a"])
    drifts = drifts_of_views(found, list(maps_of_views(pooled, picture, found)))
    assert np.median([each.rank_change for each in drifts]) < 0.5
    assert drift(found, found).rank_change == 0
