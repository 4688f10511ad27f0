"""The one scanner: every file that has a label gets a verdict."""

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sftviz.data.by_folders import ByFolders
from sftviz.data.decode import opened, read
from sftviz.data.grouping import with_groups
from sftviz.data.labels import Labels
from sftviz.data.layout import Found, Layout
from sftviz.data.listing import Listing, Picture, Rejection
from sftviz.data.names import as_text, is_text, shown
from sftviz.data.parallel import in_threads
from sftviz.data.perceptual import SIGNATURE, signature_of
from sftviz.errors import DataError, UnreadablePictureError

OnProgress = Callable[[int, int], None]
Seen = tuple[Picture, NDArray[np.void]]  # with its signature


def scan(
    root: Path,
    *,
    labels: Labels = ByFolders(),  # noqa: B008 - a frozen value
    validation: Path | None = None,
    on_progress: OnProgress | None = None,
) -> Listing:
    """List the pictures below a folder, each decoded once in full.

    A folder that only wraps another is descended into, so the listing's root may lie below the root given. Where there
    are train/ and val/ (also training; valid, validation, test), sides are kept; where there are both val and test,
    test is held out as a test set. Links are never followed.

    Args:
        root: the folder, a link to it, or a folder around it.
        labels: how each file gets its class.
        validation: a separate folder of validation pictures; the first one is then for training only.
        on_progress: called with (files done, files in all), in this thread.

    Raises:
        DataError: there is no such folder, it is laid out in another way, or a class has no readable picture.
    """
    layout = labels.layout(root, validation)
    verdicts: list[Seen | Rejection] = []
    for verdict in in_threads(partial(_verdict, layout.root), layout.files):
        verdicts.append(verdict)
        if on_progress:
            on_progress(len(verdicts), len(layout.files))
    seen = [verdict for verdict in verdicts if not isinstance(verdict, Rejection)]
    pictures = with_groups([each for each, _ in seen], np.array([signature for _, signature in seen], SIGNATURE))
    rejections = tuple(verdict for verdict in verdicts if isinstance(verdict, Rejection))
    _require_every_class(layout, pictures, rejections)
    left_out = rejections + layout.left_out
    return Listing(layout.root, layout.classes, pictures, left_out, layout.has_own_split, layout.has_own_labels)


def _verdict(root: Path, found: Found) -> Seen | Rejection:
    path, name = found.path, found.path.rpartition("/")[2]
    if not is_text(path):
        shown_path = as_text(path)
        return Rejection(shown_path, f"The file name {shown(shown_path)} is not valid UTF-8 text; rename the file.")
    try:
        data = read(root / path)
        image = opened(data, name)
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
        raise DataError(f"There is no readable picture to train on in the class {names}.{example}")
    if layout.has_own_split and not any(picture.side == "validation" for picture in pictures):
        raise DataError(f"There is no readable picture for validation in {shown(layout.root.name)}.{example}")
