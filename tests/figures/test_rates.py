"""The range test's figure."""

import numpy as np

from sftviz.figures.rates import rates_figure
from sftviz.trials import RateTest


def _test(count: int, suggestion: float | None) -> RateTest:
    rates = np.geomspace(1e-6, 1, count).astype(np.float32)
    losses = np.linspace(2, 1, count).astype(np.float32)
    return RateTest(rates, losses, losses, suggestion)


def test_batches_curve_and_suggestion_stand_over_a_logarithmic_axis() -> None:
    figure = rates_figure(_test(20, 1e-3))
    np.testing.assert_array_equal(figure.data[0].x, _test(20, None).rates_N)
    assert figure.data[1].mode == "lines"
    assert figure.layout.xaxis.type == "log"
    assert figure.layout.shapes[0].x0 == 1e-3
    assert not rates_figure(_test(20, None)).layout.shapes


def test_too_few_rates_are_a_sentence() -> None:
    assert "diverged" in rates_figure(_test(1, None)).layout.annotations[0].text
