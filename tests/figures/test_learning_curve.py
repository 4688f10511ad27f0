"""The learning curve: solid where it was measured, dashed beyond."""

import numpy as np

from sftviz.analysis.learning_curve import learning_curve
from sftviz.figures.learning_curve import learning_curve_figure
from sftviz.trials import CurveTrials


def test_points_and_line_meet_at_the_most_examples() -> None:
    random = np.random.default_rng(0)
    sizes = np.repeat([10, 20, 30, 40, 50], 3)
    curve = learning_curve(CurveTrials(sizes, random.random((15, 100)) < 0.5 + sizes[:, None] / 200))
    assert curve is not None
    figure = learning_curve_figure(curve, title="a <b> & c")
    fit, beyond = (next(trace for trace in figure.data if trace.name == name) for name in ("fit", "carried on"))
    assert (fit.x[0], fit.x[-1], beyond.x[0], beyond.x[-1]) == (10, 50, 50, 100)
    assert fit.y[-1] == beyond.y[0]
    points = figure.data[-1]
    assert points.x.tolist() == [10, 20, 30, 40, 50]
    np.testing.assert_allclose(points.y, 100 * curve.accuracy_F)
    assert figure.layout.title.subtitle.text == "a &lt;b&gt; &amp; c"
