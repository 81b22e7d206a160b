"""Contracts straight from the provider's own database, by statements that only read."""

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    format_number,
    national_significant_number,
    parse,
)
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from bot.contracts.rows import KEY, Row, Table, known_columns
from bot.domain.contract import ContractRecord
from bot.domain.errors import SettingsError, SourceUnavailable
from bot.domain.wording import folded
from bot.ports import Clock

_READS = re.compile(r"^\s*(?:select|with)\b[^;]*;?\s*$", re.IGNORECASE)
_READ_ONLY: Mapping[str, Sequence[str]] = {
    "postgresql": (
        "SET default_transaction_read_only = on",
        "SET statement_timeout = {milliseconds}",
    ),
    "mysql": ("SET SESSION TRANSACTION READ ONLY",),
    "mariadb": ("SET SESSION TRANSACTION READ ONLY", "SET SESSION max_statement_time = {seconds}"),
    "sqlite": ("PRAGMA query_only = ON",),
}
"""What makes a connection of each database refuse to write, and give up in time."""

_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
_CONNECTS: Mapping[str, Sequence[str]] = {
    "psycopg": ("connect_timeout",),
    "pymysql": ("connect_timeout", "read_timeout"),
}
"""How each driver calls the seconds after which it gives up."""

_log = logging.getLogger(__name__)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    by_phone: str = Field(pattern=_READS)
    by_id: str = Field(pattern=_READS)
    by_email: str = Field(default="", pattern=rf"^$|{_READS.pattern}")
    columns: dict[str, str] = {}


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """How a provider's database is asked, and what its columns mean.

    Args:
        by_phone: Finds the numbers of the contracts of a phone number.
        by_id: Finds all rows of a contract by its number.
        by_email: Finds the numbers of the contracts of an e-mail address; may be empty.
        columns: Our name of a column, by theirs; others are known by their headings.
    """

    by_phone: str
    by_id: str
    columns: Mapping[str, str]
    by_email: str = ""


def read_mapping(path: Path) -> Mapped:
    """Return the mapping of a YAML file.

    Raises:
        SettingsError: It cannot be read, a statement does not only read, or a name is unknown.
    """
    try:
        shape = _File.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"SPORTELLO_SQL_MAPPING={path}: cannot be read: {error}.") from error
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, one['loc']))}: {_cure(one['type'], one['msg'])}"
            for one in error.errors()
        )
        raise SettingsError(f"SPORTELLO_SQL_MAPPING={path}: {faults}.") from error
    unknown = [ours for ours in shape.columns.values() if folded(ours) not in known_columns()]
    if unknown:
        raise SettingsError(
            f"SPORTELLO_SQL_MAPPING={path}: columns leads to {', '.join(unknown)}, which is no "
            "column of contracts; docs/howto/import-contracts.md lists them."
        )
    return Mapped(
        by_phone=shape.by_phone,
        by_id=shape.by_id,
        by_email=shape.by_email,
        columns=shape.columns,
    )


