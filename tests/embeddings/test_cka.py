import numpy as np
import pytest
from scipy.stats import ortho_group

from sftviz.embeddings.cka import biased_linear_cka, hsic, linear_cka


def _by_definition(x: np.ndarray, y: np.ndarray) -> float:
    """HSIC₁ from the kernels themselves."""
    count, ones = len(x), np.ones(len(x))
    k, m = x @ x.T, y @ y.T
    np.fill_diagonal(k, 0)
    np.fill_diagonal(m, 0)
    middle = (ones @ k @ ones) * (ones @ m @ ones) / ((count - 1) * (count - 2))
    return (np.trace(k @ m) + middle - 2 / (count - 2) * (ones @ k @ m @ ones)) / (count * (count - 3))


@pytest.mark.parametrize("widths", [(3, 5), (40, 30), (3, 90)])
def test_the_features_give_what_the_kernels_give(widths):
    random = np.random.default_rng(0)
    x, y = (random.normal(size=(25, width)) for width in widths)
    assert hsic(x, y) == pytest.approx(_by_definition(x, y), rel=1e-10)


def test_five_points():
    x = np.array([[0, 0], [1, 0], [0, 1], [1, 1], [2, 1]], np.float32)
    y = np.array([[0], [1], [1], [2], [4]], np.float32)
    assert biased_linear_cka(x, y) == pytest.approx(0.8936871648301938, abs=1e-12)
    assert linear_cka(x, y) == pytest.approx(0.8666666666666671, abs=1e-12)


@pytest.mark.parametrize("width", [10, 100, 1000, 2048])
def test_independent_features_are_unrelated_and_only_the_plain_estimate_denies_it(width):
    x, y = np.random.default_rng(0).normal(size=(2, 100, width)).astype(np.float32)
    assert abs(linear_cka(x, y)) < 0.05
    assert biased_linear_cka(x, y) == pytest.approx(width / (width + 100), abs=0.05)


def test_the_same_space_is_alike_however_it_is_turned_moved_and_scaled(digits):
    assert linear_cka(digits, digits) == pytest.approx(1, abs=1e-12)
    assert linear_cka(digits, 3 * digits @ ortho_group(64, seed=0).rvs() + 5) == pytest.approx(1, abs=1e-5)
    stretched = digits @ np.random.default_rng(0).normal(size=(64, 64))
    assert linear_cka(digits, stretched) < 0.99


def test_parts_of_the_examples_give_what_all_of_them_give():
    random = np.random.default_rng(0)
    x = random.normal(size=(1024, 64))
    y = x[:, :32] @ random.normal(size=(32, 48)) + 2 * random.normal(size=(1024, 48))
    parts = [
        np.array([hsic(a, b), hsic(a, a), hsic(b, b)]) for a, b in zip(np.split(x, 16), np.split(y, 16), strict=True)
    ]
    shared, *alone = np.mean(parts, axis=0)
    assert shared / np.sqrt(np.prod(alone)) == pytest.approx(linear_cka(x, y), abs=0.02)


def test_few_examples_and_constant_features_are_not_compared(digits):
    assert linear_cka(digits[:3], digits[:3]) is None
    assert linear_cka(digits[:4], digits[:4]) == pytest.approx(1)
    assert linear_cka(digits, np.full((120, 5), 0.1, np.float32)) is None
    assert biased_linear_cka(digits, np.full((120, 5), 0.1, np.float32)) is None
