"""Folders as we walk them: nothing is opened, no link is followed, hidden and system files are passed over."""

import os
from collections.abc import Iterator
from pathlib import Path

from sftviz.data.names import is_passed_over, is_text, shown
from sftviz.errors import DataError


def require_folder(path: Path) -> Path:
    """The absolute path of a folder that is there.

    Raises:
        DataError: it is not.
    """
    if not path.is_dir():
        raise DataError(f"{shown(str(path))} is not a folder on this machine; check the path.")
    return path.absolute()


def require_text(root: Path) -> Path:
    """The same path.

    Raises:
        DataError: a part of it cannot be shown or stored.
    """
    if not is_text(str(root)):
        raise DataError(f"The path {shown(str(root))} is not valid UTF-8 text; rename its folders.")
    return root


def unwrapped(root: Path) -> Path:
    """The folder itself, or what lies in it where that is one folder and nothing else.

    Raises:
        DataError: there is no such folder, or its path is no text.
    """
    root = require_folder(root)
    while len(entries := _entries(root)) == 1 and entries[0].is_dir(follow_symlinks=False):
        root = Path(entries[0])
    return require_text(root)


def folders_in(folder: Path) -> list[Path]:
    """The folders directly in a folder; none where it is missing."""
    return [Path(entry) for entry in _entries(folder) if entry.is_dir(follow_symlinks=False)]


def files_below(folder: Path, root: Path) -> Iterator[str]:
    """Files of a folder and of those in it, as POSIX paths relative to a root around it."""
    # No recursion, for folders can be nested deeper than Python's stack; and no Path a file, which would take longer
    # than reading the folders.
    waiting = [(folder, "".join(f"{part}/" for part in folder.relative_to(root).parts))]
    while waiting:
        folder, before = waiting.pop()
        for entry in _entries(folder):
            if entry.is_dir(follow_symlinks=False):
                waiting.append((Path(entry), f"{before}{entry.name}/"))
            elif entry.is_file(follow_symlinks=False):
                yield before + entry.name


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if not is_passed_over(entry.name)]
    except FileNotFoundError:
        return []  # a class that one side lacks
    except OSError as error:
        raise DataError(f"The folder {shown(str(folder))} cannot be read: {error.strerror}.") from error
