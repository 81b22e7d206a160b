"""The read copy of the contracts in a database, with an index of phone numbers."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress

from bot.domain.contract import ContractRecord
from bot.domain.errors import SourceUnavailable
from bot.store.codec import CONTRACT
from bot.store.database import Connection, Database, Row
from bot.store.writer import Writer

_Row = tuple[str, str]


class SqlContracts:
    """Keeps the contracts as their source told them last."""

    def __init__(self, writer: Writer, database: Database) -> None:
        self._writer = writer
        self._reading = database.reading

    async def by_phone(self, phone: str) -> Sequence[ContractRecord]:
        """Return the contracts that have a contact with this E.164 number."""
        rows = await self._read(
            "SELECT body FROM contract WHERE id IN"
            " (SELECT contract FROM contact WHERE phone = ?) ORDER BY id",
            phone,
        )
        return [_record(row) for row in rows]

    async def by_email(self, email: str) -> Sequence[ContractRecord]:
        """Return the contracts that have a contact with this address, in lower case."""
        rows = await self._read(
            "SELECT body FROM contract WHERE id IN"
            " (SELECT contract FROM contact_email WHERE email = ?) ORDER BY id",
            email,
        )
        return [_record(row) for row in rows]

    async def by_id(self, contract_id: str) -> ContractRecord | None:
        """Return one contract, or None if there is none."""
        rows = await self._read("SELECT body FROM contract WHERE id = ?", contract_id)
        return next((_record(row) for row in rows), None)

    async def everything(self) -> Sequence[ContractRecord]:
        """Return all contracts by their numbers, but for what cannot be read: it is replaced."""
        rows = await self._read("SELECT body FROM contract ORDER BY id")
        return await asyncio.to_thread(lambda: list(_readable(rows)))

    async def replace_all(self, records: Sequence[ContractRecord]) -> None:
        """Put these contracts in place of all before, in one transaction."""
        rows = await asyncio.to_thread(_rows, records)  # Nobody waits for the database meanwhile.
        await self._writer.run(lambda db: _replace(db, *rows))

    async def put(self, record: ContractRecord) -> None:
        """Put one contract in place of the one with its number, if there is one."""
        rows = _rows([record])

        def write(db: Connection) -> None:
            _removed(db, record.contract_id)
            _insert(db, *rows)

        await self._writer.run(write)

    async def remove(self, contract_id: str) -> bool:
        """Take one contract away; return whether there was one."""
        return await self._writer.run(lambda db: _removed(db, contract_id))

    async def count(self) -> int:
        """Return how many contracts there are."""
        rows = await self._read("SELECT count(*) AS count FROM contract")
        return int(rows[0]["count"])

    async def _read(self, statement: str, *values: object) -> list[Row]:
        def run() -> list[Row]:
            with self._reading() as db:
                return db.execute(statement, values).fetchall()

        return await asyncio.to_thread(run)


def _record(row: Row) -> ContractRecord:
    try:
        return CONTRACT.value(row["body"])
    except ValueError as error:
        raise SourceUnavailable(
            "A stored contract cannot be read; import the contracts again."
        ) from error


def _readable(rows: Sequence[Row]) -> Iterator[ContractRecord]:
    for row in rows:
        with suppress(SourceUnavailable):
            yield _record(row)


def _rows(records: Sequence[ContractRecord]) -> tuple[list[_Row], list[_Row], list[_Row]]:
    """Return the rows of the contracts, and their contacts' phones and e-mail addresses."""
    contracts = [(record.contract_id, CONTRACT.text(record)) for record in records]
    contacts = [
        (record.contract_id, contact.phone)
        for record in records
        for contact in record.contacts
        if contact.phone
    ]
    emails = [
        (record.contract_id, contact.email.lower())
        for record in records
        for contact in record.contacts
        if contact.email
    ]
    return contracts, contacts, emails


def _replace(
    db: Connection, contracts: list[_Row], contacts: list[_Row], emails: list[_Row]
) -> None:
    db.execute("DELETE FROM contact")
    db.execute("DELETE FROM contact_email")
    db.execute("DELETE FROM contract")
    _insert(db, contracts, contacts, emails)


def _insert(
    db: Connection, contracts: list[_Row], contacts: list[_Row], emails: list[_Row]
) -> None:
    db.executemany("INSERT INTO contract (id, body) VALUES (?, ?)", contracts)
    db.executemany(
        "INSERT INTO contact (contract, phone) VALUES (?, ?) ON CONFLICT DO NOTHING", contacts
    )
    db.executemany(
        "INSERT INTO contact_email (contract, email) VALUES (?, ?) ON CONFLICT DO NOTHING", emails
    )


def _removed(db: Connection, contract_id: str) -> bool:
    db.execute("DELETE FROM contact WHERE contract = ?", (contract_id,))
    db.execute("DELETE FROM contact_email WHERE contract = ?", (contract_id,))
    return db.execute("DELETE FROM contract WHERE id = ?", (contract_id,)).rowcount > 0
