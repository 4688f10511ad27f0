import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sftviz.data.scan import scan
from sftviz.errors import DataError, EmptyClassError

HOSTILE = [
    "😀 émoji",
    "مرحبا",
    "line\nbreak",
    "<img src=x onerror=alert(1)>",
    "![x](evil.example)",
    "-rf",
    "CON",
    "$(touch x)",
    "%2e%2e",
    "a" * 250,
    "=1+1",
]


def test_class_folders(pets: Path):
    listing = scan(pets)
    assert listing.classes == ("cat", "dog")
    assert [picture.path for picture in listing.pictures][:4] == ["cat/1.png", "cat/2.png", "cat/3.png", "dog/1.png"]
    assert [picture.label for picture in listing.pictures] == [0, 0, 0, 1, 1, 1]
    assert {picture.side for picture in listing.pictures} == {None}
    assert {(picture.width, picture.height) for picture in listing.pictures} == {(12, 9)}
    assert not listing.has_own_split
    assert not listing.rejections


def test_the_sample_is_read_in_full(sample: Path):
    listing = scan(sample)
    assert len(listing.classes) == 6
    assert len(listing.pictures) == sum(len(list(each.iterdir())) for each in sample.iterdir() if each.is_dir())
    assert not listing.rejections


def test_pictures_may_lie_deeper(folder: Callable[..., Path]):
    listing = scan(folder(["cat/young/grey/1.png", "cat/1.png", "dog/1.png"]))
    assert [picture.path for picture in listing.pictures] == ["cat/1.png", "cat/young/grey/1.png", "dog/1.png"]


@pytest.mark.parametrize(
    ("train", "validation"), [("train", "val"), ("training", "validation"), ("Train", "VALID"), ("train", "test")]
)
def test_own_split(folder: Callable[..., Path], train: str, validation: str):
    listing = scan(folder([f"{train}/cat/1.png", f"{train}/dog/1.png", f"{validation}/cat/2.png"]))
    assert listing.has_own_split
    assert listing.classes == ("cat", "dog")
    assert [picture.path for picture in listing.side("validation")] == [f"{validation}/cat/2.png"]
    assert len(listing.side("train")) == 2


def test_beside_val_test_is_held_out(folder: Callable[..., Path]):
    listing = scan(folder(f"{side}/{name}/1.png" for side in ("train", "val", "test") for name in ("cat", "dog")))
    assert [picture.path for picture in listing.side("test")] == ["test/cat/1.png", "test/dog/1.png"]
    assert [picture.path for picture in listing.side("validation")] == ["val/cat/1.png", "val/dog/1.png"]
    assert len(listing.without_test().pictures) == 4


def test_a_test_folder_with_a_class_of_its_own_is_refused(folder: Callable[..., Path]):
    names = [f"{side}/{name}/1.png" for side in ("train", "val", "test") for name in ("cat", "dog")]
    with pytest.raises(DataError, match="test folder has classes that the training folder lacks: 'emu'"):
        scan(folder([*names, "test/emu/1.png"]))


def test_trains_are_a_class_where_other_classes_lie_beside_them(folder: Callable[..., Path]):
    assert scan(folder(["train/1.png", "test/1.png", "bus/1.png"])).classes == ("bus", "test", "train")


def test_wrapping_folders_are_descended_into(folder: Callable[..., Path], tmp_path: Path):
    inner = folder(["a/b/train/cat/1.png", "a/b/train/dog/1.png", "a/b/val/dog/2.png", "__MACOSX/x/1.png"])
    listing = scan(inner)
    assert listing.root == inner / "a" / "b"
    assert listing.pictures[0].path == "train/cat/1.png"
    assert scan(inner / "a" / "b").identity == listing.identity
    moved = shutil.copytree(inner / "a" / "b", tmp_path / "moved")
    assert scan(moved).identity == listing.identity


