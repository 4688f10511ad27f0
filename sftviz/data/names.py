"""Names typed by other people: which are passed over, and which may become a path below a folder of ours."""

from collections import Counter
from collections.abc import Sequence
from operator import itemgetter
from pathlib import PurePosixPath, PureWindowsPath

from sftviz.errors import UploadError

MAX_NAME_BYTES = 255  # what Linux, macOS and Windows file systems can hold
MAX_DEPTH = 32  # far more than data sets need; clearing a folder away recurses once a level

_PICTURE_ENDINGS = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff")
_SYSTEM_NAMES = frozenset({"__macosx", "thumbs.db", "desktop.ini"})


def is_passed_over(name: str) -> bool:
    """Whether a file or folder of this name is hidden or the system's own, and no concern of the person."""
    return name.startswith(".") or name.casefold() in _SYSTEM_NAMES


def is_text(name: str) -> bool:
    """Whether a name can be shown and stored: names on disk may hold bytes that are not UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def as_text(name: str) -> str:
    """A name with what is no text in it escaped."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def ends_like_a_picture(name: str) -> bool:
    """Whether a name has the ending of a picture file: what is inside may be something else."""
    return name.casefold().endswith(_PICTURE_ENDINGS)


def shown(name: str) -> str:
    """A name as a sentence quotes it: control characters escaped, and cut where it is longer than anyone reads."""
    return repr(name if len(name) <= 200 else name[:199] + "…")


def safe_path(name: str) -> PurePosixPath:
    """The relative path that a typed name stands for, unchanged but for "." parts.

    Raises:
        UploadError: the name could lead out of the folder it is put in, or no file system can hold it.
    """
    parts = [part for part in name.split("/") if part != "."]
    if fault := next(filter(None, map(_fault, parts or [""])), None):
        raise UploadError(f"The name {shown(name)} {fault}; rename it and try again.")
    if len(parts) > MAX_DEPTH:
        raise UploadError(f"The file {shown(name)} lies {len(parts)} folders deep; {MAX_DEPTH} is the most we take.")
    return PurePosixPath(*parts)


def require_distinct(paths: Sequence[PurePosixPath]) -> None:
    """Check that each file has a place of its own.

    Raises:
        UploadError: two files have one name, or a file has the name of another's folder.
    """
    files = set(paths)
    if len(files) < len(paths):
        repeated = max(Counter(paths).items(), key=itemgetter(1))[0]
        raise UploadError(f"The file {shown(str(repeated))} is there twice; keep one of the two.")
    for path in paths:
        if clash := files.intersection(path.parents):
            raise UploadError(f"{shown(str(clash.pop()))} is both a file and a folder; rename one of the two.")


def _fault(part: str) -> str | None:
    if part == "":
        return "is absolute or has an empty part"
    if part == "..":
        return "leads out of its folder"
    if "\\" in part or "\0" in part or PureWindowsPath(part).drive:
        return "holds a backslash, a NUL or a drive letter"
    if not is_text(part):
        return "is not valid Unicode"
    if len(part.encode()) > MAX_NAME_BYTES:
        return f"is longer than {MAX_NAME_BYTES} bytes"
    return None


def first_few(words: Sequence[str], most: int) -> str:
    """The first words of a list, and how many more there are."""
    more = len(words) - most
    return ", ".join(words[:most]) + (f" and {more:,} more" if more > 0 else "")
