import numpy as np
import pytest

from sftviz.embeddings.kept import keep_projection, keep_quality, kept_projection, kept_quality
from sftviz.embeddings.mapped import Mapped
from sftviz.errors import RunError
from sftviz.pulling import result_of


def test_a_map_is_computed_once_and_kept(run):
    assert kept_projection(Mapped(run, (0, 2)), "pca") is None
    made, again = result_of(keep_projection(Mapped(run, (0, 2)), "pca")), kept_projection(Mapped(run, (0, 2)), "pca")
    assert np.array_equal(made.points_EN2, again.points_EN2)
    assert (made.sources, made.examples, made.explained_share) == (again.sources, again.examples, again.explained_share)
    assert kept_projection(Mapped(run, (0, 1)), "pca") is None


def test_what_it_is_worth_is_kept_too(run):
    assert kept_quality(Mapped(run, (0, 2)), "pca") is None
    made, again = result_of(keep_quality(Mapped(run, (0, 2)), "pca")), kept_quality(Mapped(run, (0, 2)), "pca")
    assert np.array_equal(made.kept_EN, again.kept_EN)
    assert made.overlap == again.overlap


def test_other_embeddings_and_damaged_files_are_a_miss(run):
    result_of(keep_projection(Mapped(run, (0, 2)), "pca"))
    path = run.folder / "epochs" / "0002.npz"
    with np.load(path) as arrays:
        changed = dict(arrays)
    changed["embeddings_ND"] = changed["embeddings_ND"] + np.float16(1)
    np.savez(path, **changed)
    assert kept_projection(Mapped(run, (0, 2)), "pca") is None
    result_of(keep_projection(Mapped(run, (0, 2)), "pca"))
    for kept in (run.folder / "projections").iterdir():
        kept.write_bytes(kept.read_bytes()[:-9])
    assert kept_projection(Mapped(run, (0, 2)), "pca") is None


def test_an_epoch_that_is_gone_is_a_sentence(run):
    (run.folder / "epochs" / "0002.npz").unlink()
    with pytest.raises(RunError, match="no predictions of epoch 2"):
        kept_projection(Mapped(run, (0, 2)), "pca")
