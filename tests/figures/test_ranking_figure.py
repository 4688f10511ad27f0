"""The chart of a ranking: every candidate with its interval, ties named, names shown as they are."""

import pytest

from sftviz.analysis.ranking import rank
from sftviz.figures.ranking import ranking_figure
from sftviz.models.catalogue import BACKBONES
from tests.analysis.scores import candidate

_TITLES = {name: entry.title for name, entry in BACKBONES.items()}


def test_every_candidate_is_a_point_with_its_interval() -> None:
    best = candidate("efficientnet_lite1", wrong=(0,), forward_s=0.04)
    tied = candidate("efficientnet_lite0", wrong=(0, 1), forward_s=0.02)
    bad = candidate("resnet50", wrong=range(0, 100, 2), forward_s=0.2)
    figure = ranking_figure(rank([bad, best, tied]), _TITLES, name="my <b>pictures</b>")
    traces = {trace.name: trace for trace in figure.data}
    points = traces["the best, and tied with it"]
    assert list(points.x) == [4.0, 2.0]
    assert list(points.y) == [99.0, 98.0]
    assert list(points.text) == ["EfficientNet-Lite1", "EfficientNet-Lite0"]
    low, high = points.y[0] - points.error_y.arrayminus[0], points.y[0] + points.error_y.array[0]
    assert 90 < low < 99 < high < 100
    assert list(traces["behind the best"].y) == [50.0]
    assert list(traces["nothing better for less"].y) == [98.0, 99.0], "from the quickest to the best"
    assert list(traces["accuracy on ImageNet, as published"].y) == pytest.approx([76.7, 75.1, 80.858])
    assert len(traces["second opinion: nearest pictures"].y) == 3
    assert [round(end, 3) for end in (figure.layout.shapes[0].y0, figure.layout.shapes[0].y1)] == [40.0, 60.0]
    assert figure.layout.title.subtitle.text == "my &lt;b&gt;pictures&lt;/b&gt;"


def test_one_candidate_and_an_imbalanced_sample() -> None:
    figure = ranking_figure(rank([candidate("efficientnet_lite0", counts=(80, 20))]), _TITLES, name="few")
    assert "the best" in [trace.name for trace in figure.data]
    assert "behind the best" not in [trace.name for trace in figure.data]
    assert figure.layout.yaxis.title.text == "balanced accuracy on held-out pictures, %"
