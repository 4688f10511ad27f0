"""Scores of candidates on disk."""

from pathlib import Path

import numpy as np

from sftviz.config import DataConfig, ModelConfig, RunConfig
from sftviz.runs.kept_scores import keep_score, kept_score, score_path
from tests.analysis.scores import candidate
from tests.conftest import HEAD_ONLY


def test_a_score_comes_back_as_it_was(tmp_path: Path) -> None:
    path, score = tmp_path / "ranking" / "one.npz", candidate("efficientnet_lite0", wrong=(3,))
    assert kept_score(path) is None
    keep_score(path, score)
    found = kept_score(path)
    assert found is not None
    for name in ("backbone", "log_evidence", "forward_s", "memory_mib", "recipe", "training_s"):
        assert getattr(found, name) == getattr(score, name)
    for name in ("fold_N", "by_neighbours_N", "null_P"):
        np.testing.assert_array_equal(getattr(found, name), getattr(score, name))
    assert found.predictions.examples == score.predictions.examples
    np.testing.assert_array_equal(found.predictions.probabilities_NK, score.predictions.probabilities_NK)
    path.write_bytes(path.read_bytes()[:100])
    assert kept_score(path) is None


def test_pictures_split_and_weights_decide_the_place_and_the_recipe_does_not(tmp_path: Path) -> None:
    config = RunConfig(name="one", data=DataConfig(dataset="a"), recipe=HEAD_ONLY)
    others = {
        "name": config.model_copy(update={"name": "two", "recipe": HEAD_ONLY.model_copy(update={"batch_size": 8})}),
        "data": config.model_copy(update={"data": DataConfig(dataset="b")}),
        "share": config.model_copy(update={"data": DataConfig(dataset="a", validation_share=0.3)}),
        "fit": config.model_copy(update={"data": DataConfig(dataset="a", fit="pad")}),
        "seed": config.model_copy(update={"seed": 1}),
        "model": config.model_copy(update={"model": ModelConfig(weights="random")}),
    }
    place = score_path(tmp_path, config, "v1")
    same = {name for name, other in others.items() if score_path(tmp_path, other, "v1") == place}
    assert same == {"name"}
    assert score_path(tmp_path, config, "v2") != place
