import numpy as np
import pytest

from sftviz.figures.point_colors import COLORINGS, point_colors
from sftviz.figures.theme import class_color
from sftviz.results import Predictions

from .conftest import HOSTILE

LABELS = [0, 1, 1, 0]


@pytest.fixture
def pair(said) -> list[Predictions]:
    return [said(LABELS, [0, 1, 0, 0]), said(LABELS, [0, 1, 1, 2], 3)]


def test_classes_have_their_own_colours_and_names_at_every_checkpoint(pair):
    colors = point_colors("class", pair)
    assert colors.groups_EN.tolist() == [LABELS] * 2
    assert colors.names == ("cat", HOSTILE, "emu")
    assert colors.colors == tuple(map(class_color, range(3)))


@pytest.mark.parametrize(
    ("coloring", "groups", "names"),
    [
        ("right", [[1, 1, 0, 1], [1, 1, 1, 0]], ("wrong", "right")),
        ("flip", [[1, 1, 3, 2]] * 2, ("still wrong", "still right", "broken", "fixed")),
    ],
)
def test_groups_are_named(coloring, groups, names, pair):
    colors = point_colors(coloring, pair)
    assert colors.groups_EN.tolist() == groups
    assert colors.names == names
    assert len(set(colors.colors)) >= len(names) - 1
    assert colors.title == COLORINGS[coloring]


@pytest.mark.parametrize(
    ("coloring", "shares"), [("confidence", [[0.8] * 4] * 2), ("kept", [[0, 0.5, 1, 1], [1, 1, 0, 0]])]
)
def test_shares_are_shades_of_one_scale_from_rare_to_usual(coloring, shares, pair):
    kept = np.array([[0, 0.5, 1, 1], [1, 1, 0, 0]], np.float32)
    colors = point_colors(coloring, pair, kept)
    assert colors.is_scale
    assert colors.names == ()
    assert colors.groups_EN / (len(colors.colors) - 1) == pytest.approx(np.array(shares), abs=0.002)
    assert (colors.colors[0], colors.colors[-1]) == ("#d55e00", "#0072b2")
    assert all(len(color) == 7 for color in colors.colors)


def test_what_is_not_measured_yet_leaves_the_class(pair):
    assert {point_colors(each, pair).title for each in ("kept", "split")} == {"true class"}
    assert set(COLORINGS) == {"class", "right", "flip", "confidence", "kept", "split"}


def test_training_examples_are_hollow_and_may_have_a_colour_of_their_own(pair):
    is_training = np.array([False, False, True, True])
    colors = point_colors("split", pair, is_training_N=is_training)
    assert colors.groups_EN.tolist() == [[0, 0, 1, 1]] * 2
    assert colors.names == ("validation", "training")
    assert point_colors("class", pair, is_training_N=is_training).is_hollow_N is is_training


def test_many_classes_have_colours_but_no_names(pair):
    classes = tuple(f"class {index}" for index in range(1000))
    many = Predictions(
        pair[0].source, classes, tuple("abcd"), np.array([0, 11, 999, 3]), np.eye(4, 1000, dtype=np.float32)
    )
    colors = point_colors("class", [many, many])
    assert colors.names == ()
    assert [colors.colors[group] for group in colors.groups_EN[0]] == [class_color(each) for each in (0, 1, 9, 3)]
