"""The Pareto front against its definition."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sftviz.analysis.pareto import compare_costs, pareto

_FEW = st.integers(0, 6).map(float)


def _by_definition(points: list[tuple[float, float]]) -> list[bool]:
    def beats(one: tuple[float, float], other: tuple[float, float]) -> bool:
        return one[0] <= other[0] and one[1] >= other[1] and one != other

    return [not any(beats(other, point) for other in points) for point in points]


@given(st.lists(st.tuples(_FEW, _FEW), max_size=30))
def test_it_is_what_nothing_beats(points: list[tuple[float, float]]) -> None:
    costs, gains = [cost for cost, _ in points], [gain for _, gain in points]
    assert pareto(costs, gains).tolist() == _by_definition(points)


def test_a_comparison_carries_its_front() -> None:
    found = compare_costs(("a", "b", "c"), ("x", "y", "z"), [1.0, 2.0, 3.0], [0.5, 0.4, 0.9])
    assert found.is_on_front_N.tolist() == [True, False, True]
    assert found.seconds_N.dtype == found.accuracy_N.dtype == np.float32
