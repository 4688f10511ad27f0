from sftviz.analysis.measures import class_changes, class_metrics
from sftviz.analysis.table import class_table


def test_each_class_has_a_row_and_each_column_its_unit(said):
    before, after = said([0, 0, 1, 1], [0, 1, 1, 1]), said([0, 0, 1, 1], [0, 0, 1, 1], epoch=2)
    recall = [class_metrics(each, "recall") for each in (before, after)]
    table = class_table(*recall, class_changes(before, after, "recall"))
    assert table["class"].tolist() == ["cat", "dog", "emu"]
    assert table["pictures"].tolist() == [2, 2, 0]
    assert table["before, %"].tolist() == [50, 100, 0]
    assert table["after from, %"].round(1).tolist() == [34.2, 34.2, 0]
    assert table["change, points"].tolist() == [50, 0, 0]
    assert table["change to, points"].tolist() == [100, 0, 0]
    assert list(table)[-3:] == ["change, points", "change from, points", "change to, points"]
