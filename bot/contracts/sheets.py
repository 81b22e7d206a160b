"""Rows of a workbook: Excel (.xlsx, .xls, .xlsb) or LibreOffice (.ods)."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from bot.contracts.cells import Cell, is_empty, text
from bot.contracts.rows import KEY, Row, headed, known_columns
from bot.domain.errors import ContractFileError, Fault
from bot.domain.wording import folded

_HEADING_WITHIN = 10
"""Rows above the heading that may hold a title."""


def sheet_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of every sheet that has a column of contract numbers.

    Raises:
        ContractFileError: The file is no workbook, is locked by a password, or has no such sheet.
    """
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = [
            (name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name in book.sheet_names
        ]
    except (CalamineError, OSError) as error:
        raise _refused(path, f"cannot be read as a workbook: {error}.") from error
    found = False
    for name, rows in sheets:
        at = _heading(rows)
        if at is not None:
            found = True
            yield from _below(f"{path} [{name}]", rows, at)
    if not found:
        raise _refused(path, "no sheet has a column headed: contratto.")


def _below(place: str, rows: Sequence[Sequence[Cell]], at: int) -> Iterator[Row]:
    names = headed(text(cell) for cell in rows[at])
    for number, cells in enumerate(rows[at + 1 :], start=at + 2):
        if not all(is_empty(cell) for cell in cells):
            yield Row(place=place, number=number, cells=dict(zip(names, cells, strict=False)))


def _heading(rows: Sequence[Sequence[Cell]]) -> int | None:
    """Return the row in which the headings stand, if one of the first has them."""
    for at, cells in enumerate(rows[:_HEADING_WITHIN]):
        columns = (known_columns().get(folded(text(cell))) for cell in cells)
        if any(column is not None and column.key == KEY for column in columns):
            return at
    return None


def _refused(path: Path, problem: str) -> ContractFileError:
    cure = "Nothing was imported; save it again as .xlsx or .csv, without a password."
    return ContractFileError([Fault(file=str(path), line=0, problem=problem, cure=cure)])
