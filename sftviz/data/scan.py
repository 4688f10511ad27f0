"""The one scanner: every file that has a label gets a verdict."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Sequence
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
from sftviz.data.names import as_text, first_few, is_text, shown
from sftviz.data.parallel import in_threads
from sftviz.data.perceptual import SIGNATURE, signature_of
from sftviz.errors import DataError, EmptyClassError, UnreadablePictureError

OnProgress = Callable[[int, int], None]
Seen = tuple[Picture, NDArray[np.void]]  # with its signature

_MOST_NAMED = 5


def scan(
    root: Path,
    *,
    labels: Labels = ByFolders(),  # noqa: B008 - a frozen value
    validation: Path | None = None,
    without: Collection[str] = (),
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
        without: classes to leave out; their files are listed as left out.
        on_progress: called with (files done, files in all), in this thread.

    Raises:
        EmptyClassError: a class has no readable picture to train on, and there are two others.
        DataError: there is no such folder or class, it is laid out in another way, or holds too few readable pictures.
    """
    layout = labels.layout(root, validation).without(without)
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
    if lacking := [label for label in range(len(layout.classes)) if label not in present]:
        raise _empty(layout, lacking, rejections)
    if layout.has_own_split and not any(picture.side == "validation" for picture in pictures):
        raise DataError(f"There is no readable picture for validation in {shown(layout.root.name)}.{example}")


def _empty(layout: Layout, lacking: Sequence[int], rejections: tuple[Rejection, ...]) -> DataError:
    """What to raise where classes have no readable picture to train on: what came of them, and why it is none."""
    came = Counter(file.label for file in layout.files)
    own = {file.path for file in layout.files if file.label in lacking}
    names = [f"{shown(layout.classes[each])} ({_files(came[each])})" for each in lacking]
    example = next((f" For example: {each.reason}" for each in rejections if each.path in own), "")
    kind = "class" if len(lacking) == 1 else "classes"
    sentence = f"There is no readable picture to train on in the {kind} {first_few(names, _MOST_NAMED)}.{example}"
    if len(layout.classes) - len(lacking) < 2:
        return DataError(sentence)
    return EmptyClassError(sentence, tuple(layout.classes[label] for label in lacking))


def _files(count: int) -> str:
    return "no file came" if not count else "1 file came" if count == 1 else f"{count:,} files came"
