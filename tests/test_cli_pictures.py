"""The pictures that a command names, by every way to their labels; nothing trains."""

import shutil
from pathlib import Path

import pytest

from sftviz.cli.arguments import parser
from sftviz.cli.pictures import listing_of
from sftviz.data.listing import Listing
from sftviz.data.store import DataStore
from sftviz.errors import DataError


@pytest.fixture
def flat(few_pictures: Path, tmp_path: Path) -> Path:
    """Flat pictures whose names hold the class, and a table of the first two of each class."""
    root = tmp_path / "flat"
    root.mkdir()
    rows = ["name;class;split"]
    for folder in sorted(few_pictures.iterdir()):
        for number, picture in enumerate(sorted(folder.iterdir())):
            shutil.copy(picture, root / f"{folder.name}_{number}.png")
        rows += [
            f"{folder.name}_{number}.png;{folder.name.upper()};{side}" for number, side in enumerate(("train", "val"))
        ]
    (root / "labels.csv").write_text("\n".join(rows))
    return root


def _listing(home: Path, *arguments: str | Path) -> Listing:
    return listing_of(parser().parse_args(["train", *map(str, arguments), "--home", str(home)]))


def test_a_table_in_the_folder(flat: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listing = _listing(home, flat, "--table", "labels.csv")
    assert listing.classes == ("BIRDS", "FRUIT", "VEHICLES")
    assert (len(listing.side("train")), len(listing.side("validation")), len(listing.rejections)) == (3, 3, 12)
    said = capsys.readouterr().err
    assert "Columns taken of 'labels.csv': file 'name', class 'class', side 'split'." in said
    assert "12 files are left out; the first is 'birds_2.png'. The table does not name this file." in said


def test_columns_are_taken_as_asked(flat: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listing = _listing(home, flat, "--table", flat / "labels.csv", "--columns", "name,2")
    assert not listing.has_own_split
    assert "file 'name', class 'class'.\n" in capsys.readouterr().err
    for columns, sentence in (("name", "takes FILE,CLASS"), ("name,colour", "no column 'colour'; it has 'name'")):
        with pytest.raises(DataError, match=sentence):
            _listing(home, flat, "--table", "labels.csv", "--columns", columns)


def test_a_table_in_a_zip_or_beside_it(flat: Path, home: Path, tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "flat"), "zip", flat)
    inside = _listing(home, archive, "--table", "labels.csv")
    (flat / "labels.csv").rename(tmp_path / "apart.csv")
    (tmp_path / "flat.zip").unlink()
    archive = shutil.make_archive(str(tmp_path / "flat"), "zip", flat)
    assert _listing(home, archive, "--table", tmp_path / "apart.csv").identity == inside.identity
    with pytest.raises(DataError, match="cannot be opened"):
        _listing(home, archive, "--table", "labels.csv")
    assert not list((home / "staging").iterdir())


def test_names_and_a_folder_for_validation(
    flat: Path, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(_listing(home, flat, "--names", "first_part").pictures) == 18
    assert "3 classes: 'birds' 6, 'fruit' 6, 'vehicles' 6." in capsys.readouterr().err
    listing = _listing(home, flat, "--names", "before_number", "--val", shutil.copytree(flat, tmp_path / "validation"))
    assert (len(listing.side("train")), len(listing.side("validation"))) == (18, 18)
    assert len(DataStore(home).list()) == 2


def test_what_does_not_go_together_is_said(flat: Path, home: Path, tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "flat"), "zip", flat)
    for arguments, sentence in (
        ((flat, "--columns", "1,2"), "--columns is for a table"),
        ((archive, "--val", flat), "--val is for folders"),
        ((flat, "--table", "labels.csv", "--val", tmp_path), "in a column of its own"),
    ):
        with pytest.raises(DataError, match=sentence):
            _listing(home, *arguments)
    with pytest.raises(SystemExit):
        _listing(home, flat, "--table", "labels.csv", "--names", "first_part")


def test_a_class_without_pictures_is_named_with_the_way_to_leave_it_out(
    few_pictures: Path, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = shutil.copytree(few_pictures, tmp_path / "lacking")
    for picture in (root / "fruit").iterdir():
        picture.write_bytes(b"broken")
    (root / "sea birds").mkdir()
    (root / "sea birds" / "1.png").write_bytes(b"broken")
    archive = shutil.make_archive(str(tmp_path / "few"), "zip", root)
    for path in (root, archive):
        with pytest.raises(DataError, match=r"go on without: --without fruit --without 'sea birds'$"):
            _listing(home, path)
        assert len(_listing(home, path, "--without", "fruit", "--without", "sea birds").classes) == 2
        assert (
            "7 files are left out; the first is 'fruit/an_apple_01.png'. The class 'fruit' was left out on request."
            in capsys.readouterr().err
        )
    assert not list((home / "staging").iterdir())


def test_what_was_changed_in_the_dashboard_counts(
    few_pictures: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = DataStore(home)
    changed = store.rename_class(store.add_folder(few_pictures, "few"), "fruit", "obst")
    assert _listing(home, few_pictures) == changed.listing
    assert "The data set 'few' is used with the 1 change that a person made" in capsys.readouterr().err
