"""From the nearest mean to the trained model, on a run."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sklearn.neighbors import NearestCentroid

from sftviz.embeddings import of_run
from sftviz.embeddings.gain_of_run import climb, kept_rungs, refit, refitted_origin
from sftviz.embeddings.nearest_mean import nearest_mean
from sftviz.errors import CheckpointError, EmptyResultError
from sftviz.jobs.work import carry_out
from sftviz.pulling import result_of
from sftviz.results import Embedded, Source
from sftviz.runs.lock import RunLock
from sftviz.runs.run import Run
from sftviz.runs.store import RunStore
from sftviz.training.probe import fit_probe
from tests.conftest import HEAD_ONLY, SHORT


def test_each_rung_is_what_it_says(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kept_rungs(run, 2) is None
    rungs = result_of(climb(run, 2))
    assert rungs.probe is run.predictions(0)
    assert rungs.trained is run.predictions(2)
    assert rungs.unaveraged is None
    assert not rungs.is_frozen
    training = of_run.training_embedded(run, 2)
    probe = fit_probe(training.embeddings_ND, training.labels_N, 3, seed=0)
    assert np.array_equal(rungs.weight_KD, probe.weight_KD)
    logits = run.embedded(2).embeddings_ND @ probe.weight_KD.T + probe.bias_K
    assert np.array_equal(rungs.refitted.predicted_N, logits.argmax(axis=1))
    monkeypatch.setattr(of_run, "compute", None)
    kept = kept_rungs(run, 2)
    assert kept is kept_rungs(run, 2)
    assert np.array_equal(kept.nearest_mean.probabilities_NK, rungs.nearest_mean.probabilities_NK)


def test_the_refitted_head_becomes_a_run(run: Run, home: Path) -> None:
    rungs = result_of(climb(run, 2))
    made = RunStore(home).get(result_of(refit(run, 2)))
    assert made.name == "a finished run, head refitted"
    assert made.config.origin == refitted_origin(run, 2)
    # The features of the kept rung are in half precision.
    np.testing.assert_allclose(made.predictions(1).probabilities_NK, rungs.refitted.probabilities_NK, atol=2e-3)
    assert np.array_equal(made.embedded(1).embeddings_ND, run.embedded(2).embeddings_ND)


def test_a_frozen_backbone_bought_nothing(new_run: Callable[..., Run], home: Path) -> None:
    run = new_run(HEAD_ONLY)
    with RunLock(run.folder):
        carry_out(run, home)
    rungs = result_of(climb(run, 3))
    assert rungs.is_frozen
    assert np.array_equal(rungs.refitted.probabilities_NK, rungs.probe.probabilities_NK)


def test_weights_that_learned_are_told_from_their_average(new_run: Callable[..., Run], home: Path) -> None:
    run = new_run(SHORT.model_copy(update={"averaging": 0.9, "batch_size": 1}))
    with RunLock(run.folder):
        carry_out(run, home)
    rungs = result_of(climb(run, 2))
    assert rungs.unaveraged is not None
    assert not np.array_equal(rungs.unaveraged.probabilities_NK, rungs.trained.probabilities_NK)
    kept = kept_rungs(run, 2)
    assert np.array_equal(kept.unaveraged.probabilities_NK, rungs.unaveraged.probabilities_NK)


def test_what_cannot_be_had_is_a_sentence(run: Run) -> None:
    with pytest.raises(EmptyResultError, match="choose a later epoch"):
        result_of(climb(run, 0))
    result_of(climb(run, 2))
    (path,) = (run.folder / "gain").iterdir()
    path.write_bytes(path.read_bytes()[:100])
    assert kept_rungs(run, 2) is None
    shutil.rmtree(run.folder / "checkpoints" / "epoch-0002")
    with pytest.raises(CheckpointError, match="weights of epoch 2 are not kept"):
        kept_rungs(run, 2)


def _embedded(embeddings: np.ndarray, labels: np.ndarray, num_classes: int = 3) -> Embedded:
    count = len(labels)
    return Embedded(
        source=Source("r", 0),
        classes=tuple("abc"[:num_classes]),
        examples=tuple(map(str, range(count))),
        labels_N=labels.astype(np.int64),
        probabilities_NK=np.full((count, num_classes), 1 / num_classes, np.float32),
        embeddings_ND=embeddings.astype(np.float32),
    )


def test_the_nearest_mean_is_that_of_scikit_learn() -> None:
    random = np.random.default_rng(0)
    labels = np.arange(90) % 3
    points = random.normal(size=(3, 8))[labels] + random.normal(size=(90, 8))
    known, asked = _embedded(points[:60], labels[:60]), _embedded(points[60:], labels[60:])
    found = nearest_mean(known, asked)
    theirs = NearestCentroid().fit(points[:60], labels[:60]).predict(points[60:])
    assert np.array_equal(found.predicted_N, theirs)
    np.testing.assert_allclose(found.probabilities_NK.sum(axis=1), 1, rtol=1e-5)


def test_random_labels_leave_the_nearest_mean_at_chance_and_unsure() -> None:
    random = np.random.default_rng(0)
    points, labels = random.normal(size=(3000, 64)), random.integers(3, size=3000)
    found = nearest_mean(_embedded(points[:1500], labels[:1500]), _embedded(points[1500:], labels[1500:]))
    assert abs(found.is_right_N.mean() - 1 / 3) < 0.05
    loss = -np.log(found.of_truth_N).mean()
    assert loss < np.log(3) + 0.02, "left out of their own means, the known examples show that distances mean nothing"


@pytest.mark.parametrize("labels", [[0, 1, 2], [0, 0, 0], [2, 2, 0]])
def test_lonely_and_missing_classes_have_probabilities(labels: list[int]) -> None:
    random = np.random.default_rng(0)
    known = _embedded(random.normal(size=(3, 4)), np.array(labels))
    found = nearest_mean(known, _embedded(random.normal(size=(5, 4)), np.zeros(5)))
    assert np.isfinite(found.probabilities_NK).all()
    np.testing.assert_allclose(found.probabilities_NK.sum(axis=1), 1, rtol=1e-5)
    assert not found.probabilities_NK[:, [each for each in range(3) if each not in labels]].any()
