import os

import pytest

from sftviz.data.parallel import in_threads


def test_results_come_in_order():
    assert list(in_threads(str, range(1000))) == [str(n) for n in range(1000)]
    assert list(in_threads(str, [])) == []


def test_work_stops_soon_after_the_reader():
    begun: list[int] = []
    results = in_threads(begun.append, range(100_000))
    next(results)
    results.close()
    assert len(begun) <= 8 * (os.cpu_count() or 1)


def test_an_error_reaches_the_reader():
    with pytest.raises(ZeroDivisionError):
        list(in_threads(lambda n: 1 / n, [1, 0]))
