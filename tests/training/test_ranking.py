"""One candidate measured: against chance, against a run's own epoch 0, and against its random-initialised twin."""

from pathlib import Path

import numpy as np
import pytest

from sftviz.analysis.ranking import rank
from sftviz.caches import CacheFolder
from sftviz.config import DataConfig, ModelConfig, Recipe, RunConfig
from sftviz.data.sample import training_sample
from sftviz.data.scan import scan
from sftviz.data.split import split
from sftviz.numerics.ways import FOLDED
from sftviz.pulling import result_of
from sftviz.tasks.images import ImageClassification
from sftviz.training.fine_tune import fine_tune
from sftviz.training.probe import fit_probe, stratified_folds
from sftviz.training.ranking import NUM_PERMUTATIONS, null_scores, score_candidate
from sftviz.trials import CandidateScore
from tests.conftest import SAMPLE, SHORT
from tests.training.small_task import SmallTask


@pytest.mark.parametrize("width", [64, 2048])
def test_luck_is_chance(width: int) -> None:
    random = np.random.default_rng(0)
    embeddings = np.maximum(random.normal(size=(100, width)), 0).astype(np.float32)
    labels = np.repeat(np.arange(5), 20)
    embeddings[:, :5] += 2 * np.eye(5, dtype=np.float32)[labels]
    folds = stratified_folds(labels, seed=0)
    probe = fit_probe(embeddings, labels, 5, seed=0, folds=folds)
    null = null_scores(embeddings, labels, 5, folds, penalty=probe.penalty, seed=0)
    assert null.shape == (NUM_PERMUTATIONS,)
    assert abs(null.mean() - 0.2) < 0.03
    assert np.mean(probe.out_of_fold_NK.argmax(axis=1) == labels) > null.max()


def test_luck_with_many_classes_is_solved_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    embeddings, labels = random.normal(size=(60, 8)).astype(np.float32), np.arange(60) % 12
    folds = stratified_folds(labels, seed=0)
    whole = null_scores(embeddings, labels, 12, folds, penalty=1.0, seed=0)
    monkeypatch.setattr("sftviz.training.ranking._MOST_COLUMNS", 1)
    np.testing.assert_array_equal(null_scores(embeddings, labels, 12, folds, penalty=1.0, seed=0), whole)


@pytest.mark.parametrize("folds", [None, np.arange(20) % 2])
def test_what_is_measured_is_what_epoch_zero_of_a_run_computes(folds: np.ndarray | None, tmp_path: Path) -> None:
    task = SmallTask()
    # Measured twice, for two recipes, either way may win.
    config = RunConfig(name="small", data=DataConfig(dataset="small"), recipe=SHORT, numerics="32-bit")
    score = result_of(score_candidate(config, task, folds, (40, 10)))
    features = {path.name: path.stat().st_mtime_ns for path in (task.caches.folder / "features").iterdir()}
    assert len(features) == 1
    np.testing.assert_array_equal(score.fold_N, score.fold_N if folds is None else folds)
    assert score.predictions.examples == task.train.names
    assert score.forward_s > 0
    assert score.training_s > 0
    assert np.isfinite(score.log_evidence)
    for folder in ("checkpoints", "epochs"):
        (tmp_path / folder).mkdir()
    for _ in fine_tune(config.model_copy(update={"recipe": SHORT.cut(1)}), task, tmp_path):
        pass
    plain_views = [path for path in (task.caches.folder / "features").iterdir() if path.stat().st_size == 20 * 8 * 4]
    assert [path.name for path in plain_views] == list(features), "the training embeddings were found, not computed"
    with np.load(tmp_path / "epochs" / "0000.npz") as arrays:
        if folds is None:
            np.testing.assert_array_equal(arrays["train_out_of_fold_NK"], score.predictions.probabilities_NK)


def test_pretrained_is_told_from_random(tmp_path: Path) -> None:
    divided = split(scan(SAMPLE), validation_share=0.2, seed=0)
    sample = training_sample(divided, 60, seed=0)

    def scored(weights: str) -> CandidateScore:
        config = RunConfig(
            name="one",
            data=DataConfig(dataset="x"),
            model=ModelConfig(weights=weights),
            recipe=Recipe(name="probe"),
            numerics=FOLDED.name,
        )
        task = ImageClassification(config, sample, CacheFolder(tmp_path))
        return result_of(score_candidate(config, task, None, (300, 70)))

    real, random = scored("bundled"), scored("random")
    ranking = rank([random, real])
    assert ranking.candidates[0].score is real
    assert not ranking.candidates[1].is_tied
    assert ranking.is_above_luck
    assert real.log_evidence > random.log_evidence
    assert ranking.candidates[0].by_neighbours.value > ranking.candidates[1].by_neighbours.value
    assert ranking.recommended.score is real
