"""Depth, colour, direction, frames and size as files may state them, and files that are two things at once."""

import os
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import GifImagePlugin, Image, ImageOps, PngImagePlugin, TiffImagePlugin, WebPImagePlugin

from sftviz.audit.headers import header_of
from sftviz.caches import CacheFolder
from sftviz.data.decode import FORMATS, MAX_PIXELS, decode, decode_bytes, opened
from sftviz.data.pixel_cache import PixelCache
from sftviz.data.scan import scan
from sftviz.data.thumbnails import thumbnail
from sftviz.data.views import picture_view
from sftviz.errors import UnreadablePictureError
from sftviz.models.catalogue import Preprocessing
from tests.faults.conftest import chunk, encoded, png

_WHOLE = Preprocessing(64, 64, "bilinear", (0.5, 0.5, 0.5), (0.5, 0.5, 0.5), fit="squash")
_ORIENTATIONS = range(1, 9)


def _rows(values_HWC: np.ndarray, kind: str) -> bytes:
    return b"".join(b"\0" + row.astype(kind).tobytes() for row in values_HWC)


@pytest.mark.parametrize(("colour", "channels"), [(0, 1), (2, 3), (4, 2), (6, 4)])
def test_sixteen_bits_a_channel_become_eight_by_their_upper_byte(colour: int, channels: int) -> None:
    values = np.random.default_rng(0).integers(0, 2**16, (5, 7, channels))
    if channels in (2, 4):
        values[:, :, -1] = 65535
    pixels = decode_bytes(png(7, 5, _rows(values, ">u2"), depth=16, colour=colour), "deep.png").astype(int)
    expected = np.rint(values[:, :, : 3 if channels > 2 else 1] / 257).astype(int)
    assert np.abs(pixels - expected).max() <= 1
    assert (pixels == 255).mean() < 0.1


