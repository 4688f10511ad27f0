from sftviz.analysis.thresholds import class_curves, decide
from sftviz.figures.thresholds import threshold_figure
from sftviz.results import Source

from .conftest import HOSTILE, SAFE

SOURCES = (Source("r", 0), Source("r", 3))


def test_both_curves_with_a_mark_at_the_threshold(said):
    predictions = said([0, 1, 2, 0], [0, 1, 1, 2])
    decision = decide(predictions, 0, 0.5)
    figure = threshold_figure(HOSTILE, {f"after {HOSTILE}": class_curves(predictions, 0)}, decision, SOURCES)
    precision, roc, mark, roc_mark = figure.data
    assert (mark.x[0], mark.y[0]) == (50, 100)
    assert (roc_mark.x[0], roc_mark.y[0]) == (0, 50)
    assert (50, 100) in zip(precision.x.tolist(), precision.y.tolist(), strict=True)
    assert (0, 50) in zip(roc.x.tolist(), roc.y.tolist(), strict=True)
    assert figure.layout.title.text == f"{SAFE} against all other classes"
    assert precision.name == f"after {SAFE}"
    assert "%{x}" not in precision.hovertemplate.replace("%{x:.1f}", "")


def test_without_a_picture_taken_for_it_precision_has_no_mark(said):
    predictions = said([0, 1], [0, 1])
    figure = threshold_figure("cat", {"after": class_curves(predictions, 0)}, decide(predictions, 0, 1), SOURCES)
    assert sum(trace.mode == "markers" for trace in figure.data) == 1
