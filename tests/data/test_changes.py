"""Changes to a data set as such: what listing comes of them, and what they rest on."""

import shutil
from dataclasses import replace

import pytest

from sftviz.data.changes import (
    KeptTogether,
    LeftOut,
    Relabelled,
    Renamed,
    keeping_together,
    leaving_out,
    relabelling,
    renaming,
)
from sftviz.data.listing import Listing
from sftviz.data.mended import kinds, mended
from sftviz.data.scan import scan
from sftviz.errors import DataError


def _classes(listing: Listing) -> dict[str, str]:
    return {picture.path: listing.classes[picture.label] for picture in listing.pictures}


def test_each_kind_changes_what_it_names_and_nothing_else(listing):
    before = _classes(listing)
    left_out = mended(listing, (LeftOut("cat/1.png"),))
    assert _classes(left_out) == {path: name for path, name in before.items() if path != "cat/1.png"}
    moved = mended(listing, (Relabelled("cat/1.png", "cat", "dog"),))
    assert _classes(moved) == before | {"cat/1.png": "dog"}
    renamed = mended(listing, (Renamed("cat", "zebra"),))
    assert renamed.classes == ("dog", "zebra"), "names stay sorted"
    assert _classes(renamed) == {path: "zebra" if name == "cat" else name for path, name in before.items()}
    for changed in (moved, renamed):
        assert [replace(picture, label=0) for picture in changed.pictures] == [
            replace(picture, label=0) for picture in listing.pictures
        ]


def test_no_change_is_the_same_listing(listing):
    assert mended(listing, ()) is listing


def test_they_apply_in_order(folder):
    listing = scan(folder(["ant/1.png", "ant/2.png", "bee/1.png", "bee/2.png", "fly/1.png"]))
    changes = (
        Renamed("ant", "emmet"),
        Relabelled("ant/1.png", "emmet", "bee"),
        Renamed("bee", "fly"),
        LeftOut("bee/2.png"),
    )
    made = mended(listing, changes)
    assert _classes(made) == {"ant/1.png": "fly", "ant/2.png": "emmet", "bee/1.png": "fly", "fly/1.png": "fly"}
    assert kinds(listing, changes) == ("class renamed", "moved to another class", "class merged", "left out")


def test_a_class_without_pictures_is_gone(folder):
    listing = scan(folder(["ant/1.png", "bee/1.png", "fly/1.png"]))
    assert mended(listing, (LeftOut("bee/1.png"),)).classes == ("ant", "fly")
    assert mended(listing, (Relabelled("ant/1.png", "ant", "fly"),)).classes == ("bee", "fly")


@pytest.mark.parametrize(
    "change",
    [
        LeftOut("no/such.png"),
        Relabelled("cat/1.png", "dog", "cat"),
        Relabelled("cat/1.png", "cat", "horse"),
        Relabelled("no/such.png", "cat", "dog"),
        Renamed("horse", "pony"),
    ],
)
def test_a_change_of_what_is_not_there_is_refused(listing, change):
    with pytest.raises(DataError, match="rests on one before it that would be missing"):
        mended(listing, (change,))


def test_one_class_is_too_few(listing):
    with pytest.raises(DataError, match="Only 'cat' would be left"):
        mended(listing, (Renamed("dog", "cat"),))
    with pytest.raises(DataError, match="Only 'dog' would be left"):
        mended(listing, tuple(LeftOut(f"cat/{number}.png") for number in (1, 2, 3)))


def test_sides_of_its_own_stay_and_each_class_learns(folder):
    names = ["train/cat/1.png", "train/dog/1.png", "train/dog/2.png", "val/cat/1.png", "val/dog/1.png"]
    listing = scan(folder(names))
    made = mended(listing, (Relabelled("val/cat/1.png", "cat", "dog"), Renamed("cat", "lynx")))
    assert [picture.side for picture in made.pictures] == [picture.side for picture in listing.pictures]
    with pytest.raises(DataError, match="No picture to learn from would be left of 'cat'"):
        mended(listing, (LeftOut("train/cat/1.png"),))
    with pytest.raises(DataError, match="No picture would be left for validation"):
        mended(listing, (LeftOut("val/cat/1.png"), LeftOut("val/dog/1.png")))


def test_a_version_is_known_by_labels_and_names(listing):
    versions = [
        mended(listing, changes).identity
        for changes in (
            (),
            (Renamed("cat", "can"),),  # the order stays, and with it every label
            (Renamed("dog", "hound"),),
            (Renamed("cat", "dog "), Renamed("dog", "cat"), Renamed("dog ", "dog")),  # the two names exchanged
            (Relabelled("cat/1.png", "cat", "dog"),),
            (LeftOut("cat/1.png"),),
        )
    ]
    assert len(set(versions)) == len(versions)
    there_and_back = (Renamed("cat", "zebra"), Renamed("zebra", "cat"))
    assert mended(listing, there_and_back).identity == listing.identity, "the content is the same"


