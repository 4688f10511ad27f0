import shutil
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from sftviz.attribution.new_picture import evidence, look_at
from sftviz.attribution.of_run import map_of
from sftviz.data import limits
from sftviz.data.listing import Listing
from sftviz.errors import UnreadablePictureError
from sftviz.runs.store import RunStore


@pytest.fixture(scope="module")
def run(finished_home, tmp_path_factory):
    home = tmp_path_factory.mktemp("new picture")
    shutil.copytree(finished_home[0], home, dirs_exist_ok=True)
    return RunStore(home).get(finished_home[1])


@pytest.fixture(scope="module")
def pictures(run):
    listing = Listing.from_json((run.folder / "data.json").read_text())
    return {picture.path: listing.root / picture.path for picture in listing.pictures}


def _files(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_a_known_picture_is_said_what_the_run_said_of_it(run, pictures):
    before, after = run.predictions(0), run.predictions(2)
    old_files = _files(run.folder)
    for index, name in enumerate(after.examples[:3]):
        found = look_at(run, 0, 2, pictures[name].read_bytes(), name)
        for said, kept in ((found.before, before), (found.after, after)):
            assert said.source == kept.source
            assert said.classes == kept.classes
            assert np.allclose(said.probabilities_NK[0], kept.probabilities_NK[index], atol=0.02)
    assert _files(run.folder) == old_files


def test_a_training_picture_is_its_own_nearest(run, pictures):
    training = run.out_of_fold()
    name = training.examples[4]
    neighbours = look_at(run, 0, 2, pictures[name].read_bytes(), "mine.png").neighbours
    assert neighbours.indices_Q[0] == 4
    assert len(neighbours.indices_Q) == 5
    assert neighbours.similarity_Q[0] == pytest.approx(1, abs=0.01)
    assert neighbours.farther_share == 1


def test_its_maps_are_those_of_a_picture_of_the_run(run, pictures):
    name = run.predictions(2).examples[0]
    found = look_at(run, 0, 2, pictures[name].read_bytes(), name)
    maps = evidence(run, found, "hirescam", 1)
    for epoch, new in zip((0, 2), maps, strict=True):
        assert (new.source.epoch, new.target, new.example) == (epoch, 1, name)
        assert np.array_equal(new.values_HW, map_of(run, epoch, pictures[name], name, "hirescam", 1).values_HW)


def test_what_is_no_picture_is_a_sentence(run, pictures, monkeypatch):
    whole = next(iter(pictures.values())).read_bytes()
    with pytest.raises(UnreadablePictureError, match=r"'a\.txt' is not a picture that we read"):
        look_at(run, 0, 2, b"no picture", "a.txt")
    with pytest.raises(UnreadablePictureError, match="damaged or cut short"):
        look_at(run, 0, 2, whole[: len(whole) // 2], "half.png")
    bomb = BytesIO()
    Image.new("1", (30_000, 30_000)).save(bomb, "PNG")
    with pytest.raises(UnreadablePictureError, match="megapixels"):
        look_at(run, 0, 2, bomb.getvalue(), "bomb.png")
    monkeypatch.setattr("sftviz.attribution.new_picture.MAX_FILE_BYTES", limits.MIB)
    with pytest.raises(UnreadablePictureError, match=r"has 2 MiB; up to 1 MiB"):
        look_at(run, 0, 2, bytes(2 * limits.MIB), "large.png")


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3)])
def test_any_shape_of_picture_will_do(run, size):
    file = BytesIO()
    Image.new("L", size, 99).save(file, "PNG")
    found = look_at(run, 0, 2, file.getvalue(), "odd.png")
    assert found.view_HW3.shape == (224, 224, 3)
    assert found.after.probabilities_NK.sum() == pytest.approx(1, abs=1e-5)
