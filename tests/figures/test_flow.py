from sftviz.analysis.mistakes import flow
from sftviz.figures.flow import flow_figure
from sftviz.results import Flow, Source, Stream

from .conftest import SAFE


def test_streams_lead_from_the_class_before_to_the_class_after(said):
    figure = flow_figure(flow(said([0, 0, 1, 1], [1, 1, 1, 0]), said([0, 0, 1, 1], [0, 0, 2, 0], 3)))
    (sankey,) = figure.data
    names, link = sankey.node.label, sankey.link
    streams = [
        (names[old], names[new], count) for old, new, count in zip(link.source, link.target, link.value, strict=True)
    ]
    assert streams == [(SAFE, "cat", 2), (SAFE, "emu", 1)]
    assert link.customdata[0] == f"<b>{SAFE} → cat</b><br>2 pictures, fixed"
    assert link.customdata[1].endswith("1 pictures, broken")
    assert figure.layout.title.subtitle.text == "run r, epoch 0 → epoch 3; 3 pictures"


def test_of_very_many_streams_the_largest_are_shown() -> None:
    streams = tuple(Stream(old, (old + 1) % 100, "wrong", 100 - old) for old in range(100))
    classes = tuple(map(str, range(100)))
    figure = flow_figure(Flow(Source("r", 0), Source("r", 1), classes, streams))
    assert len(figure.data[0].link.value) == 20
    assert figure.layout.title.subtitle.text.endswith("; the 20 largest of 100 streams, 1,810 of 5,050 pictures")


def test_nothing_flows_is_a_sentence(said):
    same = said([0, 1], [1, 1])
    figure = flow_figure(flow(same, same))
    assert not figure.data
    assert figure.layout.annotations[0].text.endswith("nothing flows.")
