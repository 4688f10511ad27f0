"""Training and validation pictures from two folders."""

import shutil
from pathlib import Path

import pytest

from sftviz.data.decode import decode
from sftviz.data.sides import scan_sides
from sftviz.errors import DataError


def test_two_folders_become_one_listing_with_its_own_split(few_pictures: Path, tmp_path: Path) -> None:
    validation = tmp_path / "held out"
    shutil.copytree(few_pictures, validation)
    listing = scan_sides(few_pictures, validation)
    assert listing.has_own_split
    assert len(listing.side("train")) == len(listing.side("validation")) == 18
    for picture in listing.pictures:
        assert decode(listing.root / picture.path).shape == (picture.height, picture.width, 3)


def test_the_same_folder_twice_is_refused(few_pictures: Path) -> None:
    with pytest.raises(DataError, match="both training and validation"):
        scan_sides(few_pictures, few_pictures)


def test_classes_that_differ_are_named(few_pictures: Path, tmp_path: Path) -> None:
    validation = tmp_path / "held out"
    shutil.copytree(few_pictures, validation)
    (validation / "birds").rename(validation / "fish")
    with pytest.raises(DataError, match="birds, fish"):
        scan_sides(few_pictures, validation)
