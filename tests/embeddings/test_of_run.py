"""What a run keeps of its training examples, epoch by epoch."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from sftviz.data.listing import Listing
from sftviz.embeddings.of_run import compute, embed_training, training_embedded
from sftviz.errors import CheckpointError, DataError
from sftviz.pulling import result_of
from sftviz.runs.run import Run
from sftviz.training import evaluate


def test_epoch_zero_is_what_training_kept(run: Run) -> None:
    kept = training_embedded(run, 0)
    assert kept is not None
    assert kept is training_embedded(run, 0)
    assert kept.examples == run.out_of_fold().examples
    computed = result_of(compute(run, 0))
    assert np.array_equal(computed.embeddings_ND, kept.embeddings_ND)
    assert np.array_equal(computed.probabilities_NK, kept.probabilities_NK)
    assert result_of(embed_training(run, 0)) is kept
    assert not (run.folder / "embeddings").exists()


def test_another_epoch_is_computed_once_and_then_read(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert training_embedded(run, 2) is None
    computed = result_of(embed_training(run, 2))
    assert computed.source.epoch == 2
    assert not np.array_equal(computed.embeddings_ND, run.embedded_training().embeddings_ND)
    np.testing.assert_allclose(computed.probabilities_NK.sum(axis=1), 1, atol=1e-5)
    monkeypatch.setattr(evaluate, "embed", None)
    kept = result_of(embed_training(run, 2))
    assert kept is training_embedded(run, 2)
    assert np.array_equal(kept.embeddings_ND, computed.embeddings_ND)
    assert np.array_equal(kept.probabilities_NK, computed.probabilities_NK)


def test_other_weights_and_damaged_files_are_not_taken_for_what_was_asked(run: Run) -> None:
    result_of(embed_training(run, 2))
    (path,) = (run.folder / "embeddings").iterdir()
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert training_embedded(run, 2) is None
    assert result_of(embed_training(run, 2)).source.epoch == 2
    manifest = run.folder / "checkpoints" / "epoch-0002" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"sha256": "', '"sha256": "0'))
    assert training_embedded(run, 2) is None


def test_weights_that_are_gone_are_a_sentence(run: Run) -> None:
    shutil.rmtree(run.folder / "checkpoints" / "epoch-0002")
    assert training_embedded(run, 2) is None
    with pytest.raises(CheckpointError, match="weights of epoch 2 are not kept"):
        result_of(embed_training(run, 2))


def test_pictures_that_are_gone_are_a_sentence(run: Run, home: Path, tmp_path: Path) -> None:
    shutil.rmtree(home / "cache")
    listing = Listing.from_json((run.folder / "data.json").read_text())
    text = (run.folder / "data.json").read_text().replace(str(listing.root), str(tmp_path / "nowhere"))
    (run.folder / "data.json").write_text(text)
    with pytest.raises(DataError, match="Put it back as it was at the scan, or scan the folder again"):
        result_of(embed_training(run, 2))
