import shutil

import numpy as np
import pytest

from sftviz.attribution.across import drawn
from sftviz.attribution.across_of_run import evidence_across, kept_evidence
from sftviz.attribution.of_run import map_of
from sftviz.data.listing import Listing
from sftviz.errors import EmptyResultError

METHOD = "hirescam"


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
    steps, found = _all_of(evidence_across(run, root, before, after, METHOD, 4))
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
    _, found = _all_of(evidence_across(run, root, after, after, METHOD, 3000))
    assert found.unreadable == (after.examples[1],)
    assert len(found.indices_M) == len(after.examples) - 1
    assert not found.rank_change_M.any()
    assert not found.change_M.any()


def test_no_readable_picture_is_a_sentence(run, tmp_path):
    after = run.predictions(2)
    with pytest.raises(EmptyResultError, match="No validation picture can be read"):
        _all_of(evidence_across(run, tmp_path, after, after, METHOD, 2))


def test_what_was_measured_is_read_again_without_pictures_or_maps(run, tmp_path):
    root = Listing.from_json((run.folder / "data.json").read_text()).root
    before, after = run.predictions(0), run.predictions(2)
    assert kept_evidence(run, before, after, METHOD, 4) is None
    _, found = _all_of(evidence_across(run, root, before, after, METHOD, 4))
    shutil.rmtree(run.folder / "maps")
    for count in (2, 4, 5):
        kept = kept_evidence(run, before, after, METHOD, count)
        assert kept.indices_M.tolist() == sorted(drawn(len(after.examples), min(count, 4)).tolist())
        places = np.searchsorted(found.indices_M, kept.indices_M)
        for name in ("rank_change_M", "border_before_M", "border_after_M", "before_Mgg", "after_Mgg"):
            assert np.array_equal(getattr(kept, name), getattr(found, name)[places])
        assert kept.uniform_border == found.uniform_border
    steps, again = _all_of(evidence_across(run, tmp_path, before, after, METHOD, 4))
    assert (steps, again.indices_M.tolist()) == ([], found.indices_M.tolist())
    assert kept_evidence(run, before, after, "eigencam", 4) is None
    assert kept_evidence(run, after, after, METHOD, 4) is None


def test_work_that_is_cut_short_goes_on_from_there(run):
    root = Listing.from_json((run.folder / "data.json").read_text()).root
    before, after = run.predictions(0), run.predictions(2)
    work = evidence_across(run, root, before, after, "smoothgrad", 3)
    assert next(work).done == 1
    work.close()
    assert len(kept_evidence(run, before, after, "smoothgrad", 3).indices_M) == 1
    steps, found = _all_of(evidence_across(run, root, before, after, "smoothgrad", 2))
    assert [(step.done, step.total) for step in steps] == [(2, 2)]
    assert len(found.indices_M) == 2


def test_a_damaged_file_is_measured_again(run):
    root = Listing.from_json((run.folder / "data.json").read_text()).root
    after = run.predictions(2)
    _all_of(evidence_across(run, root, after, after, METHOD, 1))
    (file,) = (run.folder / "across").iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    assert kept_evidence(run, after, after, METHOD, 1) is None
    _, found = _all_of(evidence_across(run, root, after, after, METHOD, 1))
    assert found.rank_change_M.tolist() == [0]
