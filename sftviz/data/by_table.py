"""Labels by a table: each row names a file, its class, and perhaps its side."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from sftviz.data.folders import files_below, unwrapped
from sftviz.data.layout import Labelled, Layout, laid_out
from sftviz.data.listing import Rejection, Side
from sftviz.data.names import as_text, ends_like_a_picture, safe_path, shown
from sftviz.data.sides import sides_named
from sftviz.data.table import Table, read_table
from sftviz.errors import DataError, UploadError

MAX_LABEL = 200  # characters; what is longer is a text, from another column

_SHOWN = 3


class _Row(NamedTuple):
    """What a row says; its number counts from 1, as in a spreadsheet."""

    number: int
    file: str
    label: str
    side: str | None


@dataclass(frozen=True)
class ByTable:
    """Which table, and which of its columns, counted from 0.

    Attributes:
        file: of the table, relative to the folder of pictures, or absolute.
        picture: the column of file names; folders before them and endings may be missing, where just one file fits.
        label: the column of classes.
        side: the column that says who learns and who checks; None where nothing says so.
        has_header: whether the first row holds titles.
    """

    file: str
    picture: int
    label: int
    side: int | None
    has_header: bool
    kind: Literal["table"] = "table"

    def layout(self, root: Path, validation: Path | None = None) -> Layout:
        """Look up the files that the table names; what does not fit is left out, each file with its reason.

        Args:
            root: the folder that holds all pictures.
            validation: none is taken.

        Raises:
            DataError: the table cannot be read, names files outside the folder or none in it, or has fewer than two
                classes; or there is a separate folder for validation.
        """
        if validation:
            raise DataError(
                "A table says which pictures are for validation in a column of its own; name one folder that holds "
                "all pictures, and no separate one."
            )
        around, root = root.absolute().parent, unwrapped(root)
        rows = list(self._rows(read_table(root / self.file)))
        files = _files(root, root / self.file)
        labelled, left_out = _labelled(rows, _places(files, root.relative_to(around)))
        if not labelled:
            example = next((f" For example {shown(file)}: {why}" for file, why in left_out.items()), "")
            raise DataError(f"No row of the table gives a file in the folder its class; choose other columns.{example}")
        if self.side is not None and not any(each.side == "validation" for each in labelled.values()):
            raise DataError("The column for the side names no picture for validation; choose another one, or none.")
        unnamed = sorted(set(files).difference(labelled, left_out))
        left_out |= dict.fromkeys(unnamed, "The table does not name this file.")
        rejections = [Rejection(as_text(file), why) for file, why in left_out.items()]
        return laid_out(root, labelled, rejections, has_own_split=self.side is not None)

    def _rows(self, table: Table) -> Iterator[_Row]:
        """All rows that say anything."""
        for number, row in enumerate(table.rows, start=1):
            if any(row) and not (number == 1 and self.has_header):
                cells = (*row, *[""] * (table.width - len(row)))
                side = None if self.side is None else cells[self.side].casefold()
                yield _Row(number, cells[self.picture], cells[self.label], side)


def _files(root: Path, table: Path) -> list[str]:
    """All files but the table itself, relative to the root, sorted."""
    own = table.relative_to(root).as_posix() if table.is_relative_to(root) else None
    return sorted(file for file in files_below(root, root) if file != own)


def _places(files: Iterable[str], folder: Path) -> dict[str, str | None]:
    """The file that each way of naming it means; None where several fit.

    The folders before it may be there or not, and so may the ending of a picture's name.
    """
    places: dict[str, str | None] = {}
    for file in files:
        rest = f"{folder.as_posix()}/{file}"
        while rest:
            for name in (rest, rest.rpartition(".")[0]) if ends_like_a_picture(rest) else (rest,):
                places[name] = None if name in places else file
            _, _, rest = rest.partition("/")
    return places | {file: file for file in files}


def _labelled(rows: Sequence[_Row], places: Mapping[str, str | None]) -> tuple[dict[str, Labelled], dict[str, str]]:
    """Labels by file; and for each file or name without one the reason."""
    sides = sides_named({row.side for row in rows if row.side})
    first: dict[str, _Row] = {}
    left_out: dict[str, str] = {}
    for row, name in zip(rows, _inside(rows, places), strict=True):
        file = places.get(name) or name or f"Row {row.number:,}"
        before = first.setdefault(file, row)
        if fault := _fault(row, name, places, sides) or _contradiction(before, row):
            left_out.setdefault(file, fault)
    labelled = {
        file: Labelled(row.label, sides[row.side] if row.side else None)
        for file, row in first.items()
        if file not in left_out
    }
    return labelled, left_out


def _inside(rows: Iterable[_Row], places: Mapping[str, str | None]) -> list[str]:
    """The name in each row, without "." parts.

    Raises:
        DataError: some lead out of the folder.
    """
    names: list[str] = []
    refused: list[str] = []
    for row in rows:
        try:
            # Whatever was found in the folder is known to lie in it.
            names.append(row.file if row.file in places or not row.file else str(safe_path(row.file)))
        except UploadError as error:
            refused.append(f"Row {row.number:,}: {error}")
    if refused:
        raise DataError(
            f"The table is refused: {len(refused):,} of its file names cannot stand for a file in the folder, of which "
            f"all must be relative, with / between folders. {' '.join(refused[:_SHOWN])}"
        )
    return names


def _fault(row: _Row, name: str, places: Mapping[str, str | None], sides: Mapping[str, Side]) -> str | None:
    """Why a row labels nothing."""
    if not name:
        return "This row of the table names no file."
    if name not in places:
        return "The table names this file, and it is not there."
    if places[name] is None:
        return "Several files have this name; write the folders before it, too."
    if not row.label:
        return "The table gives this file no class."
    if len(row.label) > MAX_LABEL:
        return f"The table gives this file a class of more than {MAX_LABEL} characters."
    if row.side is not None and row.side not in sides:
        taken = " or ".join(sides) or "train or validation"
        return f"The table gives this file the side {shown(row.side)}, where {taken} is taken."
    return None


def _contradiction(first: _Row, row: _Row) -> str | None:
    if (first.label, first.side) == (row.label, row.side):
        return None
    is_class = first.label != row.label
    one, other = (shown(each.label if is_class else each.side or "") for each in (first, row))
    kind = "classes" if is_class else "sides"
    return f"The table gives this file two {kind}: {one} in row {first.number:,} and {other} in row {row.number:,}."
