import os
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sftviz.caches import CacheFolder
from sftviz.data.decode import decode
from sftviz.data.pixel_cache import PixelCache
from sftviz.data.scan import scan
from sftviz.data.split import split
from sftviz.data.views import fitted
from sftviz.errors import CacheFullError, DataError, LostPictureError


@pytest.fixture
def cache(tmp_path) -> CacheFolder:
    return CacheFolder(tmp_path / "cache")


@pytest.fixture
def built(listing, preprocessing, cache):
    return list(PixelCache.build(listing, preprocessing, cache))


def _matches(cache: PixelCache, listing, preprocessing) -> bool:
    return len(cache) == len(listing.pictures) and all(
        np.array_equal(cache[n], fitted(Image.fromarray(decode(listing.root / picture.path)), preprocessing))
        for n, picture in enumerate(listing.pictures)
    )


def _files(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "cache").rglob("*") if path.is_file() and path.name != "room.lock"]


def test_it_holds_what_decoding_gives(listing, preprocessing, cache, built, tmp_path):
    assert built == [(done, 6) for done in range(1, 7)]
    assert _matches(PixelCache.open(listing, preprocessing, cache), listing, preprocessing)
    assert [path.suffix for path in _files(tmp_path)] == [".bin"]


def test_pictures_of_many_sizes(sample, preprocessing, cache):
    whole = scan(sample)
    few = replace(whole, pictures=whole.pictures[::25])
    list(PixelCache.build(few, preprocessing, cache))
    assert _matches(PixelCache.open(few, preprocessing, cache), few, preprocessing)


@pytest.mark.usefixtures("built")
def test_the_pixels_cannot_be_changed(listing, preprocessing, cache):
    pixels = PixelCache.open(listing, preprocessing, cache)[0]
    with pytest.raises(ValueError, match="read-only"):
        pixels[0, 0, 0] = 1


@pytest.mark.usefixtures("built")
def test_what_is_complete_is_not_built_again(listing, preprocessing, cache):
    (listing.root / listing.pictures[0].path).unlink()
    divided = split(listing, validation_share=0.5, seed=0)
    assert list(PixelCache.build(divided, preprocessing, cache)) == []
    assert len(PixelCache.open(divided, preprocessing, cache)) == 6


@pytest.mark.usefixtures("built")
def test_another_size_or_interpolation_has_its_own_file(listing, preprocessing, cache):
    for other in (replace(preprocessing, resize=10), replace(preprocessing, interpolation="bicubic")):
        with pytest.raises(DataError, match="not prepared yet"):
            PixelCache.open(listing, other, cache)
        list(PixelCache.build(listing, other, cache))
        assert _matches(PixelCache.open(listing, other, cache), listing, other)


def test_a_half_built_one_is_ignored_and_gone_on_with(listing, preprocessing, cache):
    steps = PixelCache.build(listing, preprocessing, cache)
    next(steps)
    next(steps)
    with pytest.raises(DataError, match="not prepared yet"):
        PixelCache.open(listing, preprocessing, cache)
    steps.close()
    (listing.root / listing.pictures[0].path).unlink()
    assert list(PixelCache.build(listing, preprocessing, cache)) == [(done, 6) for done in range(3, 7)]
    pixels = PixelCache.open(listing, preprocessing, cache)
    assert pixels[0].any()
    paths = [listing.root / picture.path for picture in listing.pictures]
    for index in range(1, 6):
        assert np.array_equal(pixels[index], fitted(Image.fromarray(decode(paths[index])), preprocessing))


def test_a_picture_torn_by_a_kill_is_decoded_again(listing, preprocessing, cache, tmp_path):
    steps = PixelCache.build(listing, preprocessing, cache)
    next(steps)
    next(steps)
    steps.close()
    (record,) = (path for path in _files(tmp_path) if path.suffix == ".synced")
    record.write_text(str(int(record.read_text()) - 1))
    assert next(PixelCache.build(listing, preprocessing, cache)) == (2, 6)
    list(PixelCache.build(listing, preprocessing, cache))
    assert _matches(PixelCache.open(listing, preprocessing, cache), listing, preprocessing)


