"""Labels in doubt, and how many of the wrong ones would be."""

import numpy as np
import pytest

from sftviz.audit.doubts import doubts, doubts_finding, power
from sftviz.results import FloatArray, IntArray, Source
from sftviz.training.label_trial import ask_labels
from sftviz.trials import LabelTrial

_CLASSES = ("ant", "bee", "<b>cow")


def _clouds(count: int, apart: float) -> tuple[FloatArray, IntArray]:
    random = np.random.default_rng(0)
    labels = np.arange(count) % len(_CLASSES)
    centres = random.normal(size=(len(_CLASSES), 16))
    return (apart * centres[labels] + random.normal(size=(count, 16))).astype(np.float32), labels


def _asked(embeddings_ND: FloatArray, labels_N: IntArray, classes: tuple[str, ...] = _CLASSES) -> LabelTrial:
    names = tuple(f"{index}.png" for index in range(len(labels_N)))
    return ask_labels(embeddings_ND, labels_N, names, classes, source=Source("x", 0), fold_N=None, seed=0)


def test_planted_mistakes_are_found_and_the_trial_foretells_how_many() -> None:
    embeddings, labels = _clouds(400, apart=1.5)
    wrong = np.random.default_rng(1).choice(400, 20, replace=False)
    given = labels.copy()
    given[wrong] = (labels[wrong] + 1) % 3
    trial = _asked(embeddings, given)
    found = doubts(trial, embeddings)
    hits = np.isin(found.indices_S, wrong)
    assert hits.sum() >= 16
    assert hits.mean() > 0.8
    tried = power(trial, embeddings)
    assert tried.num_swapped == 80
    assert tried.interval[0] <= hits.sum() / 20 <= tried.interval[1] + 0.1
    assert tried.chance < 0.2
    finding = doubts_finding(found, tried)
    assert finding is not None
    assert finding.title == f"{len(found.indices_S)} labels are in doubt"
    assert finding.leave_out == tuple(sorted(found.indices_S.tolist()))
    assert f"80 labels were swapped by lot: {tried.num_found} of them were found" in finding.advice


def test_where_nothing_can_be_learned_no_more_is_found_than_by_guessing() -> None:
    embeddings, labels = _clouds(400, apart=0.0)
    tried = power(_asked(embeddings, labels), embeddings)
    assert tried.interval[0] <= tried.chance


def test_labels_that_are_right_are_not_doubted() -> None:
    embeddings, labels = _clouds(300, apart=4.0)
    trial = _asked(embeddings, labels)
    found = doubts(trial, embeddings)
    assert not len(found.indices_S)
    assert doubts_finding(found, power(trial, embeddings)) is None
    assert power(trial, embeddings).num_found == 60


@pytest.mark.parametrize(("count", "num_classes"), [(2, 2), (3, 2), (5, 5), (40, 20)])
def test_few_pictures_and_many_classes(count: int, num_classes: int) -> None:
    embeddings = np.random.default_rng(0).normal(size=(count, 8)).astype(np.float32)
    classes = tuple(map(str, range(num_classes)))
    trial = _asked(embeddings, np.arange(count) % num_classes, classes)
    assert (trial.swapped_SN != trial.said.labels_N).sum(axis=1).min() >= 1
    tried = power(trial, embeddings)
    assert 0 <= tried.interval[0] <= tried.interval[1] <= 1
    assert tried.sentence.endswith("%.")


def test_no_label_is_swapped_twice_and_the_seed_decides() -> None:
    embeddings, labels = _clouds(200, apart=1.0)
    trial = _asked(embeddings, labels)
    assert (trial.swapped_SN != labels).sum(axis=0).max() == 1
    assert (trial.swapped_SN != labels).sum() == 40
    assert np.array_equal(trial.swapped_SN, _asked(embeddings, labels).swapped_SN)
