import struct
import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from sftviz.data import decode as decoding
from sftviz.data.decode import decode
from sftviz.errors import UnreadablePictureError


def _pillow(path: Path) -> Image.Image:
    """Pillow's own view of a file, without leaving it open."""
    return Image.open(BytesIO(path.read_bytes()))


@pytest.mark.parametrize("name", ["PNG", "BMP", "TIFF", "WEBP"])
def test_lossless_formats_give_back_their_pixels(tmp_path, noise, name):
    pixels = noise()
    Image.fromarray(pixels).save(tmp_path / "picture", name, lossless=True)
    assert np.array_equal(decode(tmp_path / "picture"), pixels)


@pytest.mark.parametrize("name", ["JPEG", "GIF"])
def test_other_formats_give_what_pillow_gives(tmp_path, sample_picture, name):
    _pillow(sample_picture).convert("RGB").save(tmp_path / "picture", name)
    pixels = decode(tmp_path / "picture")
    assert pixels.dtype == np.uint8
    assert np.array_equal(pixels, np.asarray(_pillow(tmp_path / "picture").convert("RGB")))


@pytest.mark.parametrize("mode", ["1", "L", "P"])
def test_modes_without_colour_of_their_own(tmp_path, noise, mode):
    image = Image.fromarray(noise()).convert(mode)
    image.save(tmp_path / "picture", "PNG")
    assert np.array_equal(decode(tmp_path / "picture"), np.asarray(image.convert("RGB")))


@pytest.mark.parametrize(("mode", "suffix"), [("CMYK", "JPEG"), ("CMYK", "TIFF"), ("YCbCr", "JPEG"), ("YCbCr", "TIFF")])
def test_print_and_video_colours_become_rgb(tmp_path, mode, suffix):
    orange = np.full((16, 16, 3), (230, 120, 40), np.uint8)
    Image.fromarray(orange).convert(mode).save(tmp_path / "picture", suffix)
    assert np.abs(decode(tmp_path / "picture").astype(int) - orange).max() <= 4


@pytest.mark.parametrize("suffix", ["PNG", "TIFF"])
def test_sixteen_bits_are_scaled_not_clipped(tmp_path, suffix):
    grey = np.linspace(0, 65535, 256 * 16).round().astype(np.uint16).reshape(16, 256)
    Image.fromarray(grey).save(tmp_path / "picture", suffix)
    pixels = decode(tmp_path / "picture")
    assert np.array_equal(pixels[:, :, 0], np.rint(grey / 257).astype(np.uint8))
    assert (pixels[:, :, 0] == pixels[:, :, 2]).all()
    assert (pixels == 255).mean() < 0.01


def test_big_endian_sixteen_bits(tmp_path):
    grey = np.array([[0, 257, 25700, 65535]], ">u2")
    header = b"MM\0\x2a\0\0\0\x08\0\x08"
    tags = [(256, 4), (257, 1), (258, 16), (259, 1), (262, 1), (273, 200), (278, 1), (279, 8)]
    entries = b"".join(struct.pack(">HHII", tag, 4, 1, value) for tag, value in tags)
    (tmp_path / "picture").write_bytes((header + entries + b"\0" * 4).ljust(200, b"\0") + grey.tobytes())
    assert _pillow(tmp_path / "picture").mode == "I;16B"
    assert decode(tmp_path / "picture")[0, :, 1].tolist() == [0, 1, 100, 255]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([[0, 0.5, 1]], np.float32), [0, 128, 255]),
        (np.array([[0, 100, 255]], np.float32), [0, 100, 255]),
        (np.array([[-1000, 0, 1000]], np.float32), [0, 128, 255]),
        (np.array([[0, np.nan, 1]], np.float32), [0, 0, 255]),
        (np.array([[7000, 7000, 7000]], np.float32), [0, 0, 0]),
        (np.array([[0, 25700, 65535]], np.int32), [0, 100, 255]),
        (np.array([[0, 100_000, 200_000]], np.int32), [0, 128, 255]),
    ],
)
def test_deep_tiff_is_scaled(tmp_path, values, expected):
    Image.fromarray(values).save(tmp_path / "picture", "TIFF")
    assert decode(tmp_path / "picture")[0, :, 0].tolist() == expected


def test_transparency_lies_on_white(tmp_path, noise):
    alpha = noise(1)[:, :, 0]
    pixels = noise()
    Image.fromarray(np.dstack([pixels, alpha])).save(tmp_path / "picture", "PNG")
    share = alpha[:, :, None] / 255
    expected = pixels * share + 255 * (1 - share)
    assert np.abs(decode(tmp_path / "picture") - expected).max() <= 1


def test_grey_with_alpha(tmp_path):
    Image.fromarray(np.array([[[10, 255], [10, 0]]], np.uint8), "LA").save(tmp_path / "picture", "PNG")
    assert decode(tmp_path / "picture").tolist() == [[[10] * 3, [255] * 3]]


@pytest.mark.parametrize("name", ["PNG", "GIF"])
def test_transparent_palette_entry_is_white(tmp_path, name):
    image = Image.new("P", (2, 1))
    image.putpalette([200, 0, 0, 0, 0, 200])
    image.putpixel((1, 0), 1)
    image.save(tmp_path / "picture", name, transparency=0)
    assert decode(tmp_path / "picture").tolist() == [[[255, 255, 255], [0, 0, 200]]]


