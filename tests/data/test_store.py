import json
import os
import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from sftviz.data import stored as storing
from sftviz.data.store import DataStore
from sftviz.errors import DataError, EmptyClassError, UploadError


@pytest.fixture
def store(tmp_path: Path) -> DataStore:
    return DataStore(tmp_path / "home")


@pytest.fixture
def zipped(pets: Path, tmp_path: Path) -> Path:
    return Path(shutil.make_archive(str(tmp_path / "pets"), "zip", pets.parent, pets.name))


def _staged(store: DataStore, pets: Path) -> Path:
    return shutil.copytree(pets, store.new_staging(), dirs_exist_ok=True)


def _left(home: Path) -> list[str]:
    return [path.name for folder in ("staging", "datasets") for path in (home / folder).iterdir()]


def test_a_folder_is_read_in_place(store, pets, tmp_path):
    before = sorted(pets.rglob("*"))
    stored = store.add_folder(pets)
    assert stored.name == "pictures"
    assert not stored.is_copy
    assert stored.listing.root == pets
    assert store.get(stored.identity) == stored
    assert store.list() == (stored,)
    assert sorted(pets.rglob("*")) == before
    assert [path.name for path in (tmp_path / "home" / "datasets" / stored.identity).iterdir()] == ["dataset.json"]


def test_an_archive_and_an_upload_become_copies(store, pets, zipped, tmp_path):
    for add in (
        lambda: store.add_archive(zipped, "pets 😀"),
        lambda: store.add_staged(_staged(store, pets), "pets 😀"),
    ):
        stored = add()
        assert (stored.name, stored.is_copy) == ("pets 😀", True)
        for picture in stored.listing.pictures:
            assert (stored.listing.root / picture.path).read_bytes() == (pets / picture.path).read_bytes()
        assert _left(tmp_path / "home") == [stored.identity]
        store.remove(stored.identity)


def test_an_archive_may_be_an_open_file(store, zipped):
    assert store.add_archive(BytesIO(zipped.read_bytes()), "pets").listing.counts()["cat"].total() == 3
    assert zipped.exists()


def test_the_same_content_is_the_same_data_set(store, pets, zipped, tmp_path):
    first = store.add_folder(pets)
    assert store.add_folder(pets) == first
    assert store.add_archive(zipped, "again") == first
    assert store.add_staged(_staged(store, pets), "and again") == first
    assert store.list() == (first,)
    assert _left(tmp_path / "home") == [first.identity]


def _as_before_groups(home: Path, identity: str) -> None:
    """Take from a data set what nobody looked for when it was added."""
    file = home / "datasets" / identity / "dataset.json"
    entry = json.loads(file.read_text())
    for picture in entry["listing"]["pictures"]:
        del picture["group"]
    file.write_text(json.dumps(entry))


def test_added_again_an_old_data_set_learns_its_near_duplicates_and_nothing_else(store, pets, tmp_path):
    shutil.copy(pets / "cat" / "1.png", pets / "cat" / "copy.png")
    stored = store.add_archive(Path(shutil.make_archive(str(tmp_path / "pets"), "zip", pets)), "pets")
    edited = store.leave_out(stored, [stored.listing.pictures[0].path])
    (store.folder(stored) / "audits").mkdir()
    _as_before_groups(tmp_path / "home", stored.identity)
    older = store.get(stored.identity)
    assert not older.listing.is_grouped
    again = store.add_folder(pets, name="another name")
    assert again == edited
    assert again.whole.is_grouped
    assert again.name == "pets"
    assert (again.listing.root / "cat" / "2.png").is_file()
    assert (store.folder(again) / "audits").is_dir()
    assert store.version(edited.listing.identity).is_current
    assert _left(tmp_path / "home") == [stored.identity]


