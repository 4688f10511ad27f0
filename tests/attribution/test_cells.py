"""Adding up pixels in cells."""

import numpy as np

from sftviz.attribution.cells import in_cells
from sftviz.results import AttributionMap, Source


def test_each_cell_holds_the_sum_of_its_pixels() -> None:
    values = np.arange(24, dtype=np.float32).reshape(4, 6)
    attribution = AttributionMap(Source("r", 1), "a.png", "integrated_gradients", 0, "input", 1.0, values, 0.01)
    cells = in_cells(attribution, 2)
    np.testing.assert_array_equal(cells.values_HW, [[14, 22, 30], [62, 70, 78]])
    assert cells.values_HW.sum() == values.sum()
    assert cells.completeness_error == 0.01
