"""Pictures that are left out: a new version of the listing, to be taken back, and files untouched."""

from pathlib import Path

import pytest

from sftviz.data.edits import LeftOut
from sftviz.data.scan import scan
from sftviz.data.store import DataStore
from sftviz.errors import DataError


@pytest.fixture
def store(tmp_path: Path) -> DataStore:
    return DataStore(tmp_path / "home")


def test_leaving_out_is_a_new_version_of_the_same_data_set(store, pets):
    first = store.add_folder(pets)
    files = {path: path.read_bytes() for path in pets.rglob("*") if path.is_file()}
    path = first.listing.pictures[0].path
    second = store.leave_out(first, [path, path, "no/such.png"], "blurred")
    assert second.identity == first.identity
    assert second.left_out == (LeftOut(path, "blurred"),)
    assert second.whole == first.listing
    assert [picture.path for picture in second.listing.pictures] == [
        picture.path for picture in first.listing.pictures[1:]
    ]
    assert second.listing.identity != first.listing.identity == first.identity
    assert store.list() == (second,)
    assert store.get(second.listing.identity) == second, "a run's version leads to the data set"
    assert {path: path.read_bytes() for path in pets.rglob("*") if path.is_file()} == files


def test_the_version_is_that_of_the_content(store, pets):
    stored = store.add_folder(pets)
    path = stored.listing.pictures[0].path
    mended = store.leave_out(stored, [path], "blurred")
    (pets / path).unlink()
    assert scan(pets).identity == mended.listing.identity


def test_taking_back_is_the_version_before(store, pets):
    first = store.add_folder(pets)
    paths = [picture.path for picture in first.listing.pictures if picture.label == 0][:2]
    second = store.leave_out(first, paths, "dark")
    third = store.take_back(second, {paths[0]})
    assert third.left_out == (LeftOut(paths[1], "dark"),)
    last = store.take_back(third, {paths[1]})
    assert last.listing == first.listing
    for version in (second, third):
        assert store.get(version.listing.identity) == last


def test_a_class_never_loses_its_last_picture(store, pets):
    stored = store.add_folder(pets)
    paths = [picture.path for picture in stored.listing.pictures if picture.label == 0]
    with pytest.raises(DataError, match="No picture to learn from would be left of 'cat'"):
        store.leave_out(stored, paths, "all")
    assert store.get(stored.identity).left_out == ()


def test_validation_never_loses_its_last_picture(store, pets, tmp_path):
    for side in ("train", "val"):
        (tmp_path / "sides" / side).mkdir(parents=True)
    pets.rename(tmp_path / "sides" / "train" / "all")
    for folder in list((tmp_path / "sides" / "train" / "all").iterdir()):
        folder.rename(tmp_path / "sides" / "train" / folder.name)
    (tmp_path / "sides" / "train" / "all").rmdir()
    cat = next((tmp_path / "sides" / "train" / "cat").iterdir())
    (tmp_path / "sides" / "val" / "cat").mkdir()
    cat.rename(tmp_path / "sides" / "val" / "cat" / cat.name)
    stored = store.add_folder(tmp_path / "sides")
    (only,) = stored.listing.side("validation")
    with pytest.raises(DataError, match="No picture would be left for validation"):
        store.leave_out(stored, [only.path], "dark")


def test_adding_the_same_pictures_again_keeps_what_is_left_out(store, pets):
    stored = store.add_folder(pets)
    mended = store.leave_out(stored, [stored.listing.pictures[0].path], "dark")
    assert store.add_folder(pets) == mended


def test_damaged_edits_are_a_data_set_that_is_not_listed(store, pets):
    stored = store.add_folder(pets)
    (store.folder(stored) / "edits.json").write_text("{")
    assert store.list() == ()
    with pytest.raises(DataError, match="add its pictures again"):
        store.get(stored.identity)


def test_a_full_disk_is_a_sentence_and_changes_nothing(store, pets, monkeypatch):
    stored = store.add_folder(pets)

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sftviz.data.edits.write_durably", refuse)
    with pytest.raises(DataError, match="No space left"):
        store.leave_out(stored, [stored.listing.pictures[0].path], "dark")
    assert store.get(stored.identity) == stored
