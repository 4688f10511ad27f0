"""What is measured of a picture, against what it was made of."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from sftviz.audit.headers import PECULIARITIES, header_of
from sftviz.audit.looks import Looks, look_at, looks_of
from sftviz.caches import CacheFolder
from sftviz.data.decode import FORMATS
from sftviz.data.scan import scan
from tests.audit.conftest import Pictures


def _looks(pictures: Pictures, cache: Path) -> Looks:
    pictures.save(pictures.new(), "the other class/1.png")
    listing = scan(pictures.root)
    assert looks_of(listing, CacheFolder(cache)) is None
    for _ in look_at(listing, CacheFolder(cache)):
        pass
    looks = looks_of(listing, CacheFolder(cache))
    assert looks is not None
    return looks[:-1]


def test_brightness_colour_and_border(pictures: Pictures, tmp_path: Path) -> None:
    framed = Image.new("RGB", (100, 60), (255, 0, 0))
    framed.paste((51, 51, 51), (10, 10, 90, 50))
    pictures.save(framed, "a/framed.png")
    pictures.save(Image.new("RGB", (40, 40), (102, 102, 102)), "a/grey.png")
    pictures.save(Image.new("L", (7, 1), 255), "a/line.png")
    looks = _looks(pictures, tmp_path / "cache")
    np.testing.assert_allclose(looks["border"][:2], [[1, 0, 0], [0.4, 0.4, 0.4]], atol=1e-3)
    np.testing.assert_allclose(looks["brightness"][1:], [0.4, 1], atol=1e-3)
    np.testing.assert_allclose(looks["saturation"], [1 - 80 * 40 / 6000, 0, 0], atol=1e-3)
    np.testing.assert_allclose(looks["contrast"][1:], 0, atol=1e-3)
    np.testing.assert_allclose(looks["darkest"][0], 0.2, atol=1e-3)
    assert np.isfinite(looks["sharpness"]).all()


def test_blur_lowers_the_sharpness_and_contrast_does_not(pictures: Pictures, tmp_path: Path) -> None:
    picture = pictures.new(200, 200)
    pictures.save(picture, "a/1.png")
    pictures.save(picture.point([round(0.5 * value + 60) for value in range(256)] * 3), "a/2.png")
    pictures.save(picture.filter(ImageFilter.GaussianBlur(2)), "a/3.png")
    pictures.save(picture.filter(ImageFilter.GaussianBlur(5)), "a/4.png")
    sharp, flat, soft, softest = _looks(pictures, tmp_path / "cache")["sharpness"].tolist()
    assert flat == pytest.approx(sharp, abs=0.1)
    assert softest < soft < sharp - 2


def test_a_sharp_subject_before_a_soft_ground_is_sharp(pictures: Pictures, tmp_path: Path) -> None:
    picture = pictures.new(200, 200)
    soft = picture.filter(ImageFilter.GaussianBlur(5))
    subject = soft.copy()
    subject.paste(picture.crop((50, 50, 100, 100)), (50, 50))
    pictures.save(soft, "a/1.png")
    pictures.save(subject, "a/2.png")
    soft_sharpness, sharpness = _looks(pictures, tmp_path / "cache")["sharpness"].tolist()
    assert sharpness > soft_sharpness + 2


def test_a_mirrored_picture_has_the_mirrored_hash(pictures: Pictures, tmp_path: Path) -> None:
    picture = pictures.new()
    pictures.save(picture, "a/1.png")
    pictures.save(picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT), "a/2.png")
    signatures = _looks(pictures, tmp_path / "cache")["signature"]
    np.testing.assert_array_equal(signatures["hash"], signatures["mirrored"][::-1])
    np.testing.assert_allclose(signatures["cells"][0], signatures["cells"][1][:, ::-1], atol=0.1)
    cells = signatures["cells"].astype(np.float64)
    np.testing.assert_allclose(cells.mean(axis=(1, 2)), 0, atol=2e-3)


def test_headers(pictures: Pictures) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0110] = 8, "Maker\0", "Model 1 " + "é" * 40
    plain = pictures.new()
    see_through = plain.convert("RGBA")
    cases: dict[str, tuple[Image.Image, dict[str, object], tuple[str, ...]]] = {
        "plain.jpg": (plain, {}, ()),
        "turned.jpg": (plain, {"exif": exif}, ("turned",)),
        "print.jpg": (plain.convert("CMYK"), {}, ("cmyk",)),
        "deep.png": (Image.fromarray(np.full((9, 9), 40_000, np.uint16)), {}, ("deep",)),
        "float.tif": (Image.fromarray(np.full((9, 9), 0.5, np.float32)), {}, ("deep",)),
        "clear.png": (see_through, {}, ("transparent",)),
        "moving.png": (plain, {"save_all": True, "append_images": [plain.rotate(90)]}, ("animated",)),
        "moving.webp": (plain, {"save_all": True, "append_images": [plain.rotate(90)]}, ("animated",)),
        "pages.tif": (plain, {"save_all": True, "append_images": [plain.rotate(90)]}, ("animated",)),
        "still.gif": (plain.quantize(8), {}, ()),
    }
    for name, (picture, options, peculiar) in cases.items():
        header = header_of((pictures.root / pictures.save(picture, f"a/{name}", **options)).read_bytes())
        found = tuple(each for place, each in enumerate(PECULIARITIES) if header.peculiarities >> place & 1)
        assert found == peculiar, name
        suffix = {"jpg": "JPEG", "tif": "TIFF"}.get(name.split(".")[1], name.split(".")[1].upper())
        assert FORMATS[header.format] == suffix
        assert header.camera == b"" or name == "turned.jpg"
    turned = header_of((pictures.root / "a/turned.jpg").read_bytes())
    assert turned.camera.startswith(b"Maker Model 1 ")
    assert len(turned.camera) <= 40
