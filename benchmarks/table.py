"""Rows of the one Markdown table, and how a job's figure becomes one."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.runner import Measured

OURS = "sftviz"


@dataclass(frozen=True)
class Figure:
    """A number that a job reports."""

    key: str
    unit: str
    more_is_better: bool = False


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        ratio: how many times better ours is; above 1 is in our favour.
        target: what the ratio must reach.
    """

    benchmark: str
    case: str
    job: str
    measured: str
    ratio: float | None = None
    target: float | None = None
    note: str = ""


def compare(
    benchmark: str, case: str, figure: Figure, found: Sequence[Measured], *, target: float | None = None, note: str = ""
) -> list[Row]:
    """A row for each job: the median of a figure, and how many times better ours is than each of the others.

    The target and the note belong to the rows of the others.
    """
    ours = next(measured for measured in found if measured.name == OURS)
    rows = []
    for measured in found:
        remark = measured.problem or ("" if measured is ours else note)
        ratio = None
        if not measured.knows(figure.key):
            text, remark = "–", measured.problem or "the job was too short to tell"
        else:
            text = _text(measured, figure)
            if measured is not ours and ours.knows(figure.key):
                ratio = _ratio(ours.median(figure.key), measured.median(figure.key), figure)
        rows.append(Row(benchmark, case, measured.name, text, ratio, None if ratio is None else target, remark))
    return rows


def markdown(rows: Sequence[Row]) -> str:
    """All rows as one table."""
    lines = ["| benchmark | case | job | measured | ours is | must reach | note |", "|---|---|---|---|---|---|---|"]
    for row in rows:
        ratio = "" if row.ratio is None else f"{_digits(row.ratio)}×"
        cells = (row.benchmark, row.case, row.job, row.measured, ratio, _goal(row), row.note)
        lines.append("| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in cells) + " |")
    return "\n".join(lines)


def _ratio(ours: float, theirs: float, figure: Figure) -> float:
    return ours / theirs if figure.more_is_better else theirs / ours


def _goal(row: Row) -> str:
    if row.ratio is None or row.target is None:
        return ""
    return f"{row.target:.3g}× {'reached' if row.ratio >= row.target else 'missed'}"


def _text(measured: Measured, figure: Figure) -> str:
    values = measured.values(figure.key)
    spread = f" ({_digits(min(values))}–{_digits(max(values))})" if len(values) > 1 else ""
    return f"{_digits(measured.median(figure.key))} {figure.unit}{spread}"


def _digits(value: float) -> str:
    """Three significant digits, and all of them where a share comes close to 1."""
    if 0.9 < value < 1:
        return f"{value:.4f}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
