"""Contracts from a file, whatever its kind: what `sportello contracts import` reads."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.contracts.csv_file import csv_rows
from bot.contracts.json_file import read_contracts
from bot.contracts.rows import Row, Table
from bot.contracts.sheets import sheet_rows
from bot.domain.contract import ContractRecord
from bot.domain.errors import ContractFileError, Fault

_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
_TABLES = frozenset({".csv", ".tsv", ".txt"})

Watch = Callable[[Iterable[Row]], Iterable[Row]]
"""Passes rows on and may tell somebody how many there were."""


@dataclass(frozen=True, kw_only=True)
class ContractFile:
    """What a file of contracts holds.

    Args:
        doubts: What may be a slip but keeps nobody from importing, such as an unknown column.
    """

    records: Sequence[ContractRecord]
    doubts: Sequence[Fault] = ()


def read_file(
    path: Path, now: datetime, as_of: datetime | None = None, watch: Watch = iter
) -> ContractFile:
    """Return the contracts of a JSON, CSV or Excel file.

    Args:
        path: The file; its ending tells its kind.
        now: From which ``today-12d`` in JSON counts.
        as_of: When the data was right; of a table, else when the file was saved.
        watch: Sees the rows of a table go by.

    Raises:
        ContractFileError: Something in the file is wrong; lists every fault.
    """
    kind = path.suffix.lower()
    if kind in _WORKBOOKS:
        return _table(watch(sheet_rows(path)), as_of or _saved_at(path, now))
    if kind in _TABLES:
        return _table(watch(_csv_rows(path)), as_of or _saved_at(path, now))
    return ContractFile(records=read_contracts(path, now, as_of or now))


def _table(rows: Iterable[Row], as_of: datetime) -> ContractFile:
    table = Table()
    for row in rows:
        table.add(row)
    records = table.records(as_of)
    if table.faults:
        raise ContractFileError([*table.faults, *table.doubts])
    return ContractFile(records=records, doubts=table.doubts)


def _csv_rows(path: Path) -> Iterator[Row]:
    try:
        yield from csv_rows(path)
    except (OSError, csv.Error) as error:
        cure = "Nothing was imported; save it again as CSV."
        problem = f"cannot be read as CSV: {error}."
        fault = Fault(file=str(path), line=0, problem=problem, cure=cure)
        raise ContractFileError([fault]) from error


def _saved_at(path: Path, now: datetime) -> datetime:
    return min(datetime.fromtimestamp(path.stat().st_mtime, UTC), now)
