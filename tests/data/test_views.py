from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageOps

from sftviz.caches import CacheFolder
from sftviz.config import DataConfig, ModelConfig, Recipe, RunConfig
from sftviz.data.pixel_cache import PixelCache
from sftviz.data.scan import scan
from sftviz.data.views import fitted, fitted_size, picture_view, view_of_pixels
from sftviz.models.catalogue import preprocessing_for

SIZES = [(9, 12), (12, 9), (10, 10), (1, 400), (400, 1), (300, 500)]


@pytest.mark.parametrize("fit", ["crop", "pad", "squash"])
@pytest.mark.parametrize("size", SIZES)
def test_the_size_is_as_foretold_and_the_view_is_a_square(fit, size, noise, preprocessing):
    preprocessing = replace(preprocessing, fit=fit)
    pixels = noise(0, *size)
    assert fitted(Image.fromarray(pixels), preprocessing).shape[:2] == fitted_size(*size, preprocessing)
    assert view_of_pixels(pixels, preprocessing).shape == (preprocessing.crop, preprocessing.crop, 3)


@pytest.mark.parametrize("size", [(150, 300), (300, 150), (200, 201), (300, 300)])
def test_padding_is_as_pillows(size, noise, preprocessing):
    preprocessing = replace(preprocessing, fit="pad", mean=(0.5, 0.25, 1.0))
    side = preprocessing.crop
    image = Image.fromarray(noise(1, *size))
    expected = ImageOps.pad(image, (side, side), Image.Resampling[preprocessing.interpolation.upper()], (128, 64, 255))
    assert np.array_equal(view_of_pixels(np.asarray(image), preprocessing), np.asarray(expected))


def test_padding_shows_the_ends_that_cropping_cuts_off(preprocessing):
    preprocessing = replace(preprocessing, resize=64, crop=56)
    pixels = np.full((100, 200, 3), 255, np.uint8)
    pixels[:, :20] = 0
    assert (view_of_pixels(pixels, preprocessing) > 250).all()
    padded = view_of_pixels(pixels, replace(preprocessing, fit="pad"))
    assert padded[preprocessing.crop // 2, 2].max() < 5


def test_squashing_is_one_resize(noise, preprocessing):
    side = preprocessing.crop
    pixels = noise(2, 90, 40)
    expected = Image.fromarray(pixels).resize((side, side), Image.Resampling[preprocessing.interpolation.upper()])
    assert np.array_equal(view_of_pixels(pixels, replace(preprocessing, fit="squash")), np.asarray(expected))


@pytest.mark.parametrize("fit", ["pad", "squash"])
def test_cached_and_read_pixels_are_the_same_and_each_fit_has_its_own(fit, listing, preprocessing, tmp_path):
    cache = CacheFolder(tmp_path / "cache")
    list(PixelCache.build(listing, preprocessing, cache))
    other = replace(preprocessing, fit=fit)
    assert len(list(PixelCache.build(listing, other, cache))) == len(listing.pictures)
    pixels = PixelCache.open(listing, other, cache)
    for index, picture in enumerate(listing.pictures):
        assert np.array_equal(pixels[index], picture_view(listing.root / picture.path, other))


def test_a_run_is_prepared_as_it_asks(sample):
    listing = scan(sample)
    config = RunConfig(
        name="pad",
        data=DataConfig(dataset=listing.identity, fit="pad"),
        model=ModelConfig(),
        recipe=Recipe(name="probe"),
    )
    assert preprocessing_for(config).fit == "pad"
