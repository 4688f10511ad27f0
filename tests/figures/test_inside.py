"""The figures beside the map: what they draw, and what they say where there is nothing to draw."""

import numpy as np
import pytest

from sftviz.embeddings.collapse import Collapse, CollapseChange
from sftviz.embeddings.depth import Block, Depth
from sftviz.embeddings.movement import movement_budget
from sftviz.figures.class_cosines import MOST_CLASSES, class_cosines_figure, class_cosines_table
from sftviz.figures.collapse import collapse_figure, collapse_table
from sftviz.figures.depth import depth_figure, depth_table
from sftviz.figures.movement import movement_figure, movement_table
from sftviz.results import Source
from tests.figures.conftest import HOSTILE, SAFE

SOURCES = (Source("r", 0), Source("r", 3))
NOTHING = Collapse(None, None, None, None, None)
SOME = Collapse(0.4, 0.1, 0.2, 1.0, 0.25)


def test_the_parts_of_the_movement_make_up_the_bar():
    before, after = np.random.default_rng(0).normal(size=(2, 40, 5))
    budget = movement_budget(before, after)
    figure = movement_figure(budget, SOURCES)
    assert sum(bar.x[0] for bar in figure.data) == pytest.approx(100)
    assert "run r, epoch 0 → epoch 3" in figure.layout.title.subtitle.text
    assert movement_table(budget)["sum of squared distances"].sum() == pytest.approx(budget.total)
    assert "Nothing moved" in movement_figure(movement_budget(before, before), SOURCES).layout.annotations[0].text


def test_cosines_before_after_and_ideal():
    before, after = np.eye(4, dtype=np.float32), np.eye(4, dtype=np.float32) - 0.1
    for each in (before, after):
        each[2], each[:, 2] = np.nan, np.nan
    names = ("cat", HOSTILE, "gone", "emu")
    figure = class_cosines_figure(before, after, names, SOURCES)
    assert list(figure.data[0].x) == ["cat", SAFE, "emu"]
    assert figure.data[2].z[0, 1] == pytest.approx(-0.5)
    assert len(class_cosines_table(before, after, names)) == 6
    nothing = class_cosines_figure(np.full((2, 2), np.nan), np.full((2, 2), np.nan), ("a", "b"), SOURCES)
    assert "Fewer than two classes" in nothing.layout.annotations[0].text


def test_of_many_classes_those_that_changed_most_are_drawn():
    before = np.eye(1000, dtype=np.float32)
    after = before.copy()
    after[700:704, 700:704] = 1
    figure = class_cosines_figure(before, after, tuple(map(str, range(1000))), SOURCES)
    assert figure.data[0].z.shape == (MOST_CLASSES, MOST_CLASSES)
    assert {"700", "703"} <= set(figure.data[0].x)
    assert f"the {MOST_CLASSES} that changed most of 1,000 classes" in figure.layout.title.subtitle.text


def test_dials_of_both_sides():
    sides = {"training (9)": CollapseChange(SOME, SOME, SOME), "validation (5)": CollapseChange(SOME, NOTHING, SOME)}
    figure = collapse_figure(sides, SOURCES)
    assert len(figure.data) == 12
    assert list(figure.data[2].x) == [0.4, None]
    assert len(collapse_table(sides)) == 10
    empty = collapse_figure({"validation (1)": CollapseChange(NOTHING, NOTHING, NOTHING)}, SOURCES)
    assert "needs two classes" in empty.layout.annotations[0].text


def _depth(num_learning: int) -> Depth:
    blocks = (
        Block("conv_stem, bn1", 0.01, None, None, None, 0.5, 0.5),
        Block("a_very_long_name.of.a.module", None, 0.02, 0.0, -0.2, 0.5, 0.75),
        Block("x<y", 0.03, 0.5, 0.0, 0.9, 0.75, 1.0),
    )
    return Depth(*SOURCES, blocks, 8, 20, 20, 0.25, num_learning)


def test_the_depth_strip_has_one_axis_and_shades_what_was_frozen():
    figure = depth_figure(_depth(1))
    assert list(figure.data[0].y) == [0.01, None, 0.03]
    assert list(figure.data[1].y) == [None, 2, 50]
    assert list(figure.data[3].y) == [50, 50, 75]
    assert list(figure.layout.xaxis4.ticktext) == ["1<br>conv_stem", "2", "3<br>x&lt;y"]
    assert figure.layout.yaxis3.range[0] < -0.2
    texts = [annotation.text for annotation in figure.layout.annotations]
    assert "<i>frozen</i>" in texts
    assert "<i>frozen</i>" not in [annotation.text for annotation in depth_figure(_depth(3)).layout.annotations]
    assert depth_table(_depth(1))["learned"].tolist() == [False, False, True]
