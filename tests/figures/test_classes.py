from sftviz.figures.classes import class_change_figure
from sftviz.results import Source

from .conftest import SAFE

SOURCES = (Source("r", 0), Source("r", 3))


def test_the_largest_gain_is_on_top_and_intervals_are_bars(measured):
    figure = class_change_figure("F1", measured([0.5, 0.25, 0.75]), measured([0.625, 1, 0.5]), SOURCES)
    before, after = figure.data
    assert before.x.tolist() == [75, 50, 25]
    assert after.x.tolist() == [50, 62.5, 100]
    assert set(after.error_x.array.tolist()) == {12.5}
    assert set(after.error_x.arrayminus.tolist()) == {25}
    assert figure.layout.xaxis.title.text == "F1, %"
    assert "epoch 0 → epoch 3" in figure.layout.title.subtitle.text


def test_names_are_safe_in_ticks_and_hover(measured):
    figure = class_change_figure("F1", measured([0.5]), measured([0.75]), SOURCES)
    assert figure.layout.yaxis.ticktext == (f"0 {SAFE}",)
    assert figure.data[1].hovertext[0] == f"<b>0 {SAFE}</b><br>F1 50.0 % → 75.0 %, +25.0 points<br>7 pictures"


def test_of_very_many_classes_those_that_changed_most_are_shown(measured):
    figure = class_change_figure("Recall", measured([0.5] * 1000), measured([0.5] * 950 + [0.75] * 50), SOURCES)
    assert len(figure.data[1].x) == 40
    assert set(figure.data[1].x.tolist()) == {75}
    assert figure.layout.title.subtitle.text.endswith("; the 40 of 1,000 classes that changed most")


def test_no_classes_are_an_empty_labelled_figure(measured):
    figure = class_change_figure("F1", measured([]), measured([]), SOURCES)
    assert not figure.data
    assert figure.layout.annotations[0].text == "There are no classes to compare."
