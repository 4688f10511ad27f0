import numpy as np

from sftviz.figures.classes import class_change_figure

from .conftest import SAFE


def test_the_largest_gain_is_on_top(scored):
    figure = class_change_figure(scored([0.5, 0.2, 0.9]), scored([0.6, 0.9, 0.7], 3))
    line, before, after = figure.data
    assert before.x.tolist() == np.array([90, 50, 20], np.float32).tolist()
    assert after.x.tolist() == np.array([70, 60, 90], np.float32).tolist()
    assert before.x.dtype == np.float32
    assert np.array_equal(line.x.reshape(3, 3)[:, :2], np.column_stack([before.x, after.x]))
    assert np.isnan(line.x.reshape(3, 3)[:, 2]).all()
    assert figure.layout.xaxis.title.text == "F1, %"


def test_names_are_safe_in_ticks_and_hover(scored):
    figure = class_change_figure(scored([0.5]), scored([0.75], 3))
    assert figure.layout.yaxis.ticktext == (f"0 {SAFE}",)
    assert figure.data[1].hovertext[0] == f"<b>0 {SAFE}</b><br>F1 50.0 % → 75.0 %, +25.0 points<br>7 pictures"


def test_of_very_many_classes_those_that_changed_most_are_shown(scored):
    figure = class_change_figure(scored([0.5] * 1000), scored([0.5] * 950 + [0.7] * 50, 3))
    assert len(figure.data[1].x) == 40
    assert set(figure.data[2].x.tolist()) == {70}
    assert figure.layout.title.subtitle.text.endswith("; the 40 of 1,000 classes that changed most")


def test_no_classes_are_an_empty_labelled_figure(scored):
    figure = class_change_figure(scored([]), scored([], 3))
    assert not figure.data
    assert figure.layout.annotations[0].text == "There are no classes to compare."
