"""The cell of a confusion matrix that is chosen: a part of the selection."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from sftviz.ui import selection

_CELL = re.compile(r"(.+):(\d{1,9}),(\d{1,9})", re.ASCII)


@dataclass(frozen=True)
class Cell:
    """One cell of one matrix.

    Attributes:
        matrix: which of the matrices on the page.
        true: label of the row.
        predicted: label of the column.
    """

    matrix: str
    true: int
    predicted: int

    def __str__(self) -> str:
        return f"{self.matrix}:{self.true},{self.predicted}"


def chosen_cell(key: str, num_classes: Mapping[str, int]) -> Cell | None:
    """The cell that the selection names, if one of the matrices has it.

    Args:
        key: the part of the selection.
        num_classes: of each matrix.
    """
    found = _CELL.fullmatch(selection.chosen(key) or "")
    if not found:
        return None
    cell = Cell(found[1], int(found[2]), int(found[3]))
    return cell if max(cell.true, cell.predicted) < num_classes.get(cell.matrix, 0) else None


def place_in(matrix: str, cell: Cell | None) -> tuple[int, int] | None:
    """Row and column of the cell, if it is one of this matrix."""
    return (cell.true, cell.predicted) if cell and cell.matrix == matrix else None


def choose_cell(key: str, matrix: str, clicked: tuple[int, int] | None) -> None:
    """Make the cell that was clicked just now a part of the selection, and draw the page again."""
    if clicked:
        selection.move_on({key: str(Cell(matrix, *clicked))})
        st.rerun()
