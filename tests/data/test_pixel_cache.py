import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sftviz.data.decode import decode
from sftviz.data.pixel_cache import PixelCache
from sftviz.data.pixels import resized
from sftviz.data.scan import scan
from sftviz.data.split import split
from sftviz.errors import DataError


@pytest.fixture
def built(listing, preprocessing, tmp_path):
    return list(PixelCache.build(listing, preprocessing, tmp_path / "cache"))


def _matches(cache: PixelCache, listing, preprocessing) -> bool:
    return len(cache) == len(listing.pictures) and all(
        np.array_equal(
            cache[n], resized(decode(listing.root / picture.path), preprocessing.resize, preprocessing.interpolation)
        )
        for n, picture in enumerate(listing.pictures)
    )


def test_it_holds_what_decoding_gives(listing, preprocessing, tmp_path, built):
    assert built == [(done, 6) for done in range(1, 7)]
    assert _matches(PixelCache.open(listing, preprocessing, tmp_path / "cache"), listing, preprocessing)
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".bin"]


def test_pictures_of_many_sizes(sample, preprocessing, tmp_path):
    whole = scan(sample)
    few = replace(whole, pictures=whole.pictures[::25])
    list(PixelCache.build(few, preprocessing, tmp_path))
    assert _matches(PixelCache.open(few, preprocessing, tmp_path), few, preprocessing)


@pytest.mark.usefixtures("built")
def test_the_pixels_cannot_be_changed(listing, preprocessing, tmp_path):
    pixels = PixelCache.open(listing, preprocessing, tmp_path / "cache")[0]
    with pytest.raises(ValueError, match="read-only"):
        pixels[0, 0, 0] = 1


@pytest.mark.usefixtures("built")
def test_what_is_complete_is_not_built_again(listing, preprocessing, tmp_path):
    (listing.root / listing.pictures[0].path).unlink()
    divided = split(listing, validation_share=0.5, seed=0)
    assert list(PixelCache.build(divided, preprocessing, tmp_path / "cache")) == []
    assert len(PixelCache.open(divided, preprocessing, tmp_path / "cache")) == 6


@pytest.mark.usefixtures("built")
def test_another_size_or_interpolation_has_its_own_file(listing, preprocessing, tmp_path):
    for other in (replace(preprocessing, resize=10), replace(preprocessing, interpolation="bicubic")):
        with pytest.raises(DataError, match="not prepared yet"):
            PixelCache.open(listing, other, tmp_path / "cache")
        list(PixelCache.build(listing, other, tmp_path / "cache"))
        assert _matches(PixelCache.open(listing, other, tmp_path / "cache"), listing, other)


def test_a_half_built_one_is_ignored_and_rebuilt(listing, preprocessing, tmp_path):
    steps = PixelCache.build(listing, preprocessing, tmp_path)
    next(steps)
    with pytest.raises(DataError, match="not prepared yet"):
        PixelCache.open(listing, preprocessing, tmp_path)
    steps.close()
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []
    assert len(list(PixelCache.build(listing, preprocessing, tmp_path))) == 6
    assert _matches(PixelCache.open(listing, preprocessing, tmp_path), listing, preprocessing)


@pytest.mark.usefixtures("built")
def test_a_file_cut_short_is_rebuilt(listing, preprocessing, tmp_path):
    (file,) = (tmp_path / "cache").iterdir()
    os.truncate(file, file.stat().st_size - 1)
    with pytest.raises(DataError, match="not prepared yet"):
        PixelCache.open(listing, preprocessing, tmp_path / "cache")
    assert len(list(PixelCache.build(listing, preprocessing, tmp_path / "cache"))) == 6


def test_two_builders_at_once(listing, preprocessing, tmp_path):
    folder = tmp_path / "cache"
    steps = [PixelCache.build(listing, preprocessing, folder) for _ in range(2)]
    assert len(list(zip(*steps, strict=False))) == 6
    for rest in steps:
        list(rest)
    assert len(list(folder.iterdir())) == 1
    assert _matches(PixelCache.open(listing, preprocessing, folder), listing, preprocessing)


def test_leftovers_of_the_dead_are_cleared(listing, preprocessing, tmp_path):
    folder = tmp_path / "cache"
    folder.mkdir()
    for name, time in {"old.part": 0, "old.bin": 0, "young.part": None}.items():
        (folder / name).touch()
        if time is not None:
            os.utime(folder / name, (time, time))
    list(PixelCache.build(listing, preprocessing, folder))
    assert {"old.bin", "young.part"} == {path.name for path in folder.iterdir()} - {
        path.name for path in folder.glob(f"*-{preprocessing.resize}-*.bin")
    }


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (lambda path: path.unlink(), r"'2\.png' cannot be opened.*put it back, or scan the folder again"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), r"'cat/2\.png' has changed since the scan; scan"),
        (
            lambda path: path.write_bytes((path.parent / "1.png").read_bytes()),
            r"'cat/2\.png' has changed since the scan",
        ),
    ],
)
def test_a_picture_gone_or_changed_is_named(listing, preprocessing, tmp_path, harm, sentence):
    harm(listing.root / "cat" / "2.png")
    with pytest.raises(DataError, match=sentence):
        list(PixelCache.build(listing, preprocessing, tmp_path / "cache"))
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_a_sentence(listing, preprocessing, tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="could not be stored: "):
        list(PixelCache.build(listing, preprocessing, tmp_path / "file"))
