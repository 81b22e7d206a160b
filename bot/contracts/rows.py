"""Contracts out of the rows of a table: what CSV, Excel and a database have in common."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import ValidationError
from rapidfuzz.process import extractOne

from bot.contracts.cells import READERS, BadCell, Cell, choice, is_empty
from bot.contracts.shape import ContractShape
from bot.domain.contract import ContractRecord
from bot.domain.errors import Fault
from bot.domain.wording import folded

KEY = "contract_id"
_LISTS = {"contact": "contacts", "service": "services", "invoice": "invoices"}
_NEAR = 75
"""How like a known heading a heading must be for us to ask whether it is meant, of 100."""
_LETTERS = 26


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a table.

    Args:
        place: File, with the sheet if there is one.
        number: As a person counts it, the heading being the first row.
        cells: By heading.
    """

    place: str
    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column we know.

    Args:
        key: Where its value goes, such as ``contact.phone``.
        kind: How its cells are read.
        choices: For a choice, its values by their folded words.
    """

    key: str
    kind: str
    choices: Mapping[str, str] = field(default_factory=dict)

    def value(self, cell: Cell) -> object:
        """Return what a cell says; raise BadCell."""
        return choice(cell, self.choices) if self.kind == "choice" else READERS[self.kind](cell)


@dataclass
class _Gathered:
    """What the rows of one contract say."""

    first: Row
    facts: dict[str, object] = field(default_factory=dict)
    said_in: dict[str, int] = field(default_factory=dict)
    parts: dict[str, list[dict[str, object]]] = field(default_factory=dict)


def headed(names: Iterable[str]) -> list[str]:
    """Return headings, each of them once: a second "telefono" is "telefono 2"."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(f"{name} {seen[name]}" if name and seen[name] > 1 else name)
    return found


class Table:
    """Gathers rows into contracts.

    A further row of a contract adds a contact, a service or an invoice; what it says of the
    contract itself must agree with the rows before.
    """

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.doubts: list[Fault] = []
        self._contracts: dict[str, _Gathered] = {}
        self._columns: dict[tuple[str, ...], dict[str, Column]] = {}

    def add(self, row: Row) -> None:
        """Take in a row; what is wrong with it is a fault."""
        columns = self._columns_of(row)
        said: dict[str, object] = {}
        for heading, column in columns.items():
            cell = row.cells.get(heading)
            if is_empty(cell):
                continue
            try:
                said[column.key] = column.value(cell)
            except BadCell as error:
                self._blame(row, heading, str(error))
        if said:
            self._gather(row, said)

    def records(self, as_of: datetime) -> list[ContractRecord]:
        """Return the contracts, as of a moment; what is wrong with them is a fault."""
        found = []
        for gathered in self._contracts.values():
            try:
                shape = ContractShape.model_validate(_nested(gathered))
            except ValidationError as error:
                for detail in error.errors():
                    where = ".".join(str(part) for part in detail["loc"])
                    self._blame(gathered.first, "", f"{where}: {detail['msg']}. Correct it.")
            else:
                found.append(shape.record(as_of))
        return found

    def _gather(self, row: Row, said: dict[str, object]) -> None:
        number = said.get(KEY)
        if not number:
            self._blame(row, "", "There is no contract number. Write one in each row.")
            return
        gathered = self._contracts.setdefault(str(number), _Gathered(first=row))
        for part, listed in _LISTS.items():
            mine = {
                key.partition(".")[2]: value
                for key, value in said.items()
                if key.startswith(f"{part}.")
            }
            if mine and mine not in gathered.parts.setdefault(listed, []):
                gathered.parts[listed].append(mine)
        for key, value in said.items():
            if key.partition(".")[0] in _LISTS:
                continue
            before = gathered.facts.setdefault(key, value)
            earlier = gathered.said_in.setdefault(key, row.number)
            if before != value:
                problem = (
                    f"{key} is {value} here and {before} in row {earlier}. "
                    "Make the rows of a contract agree, or leave it empty."
                )
                self._blame(row, "", problem)

    def _columns_of(self, row: Row) -> dict[str, Column]:
        headings = tuple(row.cells)
        if headings not in self._columns:
            self._columns[headings] = dict(self._known(row, headings))
        return self._columns[headings]

    def _known(self, row: Row, headings: Iterable[str]) -> Iterator[tuple[str, Column]]:
        taken: dict[str, str] = {}
        for heading in headings:
            column = known_columns().get(folded(heading))
            if column is None:
                if heading.strip():
                    self.doubts.append(_unknown(row, heading))
            elif column.key in taken:
                problem = f"The columns {taken[column.key]!r} and {heading!r} mean the same."
                self.faults.append(_fault(row.place, 1, problem, "Keep one of them."))
            else:
                taken[column.key] = heading
                yield heading, column
        if KEY not in taken:
            cure = "Head one column with: contratto."
            self.faults.append(_fault(row.place, 1, "No column holds contract numbers.", cure))

    def _blame(self, row: Row, heading: str, told: str) -> None:
        problem, _, cure = told.rpartition(". ") if ". " in told else (told, "", "Correct it.")
        if heading:
            letter = _letter(list(row.cells).index(heading))
            problem = f"column {letter} ({heading}): {problem}"
        self.faults.append(_fault(row.place, row.number, f"{problem}.", cure))


@cache
def known_columns() -> Mapping[str, Column]:
    """Return the columns we know, by their folded headings."""
    raw = yaml.safe_load(files("bot.contracts").joinpath("columns.yaml").read_text("utf-8"))
    found = {}
    for key, shape in raw.items():
        choices = {
            folded(word): value
            for value, words in shape.get("choices", {}).items()
            for word in (*words, value)
        }
        column = Column(key=key, kind=shape["kind"], choices=choices)
        for name in (key, *shape["names"]):
            found[folded(name)] = column
    return found


def _nested(gathered: _Gathered) -> dict[str, Any]:
    """Return the facts as the JSON of one contract."""
    nested: dict[str, Any] = {}
    for key, value in gathered.facts.items():
        group, _, name = key.rpartition(".")
        (nested.setdefault(group, {}) if group else nested)[name] = value
    customer = nested.setdefault("customer", {})
    called = customer.get("name") or customer.get("customer_id") or gathered.facts[KEY]
    for key, default in (("name", called), ("customer_id", called), ("kind", "company")):
        customer.setdefault(key, default)
    for listed, parts in gathered.parts.items():
        nested[listed] = [_complete(listed, part, gathered) for part in parts]
    return nested


def _complete(listed: str, part: dict[str, object], gathered: _Gathered) -> dict[str, object]:
    """Return a contact, service or invoice with what a table says without saying it."""
    if listed == "contacts":
        return {"name": gathered.facts.get("customer.name", "")} | part
    if listed == "services":
        return {"kind": "mail" if "mailboxes" in part else "domain"} | part
    return {"status": "paid" if part.get("paid_on") else "unpaid"} | part


def _unknown(row: Row, heading: str) -> Fault:
    near = extractOne(folded(heading), known_columns().keys(), score_cutoff=_NEAR)
    cure = f"Did you mean: {near[0]}?" if near else "It is not read."
    return _fault(row.place, 1, f"The column {heading!r} is not known.", cure)


def _letter(position: int) -> str:
    """Return how Excel calls a column: A, B, …, Z, AA."""
    letters = ""
    while position >= 0:
        position, rest = divmod(position, _LETTERS)
        letters = chr(ord("A") + rest) + letters
        position -= 1
    return letters


def _fault(place: str, line: int, problem: str, cure: str) -> Fault:
    return Fault(file=place, line=line, problem=problem, cure=cure)
