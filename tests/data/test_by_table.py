"""Labels that stand in a table: what is taken, and that every fault is said and loses nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sftviz.data.by_table import ByTable
from sftviz.data.columns import likely_columns
from sftviz.data.scan import scan
from sftviz.data.store import DataStore
from sftviz.data.table import MAX_TABLE_BYTES, column_titles, read_table, tables_in
from sftviz.errors import DataError

LABELS = ByTable("labels.csv", picture=0, label=1, side=None, has_header=False)
SIDES = ByTable("labels.csv", picture=0, label=1, side=2, has_header=False)


@pytest.fixture
def flat(folder: Callable[..., Path]) -> Path:
    return folder([f"{number}.png" for number in range(1, 5)])


def _write(root: Path, *rows: str) -> None:
    (root / "labels.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def _labels(root: Path, labels: ByTable = LABELS) -> dict[str, str]:
    listing = scan(root, labels=labels)
    return {picture.path: listing.classes[picture.label] for picture in listing.pictures}


def _reasons(root: Path, labels: ByTable = LABELS) -> dict[str, str]:
    return {each.path: each.reason for each in scan(root, labels=labels).rejections}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("header", [(), ("file name", "Größe", "label")])
def test_tables_as_spreadsheets_save_them(
    delimiter: str, encoding: str, end: str, header: tuple[str, ...], flat: Path
) -> None:
    rows = [header, ("1.png", "3", "chat"), ("2.png", "5", "chien"), ("", "", ""), ("3.png", "7", '"a, b; c"')]
    text = end.join(delimiter.join(row) for row in rows if row)
    (flat / "labels.csv").write_bytes(text.encode(encoding))
    likely = likely_columns(flat, "labels.csv")
    assert (likely.picture, likely.has_header) == (0, bool(header))
    labels = ByTable("labels.csv", 0, 2, None, bool(header))
    assert _labels(flat, labels) == {"1.png": "chat", "2.png": "chien", "3.png": "a, b; c"}


def test_likely_columns(flat: Path) -> None:
    _write(flat, "id,split,class,image", "1,train,cat,1.png", "2,train,cat,2.png", "3,val,dog,3.png")
    assert likely_columns(flat, "labels.csv") == ByTable("labels.csv", 3, 2, 1, has_header=True)
    _write(flat, "1.png,cat", "2.png,dog")
    assert likely_columns(flat, "labels.csv") == ByTable("labels.csv", 0, 1, None, has_header=False)
    _write(flat, "label;file", "cat;1.png")
    assert likely_columns(flat, "labels.csv") == ByTable("labels.csv", 1, 0, None, has_header=True)
    rows = [f"{place}.png,{kind},{place % 2}" for place, kind in enumerate(["cat", "dog", "emu"] * 4)]
    _write(flat, "file,what,camera", *rows)
    assert likely_columns(flat, "labels.csv") == ByTable("labels.csv", 0, 1, None, has_header=True)
    _write(flat, "1.png,train,0.5,x,cat", "2.png,train,0.7,x,dog", "3.png,test,0.9,x,dog")
    assert likely_columns(flat, "labels.csv") == ByTable("labels.csv", 0, 4, 1, has_header=False)


def test_titles(flat: Path) -> None:
    _write(flat, "file,,file,class", "1.png,2,3,4,5")
    table = read_table(flat / "labels.csv")
    assert column_titles(table, has_header=True) == ["1", "2", "3", "class", "5"]
    assert column_titles(table, has_header=False) == ["1", "2", "3", "4", "5"]


def test_sides_come_from_a_column(flat: Path) -> None:
    _write(flat, "1.png,cat,Train", "2.png,dog,train", "3.png,cat,VAL", "4.png,dog,val")
    listing = scan(flat, labels=SIDES)
    assert listing.has_own_split
    assert [picture.path for picture in listing.side("validation")] == ["3.png", "4.png"]


def test_beside_val_test_is_held_out_and_alone_it_is_validation(flat: Path) -> None:
    _write(flat, "1.png,cat,train", "2.png,dog,train", "3.png,cat,val", "4.png,dog,test")
    assert [picture.path for picture in scan(flat, labels=SIDES).side("test")] == ["4.png"]
    _write(flat, "1.png,cat,train", "2.png,dog,train", "3.png,cat,test", "4.png,dog,")
    listing = scan(flat, labels=SIDES)
    assert [picture.path for picture in listing.side("validation")] == ["3.png"]
    assert listing.rejections[0].reason == "The table gives this file the side '', where train or test is taken."


def test_every_fault_is_said_and_loses_nothing_else(flat: Path, paint: Callable[..., Path]) -> None:
    paint(flat / "a" / "same.png")
    paint(flat / "b" / "same.png", 1)
    long = "x" * 201
    rows = ["1.png,cat", "2.png,dog", "gone.png,cat", "3.png,cat", "3.png,dog", "./1.png,cat", "4.png,", ",cat"]
    _write(flat, *rows, "same.png,cat", f"a/same.png,{long}", "2.png")
    _write(flat, *rows, "same.png,cat", f"a/same.png,{long}")
    assert _labels(flat) == {"1.png": "cat", "2.png": "dog"}
    assert _reasons(flat) == {
        "gone.png": "The table names this file, and it is not there.",
        "3.png": "The table gives this file two classes: 'cat' in row 4 and 'dog' in row 5.",
        "4.png": "The table gives this file no class.",
        "Row 8": "This row of the table names no file.",
        "same.png": "Several files have this name; write the folders before it, too.",
        "a/same.png": "The table gives this file a class of more than 200 characters.",
        "b/same.png": "The table does not name this file.",
    }


def test_two_sides_are_a_contradiction(flat: Path) -> None:
    _write(flat, "1.png,cat,train", "2.png,dog,train", "3.png,cat,val", "4.png,cat,train", "4.png,cat,val")
    assert _reasons(flat, SIDES)["4.png"].endswith("two sides: 'train' in row 4 and 'val' in row 5.")


@pytest.mark.parametrize(
    "name",
    ["../1.png", "/etc/passwd", "a/../../1.png", "C:/1.png", "a\\1.png", "//1.png", "http://host/1.png", "1\0.png"],
)
def test_names_that_lead_elsewhere_refuse_the_table(name: str, flat: Path, paint: Callable[..., Path]) -> None:
    paint(flat.parent / "1.png")
    _write(flat, "1.png,cat", "2.png,dog", f"{name},dog")
    with pytest.raises(DataError, match=r"refused: 1 of its file names .* Row 3: The name"):
        scan(flat, labels=LABELS)


def test_links_are_not_there(flat: Path, paint: Callable[..., Path]) -> None:
    (flat / "link.png").symlink_to(paint(flat.parent / "secret.png"))
    _write(flat, "1.png,cat", "2.png,dog", "link.png,dog")
    assert "link.png" not in _labels(flat)
    assert _reasons(flat)["link.png"].endswith("not there.")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("1.png,Käse\n".encode("latin-1"), r"'labels.csv' is not UTF-8 text \(row 1\); save it as “CSV UTF-8”"),
        ("1.png,cat\n2.png,dog".encode("utf-16"), "is not UTF-8 text"),
        (b"", "fewer than two columns"),
        (b"1.png\n2.png\n", "fewer than two columns"),
        (b'1.png,"' + b"x" * 200_000, "cannot be read as CSV"),
        (b"1.png,cat\n2.png,cat\n", "only one class, 'cat'"),
        (
            b"cat,1.png\ndog,2.png\n",
            "choose other columns. For example 'cat': The table names this file, and it is not",
        ),
        (b" , \n", "No row of the table"),
    ],
)
def test_tables_that_cannot_be_used(content: bytes, sentence: str, flat: Path) -> None:
    (flat / "labels.csv").write_bytes(content)
    with pytest.raises(DataError, match=sentence):
        scan(flat, labels=LABELS)


def test_a_table_that_is_missing_or_huge_is_a_sentence(flat: Path) -> None:
    with pytest.raises(DataError, match="cannot be opened: No such file"):
        scan(flat, labels=LABELS)
    with (flat / "labels.csv").open("wb") as file:
        file.truncate(MAX_TABLE_BYTES + 1)
    with pytest.raises(DataError, match="has 32 MiB; up to 32 MiB"):
        scan(flat, labels=LABELS)


def test_a_split_needs_validation_and_no_second_folder(flat: Path) -> None:
    _write(flat, "1.png,cat,train", "2.png,dog,train")
    with pytest.raises(DataError, match="names no picture for validation"):
        scan(flat, labels=SIDES)
    with pytest.raises(DataError, match="in a column of its own"):
        scan(flat, labels=LABELS, validation=flat.parent)


def test_folders_may_be_left_out_of_names_and_tables_may_lie_anywhere(folder: Callable[..., Path]) -> None:
    root = folder(["images/a/1.png", "images/b/2.png", "images/b/3.png"])
    (root / "about").mkdir()
    (root / "about" / "set.TSV").write_text("pictures/images/a/1.png\tcat\nb/2.png\tdog\nimages/b/3.png\tdog\n")
    (root / "zoo.csv").touch()
    assert tables_in(root) == ["zoo.csv", "about/set.TSV"]
    found = _labels(root, ByTable("about/set.TSV", 0, 1, None, has_header=False))
    assert found == {"images/a/1.png": "cat", "images/b/2.png": "dog", "images/b/3.png": "dog"}
    (root / "about" / "set.TSV").rename(root.parent / "set.tsv")
    (root / "about").rmdir()
    (root / "zoo.csv").unlink()
    listing = scan(root, labels=ByTable(str(root.parent / "set.tsv"), 0, 1, None, has_header=False))
    assert listing.root == root / "images"
    assert len(listing.pictures) == 3


def test_endings_may_be_left_out_where_one_file_fits(folder: Callable[..., Path], paint: Callable[..., Path]) -> None:
    root = folder(["train/a1.png", "train/b2.png", "train/c3.png"])
    paint(root / "train" / "c3.jpg", 7)
    _write(root, "id,breed", "a1,pug", "b2,collie", "c3,pug")
    likely = likely_columns(root, "labels.csv")
    assert likely == ByTable("labels.csv", 0, 1, None, has_header=True)
    assert _labels(root, likely) == {"train/a1.png": "pug", "train/b2.png": "collie"}
    assert _reasons(root, likely)["c3"].startswith("Several files have this name")


def test_how_the_labels_came_about_is_kept(flat: Path, tmp_path: Path) -> None:
    _write(flat, "1.png,cat", "2.png,dog", "3.png,cat", "4.png,dog")
    store = DataStore(tmp_path / "home")
    stored = store.add_folder(flat, labels=LABELS)
    assert DataStore(tmp_path / "home").get(stored.identity).labels == LABELS
    assert store.add_folder(flat, labels=LABELS) == stored
    _write(flat, "1.png,tabby", "2.png,terrier", "3.png,tabby", "4.png,terrier")
    other = store.add_folder(flat, labels=LABELS)
    assert other.identity != stored.identity
    assert other.listing.classes == ("tabby", "terrier")


def test_labels_from_before_are_by_folders(pets: Path, tmp_path: Path) -> None:
    store = DataStore(tmp_path / "home")
    stored = store.add_folder(pets)
    file = store.folder(stored) / "dataset.json"
    file.write_text(file.read_text().replace(',"labels":{"kind":"folders"}', ""))
    assert '"labels"' not in file.read_text()
    assert store.get(stored.identity).labels == stored.labels
