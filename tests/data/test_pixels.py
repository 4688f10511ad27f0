import numpy as np
import pytest
from PIL import Image
from torchvision import transforms

from sftviz.data.decode import decode
from sftviz.data.pixels import center_crop, resized, resized_size


@pytest.mark.parametrize("name", ["bilinear", "bicubic"])
@pytest.mark.parametrize(
    ("height", "width"), [(300, 451), (451, 300), (256, 256), (100, 299), (97, 64), (3, 5), (387, 256), (256, 387)]
)
def test_equals_torchvision(noise, name, height, width):
    pixels = noise(0, height, width)
    reference = transforms.Compose(
        [transforms.Resize(256, transforms.InterpolationMode(name), antialias=True), transforms.CenterCrop(224)]
    )
    assert np.array_equal(
        center_crop(resized(Image.fromarray(pixels), 256, name), 224), reference(Image.fromarray(pixels))
    )


def test_equals_torchvision_on_a_sample(sample_picture):
    pixels = decode(sample_picture)
    reference = transforms.Resize(256, transforms.InterpolationMode.BICUBIC, antialias=True)(Image.fromarray(pixels))
    assert np.array_equal(resized(Image.fromarray(pixels), 256, "bicubic"), reference)


@pytest.mark.parametrize(("height", "width"), [(1, 1000), (1000, 1), (20, 61), (1, 1), (7, 300)])
def test_strips_stay_bounded(noise, height, width):
    pixels = resized(Image.fromarray(noise(0, height, width)), 16, "bilinear")
    assert min(pixels.shape[:2]) == 16
    assert max(pixels.shape[:2]) <= 48
    assert pixels.shape[:2] == resized_size(height, width, 16)


def test_of_a_strip_the_middle_is_kept():
    strip = np.zeros((2, 100, 3), np.uint8)
    strip[:, 47:53] = 255
    assert (resized(Image.fromarray(strip), 2, "bilinear") == 255).all()


def test_the_crop_is_a_view_of_the_middle(noise):
    pixels = noise(0, 10, 8)
    crop = center_crop(pixels, 4)
    assert np.array_equal(crop, pixels[3:7, 2:6])
    assert crop.base is pixels
