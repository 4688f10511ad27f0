"""Training and validation pictures from two folders."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sftviz.caches import CacheFolder
from sftviz.data.by_names import ByNames
from sftviz.data.decode import decode
from sftviz.data.pixel_cache import PixelCache
from sftviz.data.scan import scan
from sftviz.data.store import DataStore
from sftviz.data.views import fitted
from sftviz.errors import DataError
from sftviz.models.catalogue import BACKBONES


def test_two_folders_become_one_listing_with_its_own_split(few_pictures: Path, tmp_path: Path) -> None:
    validation = tmp_path / "held out"
    shutil.copytree(few_pictures, validation)
    listing = scan(few_pictures, validation=validation)
    assert listing.has_own_split
    assert len(listing.side("train")) == len(listing.side("validation")) == 18
    for picture in listing.pictures:
        assert decode(listing.root / picture.path).shape == (picture.height, picture.width, 3)


def test_the_same_folder_twice_is_refused(few_pictures: Path) -> None:
    with pytest.raises(DataError, match="both training and validation"):
        scan(few_pictures, validation=few_pictures)


def test_a_folder_within_the_other_is_refused(few_pictures: Path) -> None:
    for train, validation in ((few_pictures, few_pictures / "birds"), (few_pictures / "birds", few_pictures)):
        with pytest.raises(DataError, match="one lies in the other"):
            scan(train, labels=ByNames("before_number"), validation=validation)


def test_two_folders_are_kept_as_a_data_set_and_read_in_place(few_pictures: Path, tmp_path: Path) -> None:
    validation = shutil.copytree(few_pictures, tmp_path / "held out")
    store, seen = DataStore(tmp_path / "home"), []
    stored = store.add_folder(few_pictures, validation=validation, on_progress=lambda *counts: seen.append(counts))
    assert seen == [(done, 36) for done in range(1, 37)]
    assert not stored.is_copy
    assert store.get(stored.identity).listing == scan(few_pictures, validation=validation)
    assert store.add_folder(few_pictures, validation=validation) == stored


def test_flat_folders_may_be_sides_too(folder: Callable[..., Path]) -> None:
    root = folder(["train/cat_1.png", "train/dog_1.png", "val/cat_2.png"])
    labels = ByNames("first_part")
    inside, apart = scan(root, labels=labels), scan(root / "train", labels=labels, validation=root / "val")
    assert inside == apart
    assert [picture.path for picture in inside.side("validation")] == ["val/cat_2.png"]


def test_classes_that_training_lacks_are_named(few_pictures: Path, tmp_path: Path) -> None:
    validation = tmp_path / "held out"
    shutil.copytree(few_pictures, validation)
    (validation / "birds").rename(validation / "fish")
    with pytest.raises(DataError, match="training folder lacks: 'fish'"):
        scan(few_pictures, validation=validation)


def test_pixels_follow_the_order_of_the_listing_that_asks_for_them(few_pictures: Path, tmp_path: Path) -> None:
    root = tmp_path / "all"
    shutil.copytree(few_pictures, root / "train")
    shutil.copytree(few_pictures, root / "test")
    for picture in (root / "test").rglob("*.png"):
        # Other content, the same size.
        Image.fromarray(255 - decode(picture)).save(picture)
    whole, sides = scan(root), scan(root / "train", validation=root / "test")
    preprocessing, cache = BACKBONES["efficientnet_lite0"].preprocessing, CacheFolder(tmp_path / "cache")
    for listing in (whole, sides):
        list(PixelCache.build(listing, preprocessing, cache))
    for listing in (whole, sides):
        pixels = PixelCache.open(listing, preprocessing, cache)
        for index, picture in enumerate(listing.pictures):
            expected = fitted(Image.fromarray(decode(listing.root / picture.path)), preprocessing)
            np.testing.assert_array_equal(pixels[index], expected)
