import json

import pytest

from sftviz.figures.drift import drift_figure, drift_table
from sftviz.results import Drift, DriftBand, Source
from tests.figures.conftest import HOSTILE, SAFE

SAME = DriftBand((0.0, 0.1), (0.7, 1.0), (0.0, 0.02))
CHANCE = DriftBand((0.7, 1.3), (0.02, 0.25), None)


def moved(*numbers: float | None) -> Drift:
    return Drift(Source("r", 0), Source("r", 3), *numbers)


def test_three_drifts_are_drawn_beside_their_bands():
    figure = drift_figure(moved(0.4, 0.5, 0.1), SAME, CHANCE, map_name="m")
    drifts = [trace.x[0] for trace in figure.data if trace.type == "scatter"]
    assert drifts == pytest.approx([0.4, 50, 10])
    bars = [(trace.name, trace.base, trace.base + trace.x[0]) for trace in figure.data if trace.type == "bar"]
    assert [name for name, _, _ in bars] == ["nothing changed", "unrelated maps"] * 2 + ["nothing changed"]
    assert bars[3][1:] == pytest.approx((2, 25))
    assert sum(trace.showlegend for trace in figure.data) == 3
    labels = [figure.layout[f"yaxis{row}"].ticktext[0] for row in ("", 2, 3)]
    assert [label.rsplit("<br>", 1)[1] for label in labels] == ["<b>0.40</b>", "<b>50</b>", "<b>10.0</b>"]


def test_nothing_changed_is_drawn_at_exactly_nothing():
    figure = drift_figure(moved(0.0, 1.0, 0.0), SAME, CHANCE, map_name="m")
    assert [trace.x[0] for trace in figure.data if trace.type == "scatter"] == [0, 100, 0]


def test_a_map_without_evidence_says_so():
    figure = drift_figure(moved(0.4, 0.5, None), SAME, CHANCE, map_name="m")
    assert "holds no<br>evidence for the class" in figure.layout.yaxis3.ticktext[0]


def test_without_bands_there_is_a_sentence():
    for bands in ((None, CHANCE), (SAME, None)):
        figure = drift_figure(moved(0.4, 0.5, 0.1), *bands, map_name="m")
        assert "has not been measured" in figure.layout.annotations[0].text


def test_names_are_text():
    words = json.dumps(drift_figure(moved(0, 1, 0), SAME, CHANCE, map_name=HOSTILE).to_dict(), default=str)
    assert json.dumps(SAFE)[1:-1] in words
    assert "<a href" not in words


def test_the_table_has_a_row_for_each_measure():
    table = drift_table(moved(0.4, 0.5, 0.1), SAME, CHANCE)
    assert {len(column) for column in table.values()} == {3}
    assert table["these two maps"] == [0.4, 0.5, 0.1]
    assert table["unrelated maps, to"] == [1.3, 0.25, None]
    assert "unrelated maps, from" not in drift_table(moved(0.4, 0.5, 0.1), SAME, None)
    assert not any("<" in measure for measure in table["measure"])
