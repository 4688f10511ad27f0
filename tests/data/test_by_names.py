"""Labels that stand in the files' own names."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sftviz.data.by_names import RULE_EXAMPLES, RULE_TITLES, ByNames, NameRule
from sftviz.data.scan import scan
from sftviz.errors import DataError

Make = Callable[..., Path]


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ("first_part", {"cat_indoors_01.jpg": "cat", "cat-1.PNG": "cat", "cat 1.jpeg": "cat", "Cat__1.png": "Cat"}),
        ("first_part", {"cat.jpg": "", "_cat.jpg": "", "1_cat.jpg": "1", "cat.0_1.jpg": "cat.0"}),
        (
            "before_number",
            {"black_cat_01.jpg": "black_cat", "cat (2).jpg": "cat", "cat12.jpg": "cat", "cat.0.jpg": "cat"},
        ),
        ("before_number", {"cat.jpg": "", "12.jpg": "", "(2).jpg": "", "a2b-3.jpg": "a2b", "猫_7.webp": "猫"}),
        ("last_part", {"01_indoors_cat.jpg": "cat", "1-cat.gif": "cat", "1 cat.tif": "cat"}),
        ("last_part", {"cat.jpg": "", "cat_.jpg": "", "1__cat.bmp": "cat"}),
    ],
)
def test_each_rule(rule: NameRule, names: dict[str, str], tmp_path: Path) -> None:
    for name in [*names, "x_other_9.png", "y_another_9.png", "9_a_b.png", "9_a_c.png"]:
        (tmp_path / name).touch()
    layout = ByNames(rule).layout(tmp_path)
    found = {str(file.path): layout.classes[file.label] for file in layout.files}
    assert {name: found.get(name, "") for name in names} == names
    left_out = {each.path: each.reason for each in layout.left_out}
    assert all("no class" in left_out[name] for name, label in names.items() if not label)


def test_the_examples_are_true(tmp_path: Path) -> None:
    assert RULE_TITLES.keys() == RULE_EXAMPLES.keys()
    for rule, example in RULE_EXAMPLES.items():
        name, label = example.split(" → ")
        (tmp_path / rule).mkdir()
        for each in (name, "a_dog_1.png", "b_dog_1.png"):
            (tmp_path / rule / each).touch()
        layout = ByNames(rule).layout(tmp_path / rule)
        assert {str(file.path): layout.classes[file.label] for file in layout.files}[name] == label


def test_what_is_no_picture_by_its_name_is_left_out_and_listed(folder: Make) -> None:
    root = folder(["cat_1.png", "dog_1.png"])
    (root / "notes_1.txt").write_text("x")
    (root / ".hidden_1.png").touch()
    listing = scan(root, labels=ByNames("first_part"))
    assert listing.classes == ("cat", "dog")
    (rejection,) = listing.rejections
    assert rejection.path == "notes_1.txt"
    assert rejection.reason == "The file name does not end like that of a picture."


def test_folders_below_count_and_a_wrapping_one_does_not(folder: Make) -> None:
    root = folder(["outer/inner/a/cat_1.png", "outer/inner/dog_1.png"])
    listing = scan(root, labels=ByNames("first_part"))
    assert listing.root == root / "outer" / "inner"
    assert [picture.path for picture in listing.pictures] == ["a/cat_1.png", "dog_1.png"]


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["cat_1.png", "cat_2.png"], "only one class, 'cat'"),
        (["cat.png", "dog.png"], "finds a class in no file name in 'pictures'; choose another rule"),
    ],
)
def test_what_is_refused(names: list[str], sentence: str, folder: Make) -> None:
    with pytest.raises(DataError, match=sentence):
        scan(folder(names), labels=ByNames("first_part"))


def test_the_same_labels_are_the_same_data_set_and_others_another(folder: Make) -> None:
    root = folder(["cat_1.png", "cat_2.png", "dog_1.png"])
    first = scan(root, labels=ByNames("first_part"))
    assert first.has_own_labels
    assert scan(root, labels=ByNames("before_number")).identity == first.identity
    inside = folder(["cat/cat_1.png", "dog/dog_1.png"], root=root.parent / "other")
    assert scan(inside, labels=ByNames("first_part")).identity == scan(inside).identity