def test_what_is_not_the_persons_is_passed_over(pets: Path, paint: Callable[..., Path]):
    for name in (
        ".hidden/1.png",
        "__MACOSX/cat/1.png",
        "cat/._1.png",
        "cat/.DS_Store",
        "cat/Thumbs.db",
        "dog/desktop.ini",
    ):
        paint(pets / name)
    (pets / "README.md").write_text("top level")
    (pets / "manifest.csv").write_text("top level")
    listing = scan(pets)
    assert (len(listing.pictures), listing.rejections) == (6, ())


def test_links_and_pipes_are_never_followed(pets: Path, tmp_path: Path, paint: Callable[..., Path]):
    secret = paint(tmp_path / "secret" / "1.png", 99)
    (pets / "cat" / "link.png").symlink_to(secret)
    (pets / "cat" / "more").symlink_to(secret.parent)
    (pets / "secret").symlink_to(secret.parent)
    os.mkfifo(pets / "cat" / "pipe.png")
    assert len(scan(pets).pictures) == 6


def test_other_files_are_rejected_with_a_reason(pets: Path):
    (pets / "cat" / "notes.txt").write_text("no picture")
    (pets / "dog" / "cut.png").write_bytes((pets / "dog" / "1.png").read_bytes()[:80])
    listing = scan(pets)
    assert [rejection.path for rejection in listing.rejections] == ["cat/notes.txt", "dog/cut.png"]
    assert "is not a picture that we read" in listing.rejections[0].reason
    assert "is damaged or cut short" in listing.rejections[1].reason
    assert len(listing.pictures) == 6


def test_names_are_text_and_nothing_else(folder: Callable[..., Path]):
    root = folder([f"{name}/{name}" for name in HOSTILE])
    listing = scan(root)
    assert listing.classes == tuple(sorted(HOSTILE))
    assert {picture.path for picture in listing.pictures} == {f"{name}/{name}" for name in HOSTILE}


def test_composed_and_decomposed_names_are_kept_apart(folder: Callable[..., Path]):
    listing = scan(folder(["caf\u00e9/1.png", "cafe\u0301/1.png"]))
    assert listing.classes == ("cafe\u0301", "caf\u00e9")


def test_names_that_are_no_text(pets: Path):
    (Path(os.fsdecode(os.fsencode(pets) + b"/cat/\xff.png"))).write_bytes(b"x")
    listing = scan(pets)
    assert listing.rejections[0].path == "cat/\\xff.png"
    assert listing.to_json()
    Path(os.fsdecode(os.fsencode(pets) + b"/b\xffrd")).mkdir()
    with pytest.raises(DataError, match="is not valid UTF-8"):
        scan(pets)


def test_progress_counts_every_file_in_order(pets: Path):
    seen: list[tuple[int, int]] = []
    scan(pets, on_progress=lambda *counts: seen.append(counts))
    assert seen == [(done, 6) for done in range(1, 7)]


def test_the_same_content_may_bear_two_labels(pets: Path):
    shutil.copy(pets / "cat" / "1.png", pets / "dog" / "copy.png")
    assert len(scan(pets).pictures) == 7


def test_a_scan_of_the_same_files_is_the_same(pets: Path):
    assert scan(pets) == scan(pets)


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ([], "no class folders in 'pictures'"),
        (["1.png", "2.png"], "no class folders in 'pictures'; put each class's pictures into a folder"),
        (["cat/1.png"], "only one class, 'cat'"),
        (["train/1.png", "val/1.png"], "no class folders"),
        (
            ["train/cat/1.png", "train/dog/1.png", "val/cow/1.png", "val/ape/1.png"],
            "training folder lacks: 'ape', 'cow'",
        ),
    ],
)
def test_layouts_that_are_refused(folder: Callable[..., Path], tmp_path: Path, names: list[str], sentence: str):
    (tmp_path / "pictures").mkdir()
    with pytest.raises(DataError, match=sentence):
        scan(folder(names))