def test_what_is_not_edited_keeps_its_identity(listing):
    assert scan(listing.root).identity == listing.identity
    fewer = mended(listing, (LeftOut("cat/1.png"),))
    (listing.root / "cat" / "1.png").unlink()
    assert scan(listing.root).identity == fewer.identity


def test_asking_passes_over_what_is_so_already(listing):
    now = mended(listing, (LeftOut("cat/1.png"), Relabelled("cat/2.png", "cat", "dog")))
    paths = ["cat/1.png", "cat/2.png", "cat/3.png", "cat/3.png", "no/such.png"]
    assert [each.path for each in leaving_out(now, paths, "dark")] == ["cat/2.png", "cat/3.png"]
    moves = relabelling(now, paths, "dog", "")
    assert [(each.path, each.before, each.after) for each in moves] == [("cat/3.png", "cat", "dog")]
    assert renaming(now, "cat", "cat", "") == ()


def _groups(listing: Listing) -> list[set[str]]:
    found: dict[int | None, set[str]] = {}
    for picture in listing.pictures:
        found.setdefault(picture.group, set()).add(picture.path)
    return sorted((paths for paths in found.values() if len(paths) > 1), key=min)


def test_what_is_kept_together_is_one_group_with_its_near_duplicates(pets):
    shutil.copy(pets / "cat" / "1.png", pets / "dog" / "copy.png")
    listing = scan(pets)
    assert _groups(listing) == [{"cat/1.png", "dog/copy.png"}]
    one, other = KeptTogether(("cat/1.png", "cat/2.png")), KeptTogether(("dog/copy.png", "dog/1.png"))
    made = mended(listing, (one, other))
    assert _groups(made) == [{"cat/1.png", "cat/2.png", "dog/copy.png", "dog/1.png"}]
    assert made.together == (("cat/1.png", "cat/2.png"), ("dog/1.png", "dog/copy.png"))
    assert Listing.from_json(made.to_json()) == made
    assert kinds(listing, (one, other)) == ("kept together",) * 2
    fewer = mended(listing, (one, other, LeftOut("cat/2.png")))
    assert fewer.together == (("dog/1.png", "dog/copy.png"),)
    assert _groups(fewer) == [{"cat/1.png", "dog/copy.png", "dog/1.png"}]


def test_what_is_kept_together_is_a_version_of_its_own_however_it_was_said(listing):
    paths = ("cat/1.png", "cat/2.png", "cat/3.png")
    made = mended(listing, (KeptTogether(paths),))
    assert made.identity not in (listing.identity, mended(listing, (KeptTogether(paths[:2]),)).identity)
    assert mended(listing, (KeptTogether(paths[:2]), KeptTogether(paths[:0:-1]))).identity == made.identity
    alone = mended(listing, (KeptTogether(("cat/1.png", "cat/2.png")), LeftOut("cat/1.png")))
    assert alone.identity == mended(listing, (LeftOut("cat/1.png"),)).identity
    with pytest.raises(DataError, match="rests on one before it that would be missing"):
        mended(listing, (LeftOut("cat/1.png"), KeptTogether(paths)))


def test_asking_passes_over_what_is_together_already(listing, folder):
    groups = [["cat/1.png", "cat/2.png", "no/such.png"], ["dog/1.png", "no/such.png"]]
    (change,) = keeping_together(listing, groups, "a burst")
    assert (change.paths, change.reason) == (("cat/1.png", "cat/2.png"), "a burst")
    assert keeping_together(mended(listing, (change,)), groups, "") == ()
    older = replace(listing, pictures=tuple(replace(each, group=None) for each in listing.pictures))
    with pytest.raises(DataError, match="add the same pictures again"):
        keeping_together(older, groups, "")
    own = scan(folder(["train/a/1.png", "train/b/1.png", "val/a/1.png"], listing.root.with_name("own")))
    with pytest.raises(DataError, match="bring their own split"):
        keeping_together(own, groups, "")


def test_a_long_group_is_named_in_short():
    assert KeptTogether(tuple("abcdefg")).what == "a, b, c, d, e and 2 more"


@pytest.mark.parametrize("name", ["", "  \n ", "\udcff", "x" * 256])
def test_a_class_has_a_name(listing, name):
    with pytest.raises(DataError, match="A class needs a name"):
        renaming(listing, "cat", name, "")


def test_names_are_text(listing):
    (change,) = renaming(listing, "cat", " <b>big</b>\n cat ", "")
    assert mended(listing, (change,)).classes == ("<b>big</b> cat", "dog")


def test_a_class_that_is_gone_is_a_sentence(listing):
    with pytest.raises(DataError, match="There is no class 'horse' any more"):
        relabelling(listing, ["cat/1.png"], "horse", "")
    with pytest.raises(DataError, match="There is no class 'horse' any more"):
        renaming(listing, "horse", "pony", "")
