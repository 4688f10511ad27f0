import shutil

import numpy as np
import pytest

from sftviz.attribution.across_of_run import METHOD, evidence_across
from sftviz.attribution.of_run import map_of
from sftviz.data.listing import Listing
from sftviz.errors import EmptyResultError
from sftviz.runs.store import RunStore


@pytest.fixture
def run(finished_home, home):
    shutil.copytree(finished_home[0], home, dirs_exist_ok=True)
    return RunStore(home).get(finished_home[1])


def _all_of(work):
    steps = []
    while True:
        try:
            steps.append(next(work))
        except StopIteration as end:
            return steps, end.value


def test_maps_are_those_of_single_pictures_and_are_kept(run):
    root = Listing.from_json((run.folder / "data.json").read_text()).root
    before, after = run.predictions(0), run.predictions(2)
    steps, found = _all_of(evidence_across(run, root, before, after, 4))
    assert [(step.done, step.total, step.phase) for step in steps] == [(4, 4, "maps")]
    assert len(found.indices_M) == 4
    assert len(list((run.folder / "maps").iterdir())) == 8
    index = int(found.indices_M[0])
    name, label = after.examples[index], int(after.labels_N[index])
    kept = map_of(run, 2, root / name, name, METHOD, label)
    shutil.rmtree(run.folder / "maps")
    single = map_of(run, 2, root / name, name, METHOD, label)
    assert np.allclose(kept.values_HW, single.values_HW, atol=1e-4)


def test_equal_checkpoints_have_moved_nothing_and_what_is_gone_is_left_out(run, tmp_path):
    root = tmp_path / "pictures"
    shutil.copytree(Listing.from_json((run.folder / "data.json").read_text()).root, root)
    after = run.predictions(2)
    (root / after.examples[1]).unlink()
    _, found = _all_of(evidence_across(run, root, after, after, 3000))
    assert found.unreadable == (after.examples[1],)
    assert len(found.indices_M) == len(after.examples) - 1
    assert not found.rank_change_M.any()
    assert not found.change_M.any()


def test_no_readable_picture_is_a_sentence(run, tmp_path):
    after = run.predictions(2)
    with pytest.raises(EmptyResultError, match="No validation picture can be read"):
        _all_of(evidence_across(run, tmp_path, after, after, 2))
