import numpy as np

from sftviz.embeddings.project import project
from sftviz.embeddings.table import projection_table


def test_the_table_is_the_map(said, digits):
    before, after = said(digits), said(digits[::-1].copy(), 3)
    projection = project([before, after], "pca")
    table = projection_table(projection, before, after)
    assert table["file"].tolist() == list(before.examples)
    assert np.array_equal(table[["x after", "y after"]].to_numpy(), projection.points_EN2[1])
    assert table["class"].tolist() == [before.classes[label] for label in before.labels_N]
    assert np.array_equal(table["moved, map radii"], projection.displacement_N)