@pytest.mark.usefixtures("built")
def test_a_file_cut_short_is_rebuilt(listing, preprocessing, cache, tmp_path):
    (file,) = _files(tmp_path)
    os.truncate(file, file.stat().st_size - 1)
    with pytest.raises(DataError, match="not prepared yet"):
        PixelCache.open(listing, preprocessing, cache)
    assert len(list(PixelCache.build(listing, preprocessing, cache))) == 6


def test_of_two_builders_one_decodes_and_the_other_watches(listing, preprocessing, cache, tmp_path):
    first, second = (PixelCache.build(listing, preprocessing, cache) for _ in range(2))
    next(first)
    assert next(second) == (0, 6)
    assert len(list(first)) == 5
    assert list(second) == []
    assert len(_files(tmp_path)) == 1
    assert _matches(PixelCache.open(listing, preprocessing, cache), listing, preprocessing)


@pytest.mark.usefixtures("built")
def test_a_cache_cleared_meanwhile_stays_readable(listing, preprocessing, cache):
    pixels = PixelCache.open(listing, preprocessing, cache)
    assert cache.clear() > 0
    assert _matches(pixels, listing, preprocessing)
    with pytest.raises(DataError, match="not prepared yet"):
        PixelCache.open(listing, preprocessing, cache)


def test_pictures_that_do_not_fit_are_a_sentence(listing, preprocessing, tmp_path):
    with pytest.raises(CacheFullError, match="for pixels"):
        next(PixelCache.build(listing, preprocessing, CacheFolder(tmp_path / "cache", max_bytes=100)))


def test_memory_does_not_grow_with_the_number_of_pictures(listing, preprocessing, cache):
    many = replace(listing, pictures=listing.pictures * 500)
    tracemalloc.start()
    for _ in PixelCache.build(many, preprocessing, cache):
        pass
    held = PixelCache.open(many, preprocessing, cache)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # The names' hash and the places of 3,000 pictures, and the few that are on their way.
    assert peak < 500 * len(held)
    assert len(held) * held[0].size == cache.usage().num_bytes


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (lambda path: path.unlink(), r"'2\.png' cannot be opened.*Put it back.*, or scan the folder again"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), r"'cat/2\.png' has changed since the scan\. Put"),
        (
            lambda path: path.write_bytes((path.parent / "1.png").read_bytes()),
            r"'cat/2\.png' has changed since the scan",
        ),
    ],
)
def test_a_picture_gone_or_changed_is_named(listing, preprocessing, cache, harm, sentence):
    harm(listing.root / "cat" / "2.png")
    with pytest.raises(LostPictureError, match=sentence):
        list(PixelCache.build(listing, preprocessing, cache))
    with pytest.raises(DataError, match="not prepared yet"):
        PixelCache.open(listing, preprocessing, cache)


@pytest.mark.parametrize("place", range(6))
def test_whichever_picture_is_lost_no_wrong_pixel_is_kept(listing, preprocessing, cache, place):
    path = listing.root / listing.pictures[place].path
    content = path.read_bytes()
    path.write_bytes((path.parent.parent / ("dog" if place < 3 else "cat") / "1.png").read_bytes())
    with pytest.raises(LostPictureError):
        list(PixelCache.build(listing, preprocessing, cache))
    path.write_bytes(content)
    left = list(PixelCache.build(listing, preprocessing, cache))
    assert left == [(done, 6) for done in range(place + 1, 7)], "what was decoded before it stays"
    assert _matches(PixelCache.open(listing, preprocessing, cache), listing, preprocessing)


def test_a_folder_that_cannot_be_written_is_a_sentence(listing, preprocessing, tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="could not be stored: "):
        list(PixelCache.build(listing, preprocessing, CacheFolder(tmp_path / "file")))
