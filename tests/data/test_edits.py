"""Changes as they are kept: a new version of the listing, to be taken back, and files untouched."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sftviz.data.changes import LeftOut, Relabelled, Renamed
from sftviz.data.edits import edits_of
from sftviz.data.scan import scan
from sftviz.data.split import split
from sftviz.data.store import DataStore
from sftviz.data.stored import StoredData
from sftviz.errors import DataError


@pytest.fixture
def store(tmp_path: Path) -> DataStore:
    return DataStore(tmp_path / "home")


def _kept(stored: StoredData) -> list[tuple[str, str]]:
    return [(change.kind, change.what) for change in stored.changes]


def test_a_change_is_a_new_version_of_the_same_data_set(store, pets):
    first = store.add_folder(pets)
    files = {path: path.read_bytes() for path in pets.rglob("*") if path.is_file()}
    path = first.listing.pictures[0].path
    second = store.leave_out(first, [path, path, "no/such.png"], "blurred")
    assert second.identity == first.identity
    assert [(each.path, each.reason) for each in second.changes] == [(path, "blurred")]
    assert second.whole == first.listing
    assert second.num_left_out == 1
    third = store.rename_class(second, "cat", "kitten", "their age")
    last = store.relabel(third, ["cat/2.png"], "dog", "it barks")
    assert _kept(last) == [
        ("left out", path),
        ("renamed", "cat → kitten"),
        ("relabelled", "cat/2.png: kitten → dog"),
    ]
    assert len({each.listing.identity for each in (first, second, third, last)}) == 4
    assert store.list() == (last,)
    for number, each in enumerate((first, second, third, last)):
        version = store.version(each.listing.identity)
        assert version.stored == last, "a run's version leads to the data set"
        assert (version.num_changes, version.is_current) == (number, each is last)
    assert {path: path.read_bytes() for path in pets.rglob("*") if path.is_file()} == files


def test_the_version_is_that_of_the_content(store, pets):
    stored = store.add_folder(pets)
    path = stored.listing.pictures[0].path
    made = store.leave_out(stored, [path], "blurred")
    (pets / path).unlink()
    assert scan(pets).identity == made.listing.identity


def test_taking_back_is_the_version_before(store, pets):
    first = store.add_folder(pets)
    second = store.leave_out(first, ["cat/1.png", "cat/2.png"], "dark")
    third = store.take_back(second, second.changes[:1])
    assert _kept(third) == [("left out", "cat/2.png")]
    last = store.take_back(third, third.changes)
    assert last.listing == first.listing
    for version in (second, third):
        assert store.get(version.listing.identity) == last
    assert store.version(first.identity).is_current


def test_what_others_rest_on_is_taken_back_with_them(store, pets):
    stored = store.rename_class(store.add_folder(pets), "cat", "kitten")
    stored = store.relabel(stored, ["dog/1.png"], "kitten")
    stored = store.leave_out(stored, ["dog/2.png"])
    renamed, moved, left_out = stored.changes
    with pytest.raises(DataError, match=r"'dog/1\.png: dog → kitten' rests on one before it"):
        store.take_back(stored, [renamed])
    assert store.get(stored.identity) == stored, "nothing has changed"
    assert store.take_back(stored, [renamed, moved]).changes == (left_out,)


def test_what_is_kept_together_stays_on_one_side_until_it_is_taken_back(store, folder):
    names = [f"{name}/{number}.png" for name in ("ant", "bee") for number in range(10)]
    first = store.add_folder(folder(names))
    groups = [names[:2], names[2:5], names[10:12]]
    made = store.keep_together(first, groups, "a burst")
    assert _kept(made)[0] == ("kept together", "ant/0.png, ant/1.png")
    assert store.version(made.listing.identity).num_changes == 3
    assert DataStore(store.folder(made).parents[1]).get(made.identity) == made
    for seed in range(20):
        side = {each.path: each.side for each in split(made.listing, validation_share=0.3, seed=seed).pictures}
        assert all(len({side[path] for path in group}) == 1 for group in groups)
    assert store.take_back(made, made.changes[:1]).listing.together == (tuple(names[2:5]), tuple(names[10:12]))
    assert store.take_back(made, made.changes).listing == first.listing


def test_a_merge_taken_back_parts_the_classes_again(store, folder):
    first = store.add_folder(folder(["ant/1.png", "bee/1.png", "bee/2.png", "fly/1.png"]))
    merged = store.rename_class(first, "bee", "fly")
    assert merged.listing.classes == ("ant", "fly")
    assert store.take_back(merged, merged.changes).listing == first.listing


def test_two_who_change_at_once_lose_nothing(store, pets):
    seen = store.add_folder(pets)
    store.relabel(seen, ["cat/1.png"], "dog")
    store.leave_out(seen, ["dog/1.png"])  # as another tab does that has not heard of it
    last = store.rename_class(seen, "dog", "hound")
    assert _kept(last) == [
        ("relabelled", "cat/1.png: cat → dog"),
        ("left out", "dog/1.png"),
        ("renamed", "dog → hound"),
    ]
    with pytest.raises(DataError, match="There is no class 'dog' any more"):
        store.relabel(seen, ["cat/2.png"], "dog")
    assert store.leave_out(seen, ["dog/1.png"]) == last, "it is left out already"


def test_many_at_once_lose_nothing(tmp_path, folder):
    stores = [DataStore(tmp_path / "home") for _ in range(4)]
    stored = stores[0].add_folder(folder([f"{name}/{number}.png" for name in ("ant", "bee") for number in range(13)]))
    paths = [f"{name}/{number}.png" for name in ("ant", "bee") for number in range(12)]
    with ThreadPoolExecutor(len(paths)) as pool:
        for made in [pool.submit(stores[place % 4].leave_out, stored, [path], "") for place, path in enumerate(paths)]:
            made.result()
    last = stores[0].get(stored.identity)
    assert {each.path for each in last.changes} == set(paths)
    assert len(edits_of(stores[0].folder(last)).versions) == len(paths)


def test_too_much_is_refused_and_changes_nothing(store, pets):
    stored = store.add_folder(pets)
    with pytest.raises(DataError, match="Only 'dog' would be left"):
        store.leave_out(stored, [picture.path for picture in stored.listing.pictures if picture.label == 0])
    with pytest.raises(DataError, match="Only 'dog' would be left"):
        store.rename_class(stored, "cat", "dog")
    assert store.get(stored.identity) == stored


def test_what_was_kept_before_other_changes_were_known_is_read(store, pets):
    first = store.add_folder(pets)
    made = store.leave_out(first, ["cat/1.png"], "dark")
    file = store.folder(first) / "edits.json"
    left_out, earlier = [{"path": "cat/1.png", "reason": "dark"}], "0123456789abcdef"
    file.write_text(json.dumps({"left_out": left_out, "versions": [earlier, made.listing.identity]}))
    stored = store.get(first.identity)
    assert stored.changes == (LeftOut("cat/1.png", "dark"),)
    assert stored.listing == made.listing
    assert store.version(earlier).num_changes is None
    assert store.version(made.listing.identity).is_current
    later = store.relabel(stored, ["cat/2.png"], "dog")
    assert _kept(later) == [("left out", "cat/1.png"), ("relabelled", "cat/2.png: cat → dog")]
    assert store.get(earlier) == later


def test_all_kinds_are_read_as_they_were_written(store, pets):
    stored = store.leave_out(store.add_folder(pets), ["cat/1.png"], "dark")
    stored = store.rename_class(
        store.relabel(stored, ["cat/2.png"], "dog", "it barks"), "cat", "<b>cat</b>", "it purrs"
    )
    again = DataStore(store.folder(stored).parents[1]).get(stored.identity)
    assert [type(change) for change in again.changes] == [LeftOut, Relabelled, Renamed]
    assert [change.reason for change in again.changes] == ["dark", "it barks", "it purrs"]
    assert again == stored
    assert all(change.at for change in again.changes)


def test_adding_the_same_pictures_again_keeps_the_changes(store, pets):
    stored = store.add_folder(pets)
    made = store.relabel(stored, ["cat/1.png"], "dog")
    assert store.add_folder(pets) == made


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"changes": [{"kind": "eaten"}]}', '{"left_out": 3}', '{"left_out": [3]}']
)
def test_damaged_edits_are_a_data_set_that_is_not_listed(store, pets, content):
    stored = store.add_folder(pets)
    (store.folder(stored) / "edits.json").write_text(content)
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


def test_a_data_set_that_was_removed_meanwhile_is_a_sentence(store, pets):
    stored = store.add_folder(pets)
    store.remove(stored.identity)
    with pytest.raises(DataError, match="could not be noted"):
        store.leave_out(stored, ["cat/1.png"])
