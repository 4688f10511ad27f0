import numpy as np

from sftviz.analysis.confusion import confusion
from sftviz.figures.confusion import confusion_figure
from sftviz.figures.theme import escaped
from tests.figures.conftest import HOSTILE

EVERY = np.arange(3)


def test_cells_hold_counts_and_shares_of_their_rows(said):
    figure = confusion_figure(confusion(said([0, 0, 1, 2], [0, 1, 1, 0], epoch=4)), EVERY)
    (heat,) = figure.data
    assert heat.customdata.tolist() == [[1, 1, 0], [0, 1, 0], [1, 0, 0]]
    assert heat.z.tolist() == [[50, 50, 0], [0, 100, 0], [100, 0, 0]]
    assert figure.layout.title.text == "run r, epoch 4, pictures"
    assert figure.layout.xaxis.ticktext[1] == escaped(HOSTILE[:24])


def test_a_title_from_outside_is_shown_as_text(said):
    figure = confusion_figure(confusion(said([0], [0])), EVERY, title=HOSTILE)
    assert figure.layout.title.text == escaped(HOSTILE)


def test_a_change_is_centred_on_nothing(said):
    before, after = confusion(said([0, 0], [1, 1])), confusion(said([0, 0], [0, 1], epoch=2))
    (heat,) = confusion_figure(after, EVERY, before=before).data
    assert heat.customdata.tolist() == [[1, -1, 0], [0, 0, 0], [0, 0, 0]]
    assert heat.zmid == 0


def test_very_many_classes_are_not_written_on(said):
    matrix = confusion(said([0, 1], [0, 1]))
    figure = confusion_figure(matrix, np.resize(EVERY, 60))
    assert figure.data[0].text is None
    assert figure.layout.height <= 1600
