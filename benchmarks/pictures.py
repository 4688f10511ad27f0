"""The same pictures for every job: copied, or generated, into train/ and val/ with classes inside."""

import shutil
from itertools import chain, zip_longest
from pathlib import Path

import numpy as np
from PIL import Image

_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}  # those that all libraries read


def gather(data: Path, folder: Path, *, limit: int | None = None, validation: int = 1) -> Path:
    """Copy pictures of a folder into `folder`.

    Args:
        data: classes, or train/ and val/ with classes inside.
        folder: made by this.
        limit: most pictures to train on, from all classes in turn.
        validation: most pictures of each class to validate on; without a val/ they are taken away from training.
    """
    has_sides = (data / "train").is_dir()
    learned = _by_class(data / "train" if has_sides else data)
    if has_sides:
        held_out = [files[:validation] for files in _by_class(data / "val")]
    else:
        held_out = [files[-validation:] for files in learned]
        learned = [files[:-validation] for files in learned]
    in_turn = [file for file in chain(*zip_longest(*learned)) if file is not None]
    for side, files in (("train", in_turn[:limit]), ("val", list(chain(*held_out)))):
        for file in files:
            target = folder / side / file.parent.name
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
    return folder


def generate(folder: Path, count: int) -> Path:
    """Small JPEG files in two classes, no two alike."""
    ramp = np.linspace(0, 255, 64, dtype=np.uint8)
    for number in range(count):
        target = folder / ("even", "odd")[number % 2]
        target.mkdir(parents=True, exist_ok=True)
        pixels = np.empty((64, 64, 3), np.uint8)
        pixels[..., 0], pixels[..., 1], pixels[..., 2] = ramp, ramp[:, None], number % 251
        pixels[number // 251 % 64, number // (251 * 64) % 64 :] = 255 * (number % 2)
        Image.fromarray(pixels).save(target / f"{number:06d}.jpg", quality=95)
    return folder


def _by_class(folder: Path) -> list[list[Path]]:
    classes = sorted(path for path in folder.iterdir() if path.is_dir())
    return [sorted(file for file in path.iterdir() if file.suffix.lower() in _SUFFIXES) for path in classes]
