"""Broken and hostile things, all of them made here: no file of anybody's corpus is copied."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from sftviz.data.decode import FORMATS

# What a name may hold where files come from: scripts, links, formulas, directions of writing, names that systems
# reserve. Each is a name of a file and of a folder.
HOSTILE_NAMES = (
    "😀👩‍👩‍👧‍👦 émoji",
    "مرحبا\u202egnp.exe",
    "\u200b",
    "caf\u00e9",
    "cafe\u0301",
    "Cafe\u0301",
    "line\nbreak\r\ttab",
    "\x1b[31mred\x07",
    "é" * 127,
    "-rf",
    "--help",
    "CON",
    "nul.png",
    " lead and trail ",
    "%2e%2e%2f",
    "$(touch x)`touch y`;&|",
    "<script>alert(1)<",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "\"'><b>",
    "&lt;&amp;&#60;",
    "![x](https:evil.example)",
    "[a](javascript:alert(1))",
    "**bold** :red[no] `code` # title",
    "$\\int_0^x$".replace("\\", ""),
    "javascript:alert(1)".replace(":", "∶"),
    "{{7*7}}${7*7}#{7*7}",
    "%{x}%{customdata}",
    "' OR 1=1 --",
    "=1+1",
    "+1",
    "@SUM(A1)",
    "None",
    "null",
    "~",
    "train",
    "a..b...",
)


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    """A picture as a file of some format."""
    file = BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """A part of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, pixels: bytes, *chunks: bytes, depth: int = 8, colour: int = 2) -> bytes:
    """A PNG file; `pixels` are its rows, each after a byte for its filter."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    content = chunk(b"IDAT", zlib.compress(pixels))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + content + chunk(b"IEND", b"")


def uneven(root: Path, counts: dict[str, int]) -> Path:
    """Pictures of 9 × 8 pixels, no two of which are alike."""
    random = np.random.default_rng(0)
    for name, count in counts.items():
        (root / name).mkdir(parents=True)
        for number in range(count):
            rows = b"".join(b"\0" + random.bytes(9) for _ in range(8))
            (root / name / f"{number}.png").write_bytes(png(9, 8, rows, colour=0))
    return root


def malformed(per_format: int) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of damaged pictures of every format: cut, with flipped bits, lying headers, holes."""
    random = np.random.default_rng(0)
    for form in FORMATS:
        pixels = random.integers(0, 256, (24, 31, 3), dtype=np.uint8)
        sound = encoded(Image.fromarray(pixels), form)
        harms = (_cut, _flipped, _lying, _with_a_hole, _with_more)
        for number in range(per_format):
            harm = harms[number % len(harms)]
            yield f"{form}{harm.__name__}-{number:03d}", harm(sound, random)


def _cut(sound: bytes, random: np.random.Generator) -> bytes:
    return sound[: random.integers(len(sound))]


def _flipped(sound: bytes, random: np.random.Generator) -> bytes:
    data = bytearray(sound)
    for place in random.integers(0, len(data), random.integers(1, 9)):
        data[place] ^= 1 << random.integers(8)
    return bytes(data)


def _lying(sound: bytes, random: np.random.Generator) -> bytes:
    """Fields of the header become the largest, the smallest, or any number."""
    data, place = bytearray(sound), int(random.integers(4, 64))
    number = (0, 1, 0x7FFF, 0xFFFF, 2**31 - 1, 2**32 - 1, int(random.integers(2**32)))[random.integers(7)]
    data[place : place + 4] = number.to_bytes(4, ("big", "little")[random.integers(2)])
    return bytes(data)


def _with_a_hole(sound: bytes, random: np.random.Generator) -> bytes:
    start = int(random.integers(len(sound)))
    return sound[:start] + bytes(min(64, len(sound) - start)) + sound[start + 64 :]


def _with_more(sound: bytes, random: np.random.Generator) -> bytes:
    place = int(random.integers(len(sound)))
    return sound[:place] + random.bytes(200) + sound[place:]
