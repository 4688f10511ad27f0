from dataclasses import replace

import pytest

from sftviz.analysis.scores import score
from sftviz.analysis.table import class_table
from sftviz.errors import EmptyResultError


def test_each_class_has_a_row_and_each_column_its_unit(said):
    table = class_table(score(said([0, 0, 1, 1], [0, 1, 1, 1])), score(said([0, 0, 1, 1], [0, 0, 1, 1], epoch=2)))
    assert table["class"].tolist() == ["cat", "dog", "emu"]
    assert table["pictures"].tolist() == [2, 2, 0]
    assert table["recall before, %"].tolist() == [50, 100, 0]
    assert table["recall change, points"].tolist() == [50, 0, 0]
    assert table["precision after, %"].tolist() == [100, 100, 0]
    assert list(table)[-3:] == ["F1 before, %", "F1 after, %", "F1 change, points"]


def test_different_classes_are_not_compared(said):
    scores = score(said([0], [0]))
    with pytest.raises(EmptyResultError, match="no common list of classes"):
        class_table(scores, replace(scores, per_class=scores.per_class[:2]))
