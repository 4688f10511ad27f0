"""Training and validation pictures from two folders."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sftviz.caches import CacheFolder
from sftviz.data.decode import decode
from sftviz.data.pixel_cache import PixelCache
from sftviz.data.scan import scan
from sftviz.data.sides import scan_sides
from sftviz.data.views import fitted
from sftviz.errors import DataError
from sftviz.models.catalogue import BACKBONES


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


def test_pixels_follow_the_order_of_the_listing_that_asks_for_them(few_pictures: Path, tmp_path: Path) -> None:
    root = tmp_path / "all"
    shutil.copytree(few_pictures, root / "train")
    shutil.copytree(few_pictures, root / "test")
    for picture in (root / "test").rglob("*.png"):
        # Other content, the same size.
        Image.fromarray(255 - decode(picture)).save(picture)
    whole, sides = scan(root), scan_sides(root / "train", root / "test")
    preprocessing, cache = BACKBONES["efficientnet_lite0"].preprocessing, CacheFolder(tmp_path / "cache")
    for listing in (whole, sides):
        list(PixelCache.build(listing, preprocessing, cache))
    for listing in (whole, sides):
        pixels = PixelCache.open(listing, preprocessing, cache)
        for index, picture in enumerate(listing.pictures):
            expected = fitted(Image.fromarray(decode(listing.root / picture.path)), preprocessing)
            np.testing.assert_array_equal(pixels[index], expected)
