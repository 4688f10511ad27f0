import numpy as np
import pytest

from sftviz.attribution.box import Box
from sftviz.figures.across import box_figure, mean_maps_figure
from sftviz.results import Source

OLD, NEW = Source("r", 0), Source("r", 3)


def test_each_class_has_its_map_before_above_after():
    maps = [(f"<b>{name}</b>", np.full((14, 14), 0.01 * n), np.full((14, 14), 0.02), n) for n, name in enumerate("abc")]
    figure = mean_maps_figure(maps, OLD, NEW)
    assert [trace.z[0, 0] for trace in figure.data] == [1, 2, 2, 2]
    texts = [note.text for note in figure.layout.annotations]
    assert texts == ["&lt;b&gt;b&lt;/b&gt; (1)", "&lt;b&gt;c&lt;/b&gt; (2)", "epoch 0", "epoch 3"]
    assert (figure.layout.coloraxis.cmin, figure.layout.coloraxis.cmax) == (0, 2)


def test_no_picture_is_a_sentence():
    figure = mean_maps_figure([("a", np.zeros((14, 14)), np.zeros((14, 14)), 0)], OLD, NEW)
    assert "no explained picture" in figure.layout.annotations[0].text


def test_a_box_is_drawn_in_percentages_of_the_picture():
    mean = np.zeros((14, 14), np.float32)
    mean[3, 5] = 1
    figure = box_figure(mean, Box(10, 20, 50, 90), NEW, 1234)
    (shape,) = figure.layout.shapes
    assert (shape.x0, shape.y0, shape.x1, shape.y1) == (10, 20, 50, 90)
    (heat,) = figure.data
    assert (heat.x0 + 5 * heat.dx, heat.y0 + 3 * heat.dy) == pytest.approx((550 / 14, 25))
    assert figure.layout.yaxis.range == (100, 0)
    assert "1,234 pictures" in figure.layout.title.subtitle.text
    assert not box_figure(mean, None, NEW, 1).layout.shapes
