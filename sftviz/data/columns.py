"""Which columns of a table are likely meant: for a person to see and correct, never to be used unseen."""

from collections.abc import Sequence
from pathlib import Path

from sftviz.data.by_table import ByTable
from sftviz.data.folders import unwrapped
from sftviz.data.names import ends_like_a_picture
from sftviz.data.sides import SIDE_NAMES
from sftviz.data.table import read_table

_FILE_TITLES = frozenset(
    {"file", "filename", "file_name", "path", "filepath", "image", "image_id", "image_name", "img", "picture", "id"}
)
_CLASS_TITLES = frozenset(
    {
        "label",
        "class",
        "class_name",
        "category",
        "target",
        "species",
        "breed",
        "kind",
        "type",
        "variety",
        "diagnosis",
        "dx",
    }
)
_TITLES = _FILE_TITLES | _CLASS_TITLES
_ROWS_LOOKED_AT = 200


def likely_columns(root: Path, file: str) -> ByTable:
    """What is probably meant by the columns of a table.

    Args:
        root: the folder of pictures.
        file: of the table, relative to the folder or absolute.

    Raises:
        DataError: it cannot be read.
    """
    table = read_table(unwrapped(root) / file)
    titles = [cell.casefold() for cell in (*table.rows[0], *[""] * table.width)]
    rows = table.rows[:_ROWS_LOOKED_AT]
    columns = [[row[place] for row in rows if place < len(row)] for place in range(table.width)]
    picture = max(range(table.width), key=lambda place: (_pictures(columns[place]), titles[place] in _FILE_TITLES))
    has_names = _pictures(columns[picture]) > 0 or not _TITLES.isdisjoint(titles)
    has_header = has_names and not ends_like_a_picture(titles[picture])
    columns = [cells[has_header:] for cells in columns]

    def unlikeliness(place: int) -> tuple[bool, bool, int]:
        # Of columns whose titles say nothing, the first one that divides the files into classes of several.
        divides = 2 <= len(set(columns[place])) <= (len(columns[place]) + 1) // 2
        return titles[place] not in _CLASS_TITLES, not divides, place

    label, *rest = sorted((place for place in range(table.width) if place != picture), key=unlikeliness)
    if rest and _are_sides(columns[label]):
        label, *rest = *rest, label
    side = next((place for place in rest if _are_sides(columns[place])), None)
    return ByTable(file, picture, label, side, has_header)


def _pictures(cells: Sequence[str]) -> int:
    return sum(map(ends_like_a_picture, cells))


def _are_sides(cells: Sequence[str]) -> bool:
    return bool(cells) and SIDE_NAMES.issuperset(cell.casefold() for cell in cells)
