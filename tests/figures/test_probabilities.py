from dataclasses import replace

import numpy as np
import pytest

from sftviz.figures.probabilities import probability_figure

from .conftest import SAFE


def test_the_likeliest_class_after_is_on_top(said):
    figure = probability_figure(said([0], [0]), said([0], [1], 3), 0)
    after, before = figure.data
    assert (after.name, before.name) == ("after", "before")
    assert after.x.tolist() == pytest.approx([10, 10, 80])
    assert before.x.tolist() == pytest.approx([80, 10, 10])
    assert after.x.dtype == np.float32
    assert figure.layout.yaxis.ticktext == ("cat", "emu", SAFE)
    assert figure.layout.title.subtitle.text == "run r, epoch 0 → epoch 3"
    assert after.hovertext[2] == f"{SAFE}, after: 80.0 %"


def test_of_many_classes_five_are_shown_and_none_that_was_likely_is_left_out(said):
    classes = tuple(f"class {index}" for index in range(9))
    old, new = np.full((2, 1, 9), 0.01, np.float32)
    old[0, 8] = new[0, 3] = 0.92
    before = replace(said([0], [0]), classes=classes, probabilities_NK=old)
    figure = probability_figure(before, replace(before, probabilities_NK=new), 0)
    assert len(figure.layout.yaxis.ticktext) == 5
    assert figure.layout.yaxis.ticktext[-1] == "class 3"
    assert "class 8" in figure.layout.yaxis.ticktext


def test_no_examples_are_an_empty_labelled_figure(said):
    figure = probability_figure(said([], []), said([], [], 3), 0)
    assert not figure.data
    assert figure.layout.annotations[0].text == "There are no validation examples to show."