def test_what_cannot_be_regrouped_stays_as_it_was(store, pets, tmp_path, monkeypatch):
    stored = store.add_folder(pets)
    _as_before_groups(tmp_path / "home", stored.identity)

    def full(_: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(storing, "replacing", full)
        with pytest.raises(UploadError, match="could not be stored: No space left on device"):
            store.add_folder(pets)
    assert not store.get(stored.identity).whole.is_grouped


def test_other_content_is_another(store, pets, paint):
    first = store.add_folder(pets)
    paint(pets / "cat" / "4.png", 50)
    assert store.add_folder(pets).identity != first.identity
    assert len(store.list()) == 2


def test_progress_is_passed_on(store, pets, zipped):
    seen: list[tuple[int, int]] = []
    store.add_folder(pets, on_progress=lambda *counts: seen.append(counts))
    store.add_archive(zipped, "x", on_progress=lambda *counts: seen.append(counts))
    store.add_staged(_staged(store, pets), "x", on_progress=lambda *counts: seen.append(counts))
    assert seen == [(done, 6) for done in range(1, 7)] * 3


def test_what_fails_leaves_nothing(store, pets, tmp_path):
    shutil.rmtree(pets / "dog")
    with pytest.raises(DataError, match="only one class"):
        store.add_folder(pets)
    with pytest.raises(DataError, match="only one class"):
        store.add_archive(Path(shutil.make_archive(str(tmp_path / "one"), "zip", pets)), "x")
    with pytest.raises(UploadError, match="zip"):
        store.add_archive(BytesIO(b"no archive"), "x")
    assert _left(tmp_path / "home") == []
    assert store.list() == ()


def test_an_upload_that_is_refused_stays_for_another_try(store, pets, tmp_path):
    for picture in (pets / "dog").iterdir():
        picture.write_bytes(b"broken")
    shutil.copytree(pets / "cat", pets / "emu")
    staging = _staged(store, pets)
    with pytest.raises(EmptyClassError) as refused:
        store.add_staged(staging, "x")
    assert refused.value.classes == ("dog",)
    assert len(list(staging.rglob("*.png"))) == 9
    stored = store.add_staged(staging, "x", without=("dog",))
    assert stored.listing.classes == ("cat", "emu")
    assert _left(tmp_path / "home") == [stored.identity]


def test_an_interruption_leaves_what_was_sent_and_nothing_else(store, pets, zipped, tmp_path):
    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.add_archive(zipped, "x", on_progress=stop)
    assert _left(tmp_path / "home") == []
    staging = _staged(store, pets)
    with pytest.raises(KeyboardInterrupt):
        store.add_staged(staging, "x", on_progress=stop)
    assert _left(tmp_path / "home") == [staging.name]
    store.discard(staging)
    assert _left(tmp_path / "home") == []


def test_a_full_disk_is_a_sentence(store, pets, tmp_path, monkeypatch):
    def full(_: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storing, "replacing", full)
    with pytest.raises(UploadError, match="could not be stored: No space left on device"):
        store.add_staged(_staged(store, pets), "x")
    assert _left(tmp_path / "home") == []


@pytest.mark.parametrize(
    "identity", ["", "0123456789abcdef", "../staging", "..", "a/b", "0123456789ABCDEF", "x" * 5000]
)
def test_an_unknown_identity_is_a_sentence(store, identity):
    for ask in (store.get, store.remove):
        with pytest.raises(DataError, match="There is no data set"):
            ask(identity)


def test_an_identity_is_never_a_path(store, pets, tmp_path):
    stored = store.add_folder(pets)
    shutil.copytree(tmp_path / "home" / "datasets" / stored.identity, tmp_path / "outside")
    for ask in (store.get, store.remove):
        with pytest.raises(DataError, match="There is no data set"):
            ask("../../outside")
    assert (tmp_path / "outside" / "dataset.json").exists()


def test_a_vanished_folder_is_a_sentence_and_can_be_given_anew(store, pets, tmp_path):
    stored = store.add_folder(pets)
    pets.rename(tmp_path / "moved")
    with pytest.raises(DataError, match=r"The folder '.*pictures' of the data set 'pictures' is gone; put it back"):
        store.get(stored.identity)
    assert store.list() == (stored,)
    again = store.add_folder(tmp_path / "moved")
    assert again.identity == stored.identity
    assert store.get(stored.identity).listing.root == tmp_path / "moved"
    assert _left(tmp_path / "home") == [stored.identity]


def test_what_was_changed_and_found_outlives_a_move_of_the_pictures(store, pets, zipped, tmp_path):
    stored = store.leave_out(store.add_folder(pets), ["cat/1.png"], "dark")
    (store.folder(stored) / "audits").mkdir()
    pets.rename(tmp_path / "moved")
    again = store.add_folder(tmp_path / "moved")
    assert (again.changes, again.listing.identity) == (stored.changes, stored.listing.identity)
    assert (store.folder(again) / "audits").is_dir()
    assert store.version(stored.listing.identity).is_current
    (tmp_path / "moved").rename(tmp_path / "gone")
    copied = store.add_archive(zipped, "pets")
    assert copied.is_copy
    assert copied.changes == stored.changes
    shutil.rmtree(store.folder(copied) / "pictures")
    assert store.add_folder(tmp_path / "gone").changes == stored.changes
    assert _left(tmp_path / "home") == [stored.identity]


def test_removing_deletes_the_copy_and_spares_the_folder(store, pets, zipped, tmp_path):
    store.remove(store.add_folder(pets).identity)
    assert len(list(pets.rglob("*.png"))) == 6
    store.remove(store.add_archive(zipped, "x").identity)
    assert _left(tmp_path / "home") == []
    assert store.list() == ()


def test_damaged_entries_are_passed_over_and_replaced(store, pets, tmp_path):
    stored = store.add_folder(pets)
    file = tmp_path / "home" / "datasets" / stored.identity / "dataset.json"
    for content in (b"", b"{}", file.read_bytes()[:-9], b"\xff"):
        file.write_bytes(content)
        assert store.list() == ()
        with pytest.raises(DataError, match="There is no data set"):
            store.get(stored.identity)
    (tmp_path / "home" / "datasets" / "stray").write_text("x")
    assert store.add_folder(pets).identity == stored.identity
    assert len(store.list()) == 1


def test_the_newest_comes_first_and_another_store_sees_it(store, pets, paint, tmp_path):
    first = store.add_folder(pets)
    paint(pets / "cat" / "4.png", 50)
    second = store.add_folder(pets)
    assert DataStore(tmp_path / "home").list() == (second, first)


def test_a_store_can_be_moved(store, zipped, tmp_path):
    stored = store.add_archive(zipped, "x")
    (tmp_path / "home").rename(tmp_path / "other")
    moved = DataStore(tmp_path / "other").get(stored.identity)
    assert all((moved.listing.root / picture.path).is_file() for picture in moved.listing.pictures)
    assert "home" not in json.loads((tmp_path / "other" / "datasets" / stored.identity / "dataset.json").read_text())[
        "listing"]["root"]  # fmt: skip


def test_old_leftovers_are_cleared_and_young_ones_spared(store: DataStore, paint: Callable[..., Path], tmp_path: Path):
    old, young = store.new_staging(), store.new_staging()
    paint(old / "cat" / "1.png")
    os.utime(old, (0, 0))
    DataStore(tmp_path / "home")
    assert young.is_dir()
    assert not old.exists()
