"""Contracts from a JSON file: what `sportello contracts import` reads."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from bot.contracts.shape import ContractShape
from bot.domain.calendar import ROME
from bot.domain.contract import ContractRecord
from bot.domain.errors import ContractFileError, Fault


def read_contracts(
    path: Path, now: datetime, as_of: datetime | None = None
) -> list[ContractRecord]:
    """Return the contracts of a file; dates such as ``today-12d`` count from ``now`` in Rome.

    Args:
        path: The file.
        now: The moment from which days count.
        as_of: When the data was right, ``now`` if left out.

    Raises:
        ContractFileError: Something in the file is wrong; lists every fault.
    """
    raw = _parsed(path)
    repeated = list(_repeated(path, raw))
    try:
        whole = _File.model_validate(raw, context={"today": now.astimezone(ROME).date()})
    except ValidationError as error:
        faults = [_in_words(path, raw, detail) for detail in error.errors()]
        raise ContractFileError(faults + repeated) from error
    if repeated:
        raise ContractFileError(repeated)
    return [contract.record(as_of or now) for contract in whole.contracts]


class _File(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    contracts: tuple[ContractShape, ...]


def _parsed(path: Path) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise ContractFileError([_fault(path, 0, f"cannot be read: {error}.")]) from error
    except json.JSONDecodeError as error:
        raise ContractFileError(
            [_fault(path, error.lineno, f"is not JSON: {error.msg}.")]
        ) from error


def _repeated(path: Path, raw: Any) -> Iterator[Fault]:  # noqa: ANN401 - any JSON
    contracts = raw.get("contracts") if isinstance(raw, dict) else None
    seen: set[str] = set()
    for position in range(len(contracts) if isinstance(contracts, list) else 0):
        number = _number(raw, position)
        if number and number in seen:
            problem = f"contracts[{position}] repeats the number {number}."
            cure = "Give each contract a number of its own."
            yield Fault(file=str(path), line=0, problem=problem, cure=cure)
        seen.add(number)


def _fault(path: Path, line: int, problem: str) -> Fault:
    cure = "Nothing was imported; mend the file and import it again."
    return Fault(file=str(path), line=line, problem=problem, cure=cure)


def _in_words(path: Path, raw: Any, detail: ErrorDetails) -> Fault:  # noqa: ANN401 - any JSON
    where = "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"]
    ).lstrip(".")
    number = _number(raw, detail["loc"][1]) if len(detail["loc"]) > 1 else ""
    named = f"{where} ({number})" if number else where or "The file"
    given = "" if detail["type"] == "missing" else f", not {detail['input']!r:.60}"
    return _fault(path, 0, f"{named}: {detail['msg']}{given}.")


def _number(raw: Any, position: int | str) -> str:  # noqa: ANN401 - any JSON
    """Return the number of the contract at a place, or nothing where there is none."""
    try:
        number = raw["contracts"][position]["contract_id"]
    except (LookupError, TypeError):
        return ""
    return number if isinstance(number, str) else ""
