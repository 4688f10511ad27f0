import numpy as np
import pytest

from sftviz.analysis.calibration import reliability
from sftviz.figures.calibration import reliability_figure


def test_points_bars_and_bands_of_filled_bins_only(said):
    before, after = said([0, 1, 2, 0], [0, 1, 1, 2]), said([0, 1, 2, 0], [0, 1, 2, 2], 4)
    figure = reliability_figure(reliability(before), reliability(after))
    bands = [trace for trace in figure.data if trace.name == "where perfect calibration would lie"]
    assert [trace.showlegend for trace in bands] == [False, True]
    points = [trace for trace in figure.data if trace.type == "scatter" and trace.mode == "markers"]
    assert [trace.y.tolist() for trace in points] == [[50], [75]]
    assert points[1].x == pytest.approx(np.array([80]))
    assert "4 pictures with a confidence of 80.0 %:<br>75.0 % are right" in points[1].hovertext[0]
    assert points[1].error_y.arrayminus[0] == pytest.approx(75 - 30.06, abs=0.01)
    counts = [trace for trace in figure.data if trace.type == "bar" and trace not in bands]
    assert [trace.y.sum() for trace in counts] == [4, 4]
    assert "epoch 0 → epoch 4" in figure.layout.title.subtitle.text
