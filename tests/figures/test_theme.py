import pytest

from sftviz.figures.theme import class_color, empty_figure, escaped, span
from sftviz.results import Source


def test_a_class_keeps_its_colour_and_ten_differ():
    assert len({class_color(index) for index in range(10)}) == 10
    assert class_color(13) == class_color(3)


@pytest.mark.parametrize(
    ("text", "safe"),
    [("<b>a</b>", "&lt;b&gt;a&lt;/b&gt;"), ("&lt;", "&amp;lt;"), (" a\n\tb ", "a b"), ("Größe", "Größe")],
)
def test_text_is_shown_as_it_is(text, safe):
    assert escaped(text) == safe


def test_an_empty_figure_says_why():
    figure = empty_figure("There is <nothing>.")
    assert not figure.data
    assert figure.layout.annotations[0].text == "There is &lt;nothing&gt;."


def test_the_span_names_runs_and_epochs():
    assert span(Source("r", 0), Source("r", 3)) == "run r, epoch 0 → epoch 3"
    assert span(Source("<q>", 0), Source("r", 3)) == "epoch 0 of run &lt;q&gt; → epoch 3 of run r"
