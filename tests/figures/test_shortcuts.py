"""Figures of what single properties say: bands, bars and boxes, with names as text."""

import numpy as np

from sftviz.audit.shortcuts import Said
from sftviz.figures.shortcuts import properties_figure, property_figure


def _said(*, strength: str = "strong", num_classes: int = 2, names: tuple[str, ...] = (), values: bool = False) -> Said:
    shares = np.random.default_rng(0).dirichlet(np.ones(len(names) or 2), num_classes)
    spread = tuple((0.0, 1.0, 2.0, 3.0, 4.0 + label) for label in range(num_classes)) if values else ()
    bins = names or ("0", "1")
    rows = tuple(map(tuple, shares.tolist()))
    return Said("p", "size, <b>", False, 0.9, (0.4, 0.6), 1 / num_classes, strength, bins, rows, spread)  # type: ignore[arg-type]


def test_each_property_stands_beside_its_band() -> None:
    figure = properties_figure([_said(), _said(strength="none")])
    bands = [trace for trace in figure.data if trace.mode == "lines"]
    marks = [trace for trace in figure.data if trace.mode == "markers"]
    assert [tuple(trace.x) for trace in bands] == [(40, 60), (40, 60)]
    assert [(tuple(trace.x), tuple(trace.y)) for trace in marks] == [((90,), (0,)), ((90,), (1,))]
    assert len({trace.marker.symbol for trace in marks}) == 2, "strength is not told by colour alone"


def test_nothing_to_say_is_a_sentence() -> None:
    assert "too few pictures" in properties_figure([]).layout.annotations[0].text


def test_values_are_boxes_and_names_are_bars() -> None:
    boxes = property_figure(_said(values=True), ("<i>ant", "bee"))
    assert boxes.data[0].type == "box"
    assert boxes.layout.yaxis.ticktext == ("bee", "&lt;i&gt;ant")
    assert "&lt;b&gt;" in boxes.layout.xaxis.title.text
    bars = property_figure(_said(names=("#aabbcc", "<img>")), ("ant", "bee"))
    assert [trace.name for trace in bars.data] == ["near this colour", "&lt;img&gt;"]
    assert bars.data[0].marker.color == "#aabbcc"
    np.testing.assert_allclose(np.sum([trace.x for trace in bars.data], axis=0), 100)


def test_of_a_thousand_classes_those_that_differ_most_are_shown() -> None:
    figure = property_figure(_said(num_classes=1000, values=True), tuple(map(str, range(1000))))
    assert len(figure.layout.yaxis.ticktext) == 25
    assert "975 classes that differ less" in figure.layout.title.subtitle.text
