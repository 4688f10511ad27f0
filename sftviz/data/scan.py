"""The one scanner: every file below the class folders gets a verdict."""

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sftviz.data.decode import opened, read
from sftviz.data.grouping import with_groups
from sftviz.data.layout import Found, Layout, layout_of
from sftviz.data.listing import Listing, Picture, Rejection
from sftviz.data.names import is_text, shown
from sftviz.data.parallel import in_threads
from sftviz.data.perceptual import SIGNATURE, signature_of
from sftviz.errors import DataError, UnreadablePictureError

OnProgress = Callable[[int, int], None]
Seen = tuple[Picture, NDArray[np.void]]  # with its signature


def scan(root: Path, *, on_progress: OnProgress | None = None) -> Listing:
    """List the pictures below a folder, each decoded once in full.

    Two layouts are known: `<class>/**`, and `train/<class>/**` beside `val/<class>/**` (also training; valid,
    validation, test), whose sides are kept. Where there are both val and test, test is left out. A folder that only
    wraps another is descended into, so the listing's root may lie below the root given. Links are never followed.

    Args:
        root: the folder, a link to it, or a folder around it.
        on_progress: called with (files done, files in all), in this thread.

    Raises:
        DataError: there is no such folder, it is laid out in another way, or a class has no readable picture.
    """
    layout = layout_of(root)
    verdicts: list[Seen | Rejection] = []
    for verdict in in_threads(partial(_verdict, layout.root), layout.files):
        verdicts.append(verdict)
        if on_progress:
            on_progress(len(verdicts), len(layout.files))
    seen = [verdict for verdict in verdicts if not isinstance(verdict, Rejection)]
    pictures = with_groups([each for each, _ in seen], np.array([signature for _, signature in seen], SIGNATURE))
    rejections = tuple(verdict for verdict in verdicts if isinstance(verdict, Rejection))
    _require_every_class(layout, pictures, rejections)
    return Listing(layout.root, layout.classes, pictures, rejections, layout.has_own_split)


def _verdict(root: Path, found: Found) -> Seen | Rejection:
    path = found.path.as_posix()
    if not is_text(path):
        shown_path = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        return Rejection(shown_path, f"The file name {shown(shown_path)} is not valid UTF-8 text; rename the file.")
    try:
        data = read(root / found.path)
        image = opened(data, found.path.name)
    except UnreadablePictureError as error:
        return Rejection(path, str(error))
    content = hashlib.sha256(data).hexdigest()
    return Picture(path, found.label, found.side, content, image.width, image.height), signature_of(image)


def _require_every_class(layout: Layout, pictures: tuple[Picture, ...], rejections: tuple[Rejection, ...]) -> None:
    example = f" For example: {rejections[0].reason}" if rejections else ""
    if not pictures:
        raise DataError(f"There is no readable picture in {shown(layout.root.name)}.{example}")
    # Validation and test pictures do not count: nothing can be learned from them.
    present = {picture.label for picture in pictures if picture.side in (None, "train")}
    if lacking := [name for label, name in enumerate(layout.classes) if label not in present]:
        names = ", ".join(map(shown, lacking))
        raise DataError(f"No readable picture to train on lies in the class folder {names}.{example}")
    if layout.has_own_split and not any(picture.side == "validation" for picture in pictures):
        raise DataError(f"The validation folder in {shown(layout.root.name)} holds no readable picture.{example}")
