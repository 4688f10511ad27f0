"""The waterfall: what is drawn, and how."""

from dataclasses import replace

import numpy as np

from sftviz.analysis.gain import gain
from sftviz.figures.gain import gain_figure
from sftviz.results import Source
from tests.analysis.test_gain import NAMES, _said
from tests.figures.conftest import HOSTILE, SAFE


def test_a_bar_leads_from_each_rung_to_the_next() -> None:
    rungs = tuple(_said(shift) for shift in (1.0, 3.0, 3.0, 1.0))
    figure = gain_figure(gain(rungs, NAMES, "accuracy"))
    *bars, points = figure.data
    assert len(bars) == 3
    np.testing.assert_allclose([bar.base[0] + bar.y[0] for bar in bars], points.y[1:])
    np.testing.assert_allclose([bar.base[0] for bar in bars], points.y[:-1])
    assert [bar.marker.color for bar in bars] == ["#009E73", "#999999", "#D55E00"]
    assert "points" in bars[0].hovertemplate


def test_less_loss_is_better_and_names_are_safe() -> None:
    rungs = tuple(replace(_said(shift), source=Source(HOSTILE, 2)) for shift in (1.0, 3.0, 3.0, 1.0))
    figure = gain_figure(gain(rungs, NAMES, "loss"))
    assert [bar.marker.color for bar in figure.data[:3]] == ["#009E73", "#999999", "#D55E00"]
    assert SAFE in figure.layout.title.subtitle.text
    assert "nats" in figure.layout.yaxis.title.text


def test_nothing_changed_is_drawn_flat() -> None:
    figure = gain_figure(gain((_said(9.0),) * 4, NAMES, "accuracy"))
    assert all(bar.y[0] == 0 for bar in figure.data[:3])
    low, high = figure.layout.yaxis.range
    assert low < high