def test_a_class_without_a_readable_picture_is_refused(pets: Path):
    (pets / "cow").mkdir()
    with pytest.raises(DataError, match="in the class 'cow'"):
        scan(pets)
    (pets / "cow" / "1.png").write_bytes(b"broken")
    with pytest.raises(
        DataError, match=r"the class 'cow' \(1 file came\)\. For example: The file '1\.png' is not a picture"
    ):
        scan(pets)


def test_no_readable_picture_at_all_is_refused(tmp_path: Path):
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
    with pytest.raises(DataError, match="no readable picture in"):
        scan(tmp_path)


def test_an_own_split_needs_pictures_on_both_sides(folder: Callable[..., Path]):
    root = folder(["train/cat/1.png", "train/dog/1.png"])
    (root / "val" / "cat").mkdir(parents=True)
    with pytest.raises(DataError, match="no readable picture for validation in 'pictures'"):
        scan(root)


def test_a_class_seen_in_validation_alone_is_refused(folder: Callable[..., Path]):
    root = folder(["train/cat/1.png", "train/dog/1.png", "val/cow/1.png"])
    (root / "train" / "cow").mkdir()
    with pytest.raises(DataError, match="no readable picture to train on in the class 'cow'"):
        scan(root)


def test_what_came_of_each_empty_class_is_said_and_all_are_named(pets: Path):
    for name, count in (("ape", 2), ("bat", 0), *((f"c{number}", 1) for number in range(5))):
        (pets / name).mkdir()
        for number in range(count):
            (pets / name / f"{number}.png").write_bytes(b"broken")
    (pets / "dog" / "0.png").write_bytes(b"another broken one")
    with pytest.raises(EmptyClassError) as refused:
        scan(pets)
    said = str(refused.value)
    assert "in the classes 'ape' (2 files came), 'bat' (no file came), 'c0' (1 file came)" in said
    assert "'c2' (1 file came) and 2 more. For example: The file '0.png'" in said
    assert refused.value.classes == ("ape", "bat", "c0", "c1", "c2", "c3", "c4")


def test_where_no_two_classes_are_left_nothing_can_be_left_out(pets: Path):
    for picture in (pets / "dog").iterdir():
        picture.write_bytes(b"broken")
    with pytest.raises(DataError, match=r"the class 'dog' \(3 files came\)") as refused:
        scan(pets)
    assert not isinstance(refused.value, EmptyClassError)


def test_a_class_that_is_left_out_is_told_and_the_rest_is_as_without_it(folder: Callable[..., Path]):
    sides = [f"{side}/{name}/1.png" for side in ("train", "val") for name in ("ant", "bat", "cow")]
    root = folder(sides)
    (root / "train" / "emu").mkdir()
    listing = scan(root, without=("bat", "emu"))
    assert listing.classes == ("ant", "cow")
    assert [(each.path, each.label) for each in listing.side("train")] == [
        ("train/ant/1.png", 0),
        ("train/cow/1.png", 1),
    ]
    left_out = {each.path: each.reason for each in listing.rejections}
    assert list(left_out) == ["emu", "train/bat/1.png", "val/bat/1.png"]
    assert left_out["val/bat/1.png"] == "The class 'bat' was left out on request."
    for side in ("train", "val"):
        shutil.rmtree(root / side / "bat")
    (root / "train" / "emu").rmdir()
    assert scan(root).identity == listing.identity
    with pytest.raises(DataError, match="no class 'yak' to leave out; there are 'ant', 'cow'"):
        scan(root, without=("yak",))
    with pytest.raises(DataError, match="only one class, 'cow'"):
        scan(root, without=("ant",))


def test_a_missing_folder_or_a_file_is_refused(tmp_path: Path, paint: Callable[..., Path]):
    for path in (tmp_path / "gone", paint(tmp_path / "file.png")):
        with pytest.raises(DataError, match="is not a folder on this machine"):
            scan(path)


def test_nesting_deeper_than_pythons_stack(pets: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(pets / "cat")
    for _ in range(1_100):
        Path("d").mkdir()
        os.chdir("d")
    assert len(scan(pets).pictures) == 6
    for _ in range(1_100):
        os.chdir("..")
        Path("d").rmdir()
