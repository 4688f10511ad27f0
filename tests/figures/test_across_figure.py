import numpy as np

from sftviz.figures.across import mean_maps_figure
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
