"""Which folders of this machine may be read from the page: all, or those below SFTVIZ_ROOTS."""

import os
from pathlib import Path

from sftviz.errors import DataError

VARIABLE = "SFTVIZ_ROOTS"


def require_allowed(path: Path) -> Path:
    """The same path.

    Raises:
        DataError: SFTVIZ_ROOTS names folders, and the path lies in none of them, links followed.
    """
    roots = [Path(root) for root in os.environ.get(VARIABLE, "").split(os.pathsep) if root]
    if roots and not any(path.resolve().is_relative_to(root.resolve()) for root in roots):
        raise DataError(
            f"{str(path)!r} lies outside the folders that may be read here: {', '.join(map(str, roots))}. "
            f"Name a folder in one of them, or start sftviz with another {VARIABLE}."
        )
    return path