class SqlContracts:
    """Contracts in a database of the provider's; each question is asked anew.

    Args:
        engine: Opened by `read_only_engine`.
        mapped: What to ask.
        clock: Tells as of when an answer is right.
    """

    def __init__(self, engine: Engine, mapped: Mapped, clock: Clock) -> None:
        self._engine = engine
        self._mapped = mapped
        self._clock = clock

    async def by_phone(self, phone: str) -> Sequence[ContractRecord]:
        """Return the contracts that have a contact with this E.164 number.

        The database may write numbers as it likes; only a contact that reads as exactly this
        number counts.
        """
        return await asyncio.to_thread(self._by_phone, phone)

    async def by_email(self, email: str) -> Sequence[ContractRecord]:
        """Return the contracts that have a contact with this address; none without a statement."""
        if not self._mapped.by_email:
            return ()
        return await asyncio.to_thread(self._by_email, email)

    async def by_id(self, contract_id: str) -> ContractRecord | None:
        """Return one contract, or None if there is none."""
        found = await asyncio.to_thread(self._records, contract_id)
        return next((one for one in found if one.contract_id == contract_id), None)

    def _by_phone(self, phone: str) -> Sequence[ContractRecord]:
        found = self._named_by(self._mapped.by_phone, _ways_to_write(phone))
        return [record for record in found if record.contact_with(phone)]

    def _by_email(self, email: str) -> Sequence[ContractRecord]:
        found = self._named_by(self._mapped.by_email, {"email": email})
        return [record for record in found if record.contact_at(email)]

    def _named_by(self, statement: str, values: Mapping[str, str]) -> Sequence[ContractRecord]:
        """Return the contracts whose numbers a statement finds."""
        rows = self._rows(statement, values)
        numbers = {str(row.cells[name]) for row in rows for name in row.cells if _is_key(name)}
        return [record for number in sorted(numbers) for record in self._records(number)]

    def _records(self, contract_id: str) -> Sequence[ContractRecord]:
        table = Table()
        for row in self._rows(self._mapped.by_id, {"id": contract_id}):
            table.add(row)
        records = table.records(self._clock.now())
        if table.faults:
            # A fault quotes what it stumbled over, which belongs into no log.
            _log.error("contract_rows_faulty faults=%s", len(table.faults))
            raise SourceUnavailable("The database holds something that cannot be read.")
        return records

    def _rows(self, statement: str, values: Mapping[str, str]) -> list[Row]:
        used = {name: value for name, value in values.items() if f":{name}" in statement}
        try:
            with self._engine.connect() as connection:
                found = connection.execute(text(statement), used).mappings().all()
        except (SQLAlchemyError, OSError) as error:
            _log.error("contract_database_failed %s", type(error).__name__)
            raise SourceUnavailable("The database of contracts does not answer.") from error
        return [
            Row(place="SQL", number=number, cells=self._renamed(row))
            for number, row in enumerate(found, start=1)
        ]

    def _renamed(self, row: Mapping[Any, object]) -> Mapping[str, object]:
        columns = self._mapped.columns
        return {columns.get(str(name), str(name)): value for name, value in row.items()}


def read_only_engine(url: str, timeout_seconds: float) -> Engine:
    """Return an engine whose connections refuse to write.

    Raises:
        SettingsError: The address makes no sense, or its driver is not installed.
    """
    scheme, rest = url.partition("://")[::2]
    address = f"{_DRIVERS.get(scheme, scheme)}://{rest}"
    patience = max(1, round(timeout_seconds))
    try:
        driver = make_url(address).get_driver_name()
        engine = create_engine(
            address,
            pool_pre_ping=True,
            connect_args=dict.fromkeys(_CONNECTS.get(driver, ()), patience),
        )
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
        raise SettingsError(
            "SPORTELLO_SQL_URL is no address of a database such as "
            f"postgresql://reader@localhost/shop, or its driver is missing: {error}."
        ) from error
    limits = {"milliseconds": int(timeout_seconds * 1000), "seconds": timeout_seconds}

    def prepare(connection: Any, _: object) -> None:  # noqa: ANN401 - of any driver
        cursor = connection.cursor()
        for statement in _READ_ONLY.get(engine.dialect.name, ()):
            cursor.execute(statement.format(**limits))
        cursor.close()
        connection.commit()

    event.listen(engine, "connect", prepare)
    return engine


def _ways_to_write(phone: str) -> Mapping[str, str]:
    """Return a number as it may stand in a database: with country and plus, and without."""
    digits = phone.removeprefix("+")
    try:
        number = parse(phone)
    except NumberParseException:
        return {"phone": phone, "digits": digits, "national": digits, "spaced": phone}
    return {
        "phone": phone,
        "digits": digits,
        "national": national_significant_number(number),
        "spaced": format_number(number, PhoneNumberFormat.INTERNATIONAL),
    }


def _is_key(name: str) -> bool:
    column = known_columns().get(folded(name))
    return column is not None and column.key == KEY


def _cure(kind: str, message: str) -> str:
    if kind == "string_pattern_mismatch":
        return "write one statement that begins with SELECT or WITH"
    return message
