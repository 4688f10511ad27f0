"""The power law: found where it is, and no more certain than it is."""

import numpy as np
import pytest
from scipy.optimize import curve_fit

from sftviz.analysis.learning_curve import fit_power_law, learning_curve
from sftviz.trials import CurveTrials

SIZES = np.linspace(40, 400, 10)


def _trials(mistakes: np.ndarray, num_examples: int, seed: int = 0) -> CurveTrials:
    """Trials of examples that are each as hard as a lot decides, learned one after the other."""
    random = np.random.default_rng(seed)
    hardness = random.permutation((np.arange(num_examples) + 0.5) / num_examples)
    repeats = np.repeat(np.arange(len(mistakes)), [5] * (len(mistakes) - 1) + [1])
    noise = random.normal(0, 0.002, len(repeats))
    is_right = hardness[None] >= (mistakes[repeats] + noise)[:, None]
    return CurveTrials(SIZES[repeats].astype(np.int64), is_right)


@pytest.mark.parametrize(("a", "b", "c"), [(0.05, 0.1, 0.5), (0.0, 0.2, 1.0), (0.2, 0.05, 1.5)])
def test_an_exact_law_is_found(a: float, b: float, c: float) -> None:
    law = fit_power_law(SIZES, a + b * (SIZES / 400) ** -c)
    assert (law.a, law.b, law.c) == pytest.approx((a, b, c), abs=1e-4)
    assert law.mistakes(np.array([800.0])) == pytest.approx(a + b * 2**-c, abs=1e-4)


def test_it_agrees_with_a_search_of_all_three_numbers() -> None:
    mistakes = 0.08 + 0.12 * (SIZES / 400) ** -0.7 + np.random.default_rng(0).normal(0, 0.003, 10)
    law = fit_power_law(SIZES, mistakes)
    free, _ = curve_fit(lambda n, a, b, c: a + b * n**-c, SIZES / 400, mistakes, p0=(0.1, 0.1, 0.5), bounds=(0, 2))
    theirs = free[0] + free[1] * (SIZES / 400) ** -free[2]
    np.testing.assert_allclose(law.mistakes(SIZES), theirs, atol=1e-4)


def test_accuracy_that_falls_is_a_level_line() -> None:
    law = fit_power_law(SIZES, np.linspace(0.1, 0.2, 10))
    assert law.mistakes(np.array([40.0, 800.0])) == pytest.approx([0.15, 0.15])


def test_a_steep_curve_helps_a_flat_one_hardly_and_few_examples_say_little() -> None:
    steep = learning_curve(_trials(0.3 * (SIZES / 400) ** -0.6, 4000))
    flat = learning_curve(_trials(np.full(10, 0.1), 4000))
    assert steep is not None
    assert flat is not None
    assert steep.verdict == "helps"
    assert steep.gain == pytest.approx(0.3 - 0.3 * 2**-0.6, abs=0.02)
    assert steep.gain_interval[0] < steep.gain < steep.gain_interval[1]
    assert flat.verdict == "hardly"
    random = np.random.default_rng(1)
    lucky = CurveTrials(_trials(np.zeros(10), 12).sizes_S, random.random((46, 12)) < 0.6)
    few = learning_curve(lucky)
    assert few is not None
    assert few.verdict == "uncertain"


def test_it_ends_at_twice_the_examples_and_the_band_holds_the_line() -> None:
    curve = learning_curve(_trials(0.1 + 0.1 * (SIZES / 400) ** -0.5, 2000))
    assert curve is not None
    assert (curve.grid_G[0], curve.grid_G[-1]) == (40, 800)
    assert (curve.band_low_G <= curve.line_G + 1e-3).all()
    assert (curve.band_high_G >= curve.line_G - 1e-3).all()
    assert ((curve.low_F <= curve.accuracy_F) & (curve.accuracy_F <= curve.high_F)).all()


def test_too_few_sizes_are_no_curve() -> None:
    assert learning_curve(CurveTrials(np.array([2, 2, 4]), np.ones((3, 4), np.bool_))) is None
    assert learning_curve(CurveTrials(np.empty(0, np.int64), np.empty((0, 4), np.bool_))) is None
