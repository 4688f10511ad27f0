from dataclasses import replace

import numpy as np

from sftviz.analysis.suspects import SIGNS, suspects, suspects_table
from sftviz.results import Embedded, Predictions, Source


def _said(probabilities: list[list[float]], labels: list[int], epoch: int = 0) -> Predictions:
    names = tuple(f"{index}.png" for index in range(len(labels)))
    table = np.array(probabilities, np.float32)
    return Predictions(Source("r", epoch), ("bird", "=dog"), names, np.array(labels, np.int64), table)


def _embedded(said: Predictions, positions: list[float]) -> Embedded:
    embeddings = np.array(positions, np.float32)[:, None]
    return Embedded(said.source, said.classes, said.examples, said.labels_N, said.probabilities_NK, embeddings)


# Four birds at 0 and four dogs at 1; the last bird is one in name only.
LABELS = [0, 0, 0, 0, 1, 1, 1, 1]
SAID = _said([[0.9, 0.1]] * 3 + [[0.03, 0.97]] + [[0.1, 0.9]] * 4, LABELS)
AMONG_DOGS = _embedded(SAID, [0.0, 0.01, 0.02, 1.015, 1.0, 1.01, 1.02, 1.03])
AMONG_BIRDS = _embedded(SAID, [0.0, 0.01, 0.02, 0.03, 1.0, 1.01, 1.02, 1.03])


def test_two_signs_make_a_suspect_and_one_does_not():
    found = suspects(SAID, (), [AMONG_DOGS])
    assert found.indices_S.tolist() == [3]
    assert found.instead_S.tolist() == [1]
    assert found.has_sign_SJ.tolist() == [[True, False, True]]
    assert not len(suspects(SAID, (), [AMONG_BIRDS]).indices_S)
    assert not len(suspects(SAID, (), []).indices_S)


def test_the_margin_of_later_epochs_is_a_sign():
    later = _said([[0.9, 0.1]] * 3 + [[0.4, 0.6]] + [[0.1, 0.9]] * 4, LABELS, 1)
    assert suspects(SAID, (later,), []).has_sign_SJ.tolist() == [[True, True, False]]
    learned = _said([[0.9, 0.1]] * 4 + [[0.1, 0.9]] * 4, LABELS, 1)
    assert not len(suspects(SAID, (learned,), []).indices_S)


def test_the_least_probable_label_comes_first():
    said = replace(SAID, probabilities_NK=SAID.probabilities_NK.copy())
    said.probabilities_NK[7] = [0.99, 0.01]
    assert suspects(said, (said,), []).indices_S.tolist() == [7, 3]


def test_without_the_first_sign_the_most_probable_other_class_is_named():
    unsure = _said([[0.9, 0.1]] * 3 + [[0.55, 0.45]] + [[0.1, 0.9]] * 4, LABELS)
    later = _said([[0.9, 0.1]] * 3 + [[0.4, 0.6]] + [[0.1, 0.9]] * 4, LABELS, 1)
    found = suspects(unsure, (later,), [AMONG_DOGS])
    assert found.has_sign_SJ.tolist() == [[False, True, True]]
    assert found.instead_S.tolist() == [1]


def test_the_neighbours_may_be_of_the_other_side():
    one = Predictions(SAID.source, SAID.classes, ("new.png",), np.array([0]), np.array([[0.2, 0.8]], np.float32))
    pool = [AMONG_BIRDS, _embedded(one, [1.005])]
    later = replace(one, source=Source("r", 1))
    assert suspects(one, (later,), pool).has_sign_SJ.tolist() == [[False, True, True]]


def test_the_table_names_the_signs():
    table = suspects_table(suspects(SAID, (SAID,), [AMONG_DOGS]), "training")
    (row,) = table.to_dict("records")
    assert (row["file"], row["set"], row["given"], row["said"]) == ("3.png", "training", "bird", "=dog")
    assert row["signs"] == ", ".join(SIGNS)
    assert [round(row[f"probability of {each}"], 2) for each in ("given", "said")] == [0.03, 0.97]
    assert list(suspects_table(suspects(SAID, (), []), "validation").columns) == list(table.columns)
