import base64
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from sftviz.data.thumbnails import data_uri, thumbnail
from sftviz.errors import UnreadablePictureError


@pytest.mark.parametrize(
    ("size", "expected"), [((400, 200), (64, 32)), ((20, 40), (32, 64)), ((1000, 1), (64, 1)), ((1, 1), (64, 64))]
)
def test_the_whole_picture_within_the_square(tmp_path, size, expected):
    Image.new("RGB", size, "red").save(tmp_path / "a.png")
    image = Image.open(BytesIO(thumbnail(tmp_path / "a.png", 64)))
    assert (image.format, image.size) == ("JPEG", expected)


def test_upright_and_on_white(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = np.zeros((40, 80, 4), np.uint8)
    picture[:, 40:] = (0, 0, 255, 255)
    Image.fromarray(picture).save(tmp_path / "a.png", exif=exif)
    pixels = np.asarray(Image.open(BytesIO(thumbnail(tmp_path / "a.png")))).astype(int)
    assert pixels.shape == (128, 64, 3)
    assert np.abs(pixels[20, 30] - 255).max() <= 5
    assert np.abs(pixels[110, 30] - (0, 0, 255)).max() <= 5


def test_nothing_but_the_pixels_goes_along(tmp_path):
    exif = Image.Exif()
    exif[0x010E] = "who, where and when"
    Image.new("RGB", (8, 8)).save(tmp_path / "a.jpg", exif=exif, comment=b"who, where and when", dpi=(7, 7))
    assert b"who" in (tmp_path / "a.jpg").read_bytes()
    jpeg = thumbnail(tmp_path / "a.jpg")
    assert b"who" not in jpeg
    assert "dpi" not in Image.open(BytesIO(jpeg)).info


def test_the_sample_has_thumbnails(sample_picture):
    assert len(thumbnail(sample_picture)) < 20_000


def test_a_broken_picture_has_none(tmp_path):
    (tmp_path / "a.png").write_bytes(b"<svg/>")
    with pytest.raises(UnreadablePictureError):
        thumbnail(tmp_path / "a.png")


def test_data_uri_holds_the_bytes():
    kind, _, text = data_uri(b"\xff\xd8xyz").partition(",")
    assert kind == "data:image/jpeg;base64"
    assert base64.b64decode(text) == b"\xff\xd8xyz"