def test_transparent_colour_is_white(tmp_path):
    Image.fromarray(np.array([[[1, 2, 3], [4, 5, 6]]], np.uint8)).save(
        tmp_path / "picture", "PNG", transparency=(1, 2, 3)
    )
    assert decode(tmp_path / "picture").tolist() == [[[255, 255, 255], [4, 5, 6]]]


@pytest.mark.parametrize("name", ["PNG", "TIFF", "WEBP"])
def test_eight_orientations_are_one_picture(tmp_path, noise, name):
    upright = Image.fromarray(noise())
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        # Whichever operation undoes the tag is found by trying: Pillow's own is the reference.
        for operation in [None, *Image.Transpose]:
            stored = upright if operation is None else upright.transpose(operation)
            stored.save(tmp_path / "picture", name, exif=exif, lossless=True)
            if np.array_equal(ImageOps.exif_transpose(_pillow(tmp_path / "picture")).convert("RGB"), upright):
                break
        assert np.array_equal(decode(tmp_path / "picture"), np.asarray(upright))


def test_orientation_six_turns_clockwise(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(np.array([[0, 255]], np.uint8)).save(tmp_path / "picture", "PNG", exif=exif)
    assert decode(tmp_path / "picture")[:, :, 0].tolist() == [[0], [255]]


@pytest.mark.parametrize("name", ["GIF", "PNG", "WEBP", "TIFF"])
def test_of_several_frames_the_first_counts(tmp_path, name):
    red, blue = (Image.new("RGB", (8, 8), colour) for colour in [(255, 0, 0), (0, 0, 255)])
    red.save(tmp_path / "picture", name, save_all=True, append_images=[blue])
    assert _pillow(tmp_path / "picture").n_frames == 2
    assert np.abs(decode(tmp_path / "picture")[0, 0].astype(int) - (255, 0, 0)).max() <= 2


def test_content_decides_not_the_name(tmp_path, noise):
    Image.fromarray(noise()).save(tmp_path / "picture.jpg", "PNG")
    assert np.array_equal(decode(tmp_path / "picture.jpg"), noise())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just text",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
        b"<html><script>alert(1)</script></html>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"P6 1 1 255\nabc",
    ],
)
def test_what_is_no_picture_of_ours_is_refused(tmp_path, content):
    (tmp_path / "x.png").write_bytes(content)
    with pytest.raises(
        UnreadablePictureError, match=r"^The file 'x\.png' is not a picture that we read: those are JPEG"
    ):
        decode(tmp_path / "x.png")


@pytest.mark.parametrize("name", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP"])
def test_a_file_cut_short_is_refused(tmp_path, noise, name):
    Image.fromarray(noise(0, 64, 64)).save(tmp_path / "picture", name)
    data = (tmp_path / "picture").read_bytes()
    (tmp_path / "picture").write_bytes(data[: len(data) // 2])
    with pytest.raises(UnreadablePictureError):
        decode(tmp_path / "picture")


def _png(width: int, height: int, *chunks: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [9_434, 9_600, 65_500])
def test_a_bomb_is_refused_from_its_header(tmp_path, side):
    (tmp_path / "bomb.png").write_bytes(_png(side, side))
    with pytest.raises(UnreadablePictureError, match="more than 89 megapixels; make it smaller"):
        decode(tmp_path / "bomb.png")


def test_a_broken_checksum_is_refused(tmp_path, noise):
    Image.fromarray(noise()).save(tmp_path / "picture", "PNG")
    data = bytearray((tmp_path / "picture").read_bytes())
    data[29] ^= 1
    (tmp_path / "picture").write_bytes(data)
    with pytest.raises(UnreadablePictureError):
        decode(tmp_path / "picture")


@pytest.mark.parametrize("error", [MemoryError(), EOFError(), NotImplementedError("kind 7"), struct.error("x")])
def test_any_failure_of_the_decoder_becomes_a_sentence(tmp_path, paint, monkeypatch, error):
    def fail(_: object) -> None:
        raise error

    monkeypatch.setattr(decoding, "_rgb", fail)
    with pytest.raises(UnreadablePictureError, match=r"^The file 'a\.png' .*\.$"):
        decode(paint(tmp_path / "a.png"))


def test_every_flipped_byte_is_read_or_refused(tmp_path, noise):
    random = np.random.default_rng(0)
    for name in ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP"]:
        Image.fromarray(noise()).save(tmp_path / "picture", name)
        sound = (tmp_path / "picture").read_bytes()
        for _ in range(60):
            data = bytearray(sound)
            data[random.integers(len(data))] = random.integers(256)
            (tmp_path / "broken").write_bytes(data)
            with suppress(UnreadablePictureError):
                assert decode(tmp_path / "broken").shape[2] == 3


def test_a_missing_or_huge_file_is_refused(tmp_path, paint, monkeypatch):
    with pytest.raises(UnreadablePictureError, match=r"'gone\.png' cannot be opened: No such file"):
        decode(tmp_path / "gone.png")
    monkeypatch.setattr(decoding, "MAX_FILE_BYTES", 10)
    with pytest.raises(UnreadablePictureError, match="MiB"):
        decode(paint(tmp_path / "a.png"))


def test_a_hostile_name_is_escaped_in_the_sentence(tmp_path):
    (tmp_path / "a\nb.png").write_bytes(b"x")
    with pytest.raises(UnreadablePictureError, match=r"'a\\nb\.png'"):
        decode(tmp_path / "a\nb.png")
