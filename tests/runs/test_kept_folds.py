"""Cross-validations of the head on disk."""

from pathlib import Path

import numpy as np

from sftviz.config import DataConfig, RunConfig
from sftviz.results import Predictions, Source
from sftviz.runs.kept_folds import folds_changed_ns, keep_folds, kept_folds
from sftviz.trials import CurveTrials, HeadFolds
from tests.conftest import HEAD_ONLY


def _found() -> HeadFolds:
    random = np.random.default_rng(0)
    predictions = Predictions(
        Source("head", 0), ("ä", "b"), ("ä/1", "b/2"), np.array([0, 1]), random.random((2, 2)).astype(np.float32)
    )
    trials = CurveTrials(np.array([1, 2]), random.random((2, 2)) < 0.5)
    return HeadFolds(predictions, np.array([0, 1]), trials)


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    config = RunConfig(name="a", data=DataConfig(dataset="d", num_folds=2), recipe=HEAD_ONLY)
    assert kept_folds(tmp_path, config) is None
    assert folds_changed_ns(tmp_path, config) is None
    found = _found()
    keep_folds(tmp_path, config, found)
    same = kept_folds(tmp_path, config.model_copy(update={"name": "b"}))
    assert same is not None
    assert folds_changed_ns(tmp_path, config)
    assert (same.predictions.classes, same.predictions.examples) == (("ä", "b"), ("ä/1", "b/2"))
    assert same.predictions.source == found.predictions.source
    for name in ("labels_N", "probabilities_NK"):
        np.testing.assert_array_equal(getattr(same.predictions, name), getattr(found.predictions, name))
    np.testing.assert_array_equal(same.fold_N, found.fold_N)
    np.testing.assert_array_equal(same.trials.sizes_S, found.trials.sizes_S)
    np.testing.assert_array_equal(same.trials.is_right_SN, found.trials.is_right_SN)
    other = config.model_copy(update={"data": DataConfig(dataset="d", num_folds=3)})
    assert kept_folds(tmp_path, other) is None


def test_a_damaged_file_counts_for_nothing(tmp_path: Path) -> None:
    config = RunConfig(name="a", data=DataConfig(dataset="d", num_folds=2), recipe=HEAD_ONLY)
    keep_folds(tmp_path, config, _found())
    (file,) = (tmp_path / "folds").iterdir()
    file.write_bytes(file.read_bytes()[:100])
    assert kept_folds(tmp_path, config) is None