@pytest.mark.parametrize(("depth", "most"), [(1, 1), (2, 3), (4, 15)])
def test_few_bits_a_pixel_reach_from_black_to_white(depth: int, most: int) -> None:
    values = np.arange(8) % (most + 1)
    bits = "".join(f"{value:0{depth}b}" for value in values)
    row = b"\0" + int(bits, 2).to_bytes(len(bits) // 8)
    expected = np.rint(values / most * 255)
    assert decode_bytes(png(8, 1, row, depth=depth, colour=0), "few.png")[0, :, 2].tolist() == expected.tolist()


@pytest.mark.parametrize(
    ("mode", "form"),
    [("LA", "PNG"), ("LA", "TIFF"), ("PA", "TIFF"), ("RGBA", "PNG"), ("RGBA", "TIFF"), ("RGBA", "WEBP")],
)
def test_what_is_half_transparent_is_half_white(mode: str, form: str) -> None:
    image = Image.new("RGBA", (6, 4), (40, 40, 40, 102)).convert(mode)
    pixels = decode_bytes(encoded(image, form, lossless=True), "half")
    assert np.abs(pixels.astype(int) - round(0.4 * 40 + 0.6 * 255)).max() <= 1


def test_a_transparent_grey_of_sixteen_bits_is_white() -> None:
    grey = np.array([[0, 25700, 65535]])[:, :, None]
    clear = chunk(b"tRNS", struct.pack(">H", 25700))
    pixels = decode_bytes(png(3, 1, _rows(grey, ">u2"), clear, depth=16, colour=0), "clear.png")
    assert pixels[0, :, 0].tolist() == [0, 255, 255]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_eight_orientations_look_alike_in_every_place(form: str, tmp_path: Path) -> None:
    """In the decoded picture, the thumbnail, what training reads, and what maps are laid over."""
    quarters = np.array([[[250, 10, 10], [10, 250, 10]], [[10, 10, 250], [250, 250, 10]]], np.uint8)
    upright = Image.fromarray(quarters.repeat(48, axis=0).repeat(32, axis=1))
    for label in ("one", "two"):
        (tmp_path / "set" / label).mkdir(parents=True)
    for orientation in _ORIENTATIONS:
        exif = Image.Exif()
        exif[0x0112] = orientation
        stored = next(
            turned
            for turned in (upright, *(upright.transpose(how) for how in Image.Transpose))
            if np.array_equal(ImageOps.exif_transpose(_tagged(turned, exif)), upright)
        )
        data = encoded(stored, form, exif=exif, lossless=True, quality=95)
        (tmp_path / "set" / ("one", "two")[orientation % 2] / f"{orientation}.{form}").write_bytes(data)
    listing, cache = scan(tmp_path / "set"), CacheFolder(tmp_path / "cache")
    assert {(picture.width, picture.height) for picture in listing.pictures} == {(64, 96)}
    for _ in PixelCache.build(listing, _WHOLE, cache):
        pass
    pixels = PixelCache.open(listing, _WHOLE, cache)
    for index, picture in enumerate(listing.pictures):
        path = listing.root / picture.path
        seen = [decode(path), opened(thumbnail(path), "small"), pixels[index], picture_view(path, _WHOLE)]
        for place in map(np.asarray, seen):
            height, width, _ = place.shape
            corners = place[[height // 4, 3 * height // 4]][:, [width // 4, 3 * width // 4]]
            assert np.abs(corners.astype(int) - quarters).max() <= 12, picture.path


def _tagged(image: Image.Image, exif: Image.Exif) -> Image.Image:
    copy = image.copy()
    copy.info["exif"] = exif.tobytes()
    return copy


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP", "TIFF"])
def test_later_frames_are_never_gone_to(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [Image.new("RGB", (9, 9), (60 * number, 20, 20)) for number in range(4)]
    data = encoded(frames[0], form, save_all=True, append_images=frames[1:])
    seeks: list[int] = []

    def noted(whose: type[Image.Image]) -> Callable[..., None]:
        seek = whose.seek

        def note(self: Image.Image, frame: int) -> None:
            seeks.append(frame)
            seek(self, frame)

        return note

    for plugin in (
        GifImagePlugin.GifImageFile,
        PngImagePlugin.PngImageFile,
        WebPImagePlugin.WebPImageFile,
        TiffImagePlugin.TiffImageFile,
    ):
        monkeypatch.setattr(plugin, "seek", noted(plugin))
    assert np.abs(decode_bytes(data, "film")[4, 4].astype(int) - (0, 20, 20)).max() <= 4
    assert set(seeks) <= {0}


def test_frames_that_lead_back_to_the_first_end() -> None:
    tags = [(256, 3), (257, 2), (258, 8), (259, 1), (262, 1), (273, 200), (278, 2), (279, 6)]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    page = struct.pack("<H", len(tags)) + entries + struct.pack("<I", 8)
    data = (b"II*\0\x08\0\0\0" + page).ljust(200, b"\0") + bytes(range(6))
    assert decode_bytes(data, "loop.tiff")[:, :, 0].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert header_of(data).format == FORMATS.index("TIFF")


def _claiming(form: str, width: int, height: int) -> bytes:
    """A small picture whose header claims to be large."""
    if form == "PNG":
        return png(width, height, b"\0" * 13)
    data = bytearray(encoded(Image.new("RGB", (8, 8)), form, lossless=True))
    if form == "WEBP":
        extended = b"VP8X\x0a\0\0\0\0\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        return b"RIFF" + struct.pack("<I", len(data) + 10) + b"WEBP" + extended + bytes(data[12:])
    if form == "TIFF":
        entry = data.index(struct.pack("<HHI", 256, 4, 1))
        data[entry + 8 : entry + 12] = struct.pack("<I", width)
        data[entry + 20 : entry + 24] = struct.pack("<I", height)
        return bytes(data)
    place, kind = {
        "GIF": (6, "<HH"),
        "BMP": (18, "<ii"),
        "JPEG": (data.index(b"\xff\xc0") + 5 if form == "JPEG" else 0, ">HH"),
    }[form]
    data[place : place + struct.calcsize(kind)] = struct.pack(kind, width, height)
    return bytes(data)


@pytest.mark.parametrize("form", FORMATS)
def test_size_is_judged_by_the_header_before_any_pixel(form: str) -> None:
    side = 16_383 if form == "WEBP" else 65_500
    tracemalloc.start()
    with pytest.raises(UnreadablePictureError, match=f"more than {MAX_PIXELS // 10**6} megapixels"):
        decode_bytes(_claiming(form, side, side), "bomb")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt", b"iCCP"])
def test_texts_that_unpack_to_gigabytes_are_refused(kind: bytes) -> None:
    head = {b"zTXt": b"k\0\0", b"iTXt": b"k\0\1\0\0\0", b"iCCP": b"k\0\0"}[kind]
    data = png(1, 1, b"\0abc", chunk(kind, head + zlib.compress(bytes(32 * 2**20), 1)))
    tracemalloc.start()
    with pytest.raises(UnreadablePictureError, match="is damaged or cut short"):
        decode_bytes(data, "bomb.png")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 2**20


def test_more_pixels_than_the_header_says_are_left_packed() -> None:
    data = png(2, 2, b"\0abcdef" * 2 + bytes(16 * 2**20))
    tracemalloc.start()
    assert decode_bytes(data, "long.png").shape == (2, 2, 3)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * 2**20


_SCRIPT = b"<script>alert(document.domain)</script>"


@pytest.mark.parametrize(
    "content",
    [
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'>" + _SCRIPT + b"</svg>",
        b"<!DOCTYPE html><html>" + _SCRIPT,
        b"GIF89a=1;" + _SCRIPT,
        b"\xff\xd8\xff" + _SCRIPT,
        b"BM" + _SCRIPT,
        b"RIFF\xff\0\0\0WEBP" + _SCRIPT,
        b"\x89PNG\r\n\x1a\n" + _SCRIPT,
        b"\0\0\0\x0cjP  \r\n\x87\n" + _SCRIPT,
        b"\0\0\1\0\1\0" + _SCRIPT,
        b"%PDF-1.7\n" + _SCRIPT,
    ],
)
def test_a_script_that_calls_itself_a_picture_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadablePictureError):
        decode_bytes(content, "picture.png")


def test_of_a_picture_that_is_also_a_page_and_an_archive_the_pixels_alone_go_on(tmp_path: Path) -> None:
    image = Image.new("RGB", (20, 10), (200, 30, 30))
    (tmp_path / "both.jpg").write_bytes(encoded(image, "JPEG", comment=_SCRIPT) + _SCRIPT)
    with ZipFile(tmp_path / "both.jpg", "a") as zipped:
        zipped.writestr("evil.html", _SCRIPT)
    sent = thumbnail(tmp_path / "both.jpg")
    assert sent.startswith(b"\xff\xd8\xff")
    assert b"script" not in sent
    assert b"PK" not in sent
    assert np.abs(decode(tmp_path / "both.jpg")[5, 5].astype(int) - (200, 30, 30)).max() <= 3


@pytest.mark.parametrize("harm", ["link", "pipe", "folder"])
def test_what_took_the_place_of_a_picture_is_not_followed_nor_waited_for(harm: str, tmp_path: Path) -> None:
    secret, picture = tmp_path / "secret.png", tmp_path / "picture.png"
    Image.new("RGB", (4, 4)).save(secret)
    {"link": lambda: picture.symlink_to(secret), "pipe": lambda: os.mkfifo(picture), "folder": picture.mkdir}[harm]()
    with pytest.raises(UnreadablePictureError, match=r"'picture\.png' (is a link|is no plain file|cannot be opened)"):
        decode(picture)
