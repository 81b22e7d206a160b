"""Contracts in databases of the provider's: SQLite, and real servers of PostgreSQL and MariaDB."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from bot.app import running
from bot.clock import SetClock
from bot.contracts.sql import Mapped, SqlContracts, read_mapping, read_only_engine
from bot.domain.calendar import ROME
from bot.domain.contract import Contact, ContractRecord, Invoice, Service, ServiceKind
from bot.domain.errors import SettingsError, SourceUnavailable
from bot.settings import AllSettings, SqlSettings
from tests.database_servers import SERVERS

NOW = datetime(2026, 11, 25, 10, tzinfo=ROME)
SHOP = (
    "CREATE TABLE customer (id INTEGER PRIMARY KEY, name VARCHAR(80), vat VARCHAR(20))",
    "CREATE TABLE contract (number VARCHAR(20) PRIMARY KEY, customer INTEGER, ends DATE)",
    "CREATE TABLE person (contract VARCHAR(20), name VARCHAR(80), tel VARCHAR(30))",
    "CREATE TABLE product (contract VARCHAR(20), what VARCHAR(20), name VARCHAR(80))",
    (
        "CREATE TABLE bill (contract VARCHAR(20), number VARCHAR(20), due DATE,"
        " total NUMERIC(9, 2), paid VARCHAR(20))"
    ),
    "INSERT INTO customer VALUES (1, 'Caffè Più srl', 'IT001'), (2, 'Altri srl', 'IT002')",
    (
        "INSERT INTO contract VALUES ('C-1', 1, '2027-03-10'), ('C-2', 1, '2026-12-31'),"
        " ('C-3', 2, '2027-01-31')"
    ),
    (
        "INSERT INTO person VALUES ('C-1', 'Lucia', '0923 952636'),"
        " ('C-2', 'Lucia', '0923952636'),"
        " ('C-1', 'Webmaster', '+39 351 1212469'), ('C-3', 'Altro', '+1 0923 952636')"
    ),
    "INSERT INTO product VALUES ('C-1', 'dominio', 'piu.example')",
    "INSERT INTO product VALUES ('C-1', 'sito', 'piu.example')",
    "INSERT INTO bill VALUES ('C-1', '2026/7', '2026-11-30', 1146.40, '0000-00-00')",
)
MAPPING = """\
by_phone: >
  SELECT contract AS contratto FROM person
  WHERE REPLACE(tel, ' ', '') IN (:phone, :digits) OR REPLACE(tel, ' ', '') LIKE '%' || :national
by_id: >
  SELECT c.number, k.vat, k.name AS customer, c.ends, p.name, p.tel,
    s.what, s.name AS product, b.number AS bill, b.due, b.total, b.paid
  FROM contract c JOIN customer k ON k.id = c.customer
  LEFT JOIN person p ON p.contract = c.number
  LEFT JOIN product s ON s.contract = c.number
  LEFT JOIN bill b ON b.contract = c.number
  WHERE c.number = :id
columns:
  number: contratto
  vat: partita iva
  customer: ragione sociale
  ends: scadenza
  name: contatto
  tel: telefono
  what: servizio
  product: nome servizio
  bill: fattura
  due: scadenza fattura
  total: importo
  paid: pagata il
"""
FIRST = ContractRecord(
    contract_id="C-1",
    customer_id="IT001",
    customer_name="Caffè Più srl",
    expires_on=date(2027, 3, 10),
    as_of=NOW,
    invoice=Invoice(number="2026/7", due_on=date(2026, 11, 30), amount_cents=114640),
    services=(
        Service(kind=ServiceKind.DOMAIN, name="piu.example"),
        Service(kind=ServiceKind.SITE, name="piu.example"),
    ),
    contacts=(
        Contact(name="Lucia", phone="+390923952636"),
        Contact(name="Webmaster", phone="+393511212469"),
    ),
)


@pytest.fixture(scope="module", params=["sqlite", *SERVERS])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a database that holds a small shop."""
    folder = tmp_path_factory.mktemp("db")
    if request.param == "sqlite":
        address = f"sqlite:///{folder / 'shop.db'}"
        _filled(address)
        yield address
        return
    with SERVERS[request.param](folder) as address:
        _filled(address)
        yield address


def _filled(address: str) -> None:
    engine = create_engine(address)
    with engine.begin() as connection:
        for statement in SHOP:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def mapped(tmp_path: Path, url: str) -> Mapped:
    file = tmp_path / "mapping.yaml"
    joined = "CONCAT('%', :national)" if url.startswith("mariadb") else "'%' || :national"
    file.write_text(MAPPING.replace("'%' || :national", joined), "utf-8")
    return read_mapping(file)


@pytest.fixture
def source(url: str, mapped: Mapped) -> Iterator[SqlContracts]:
    engine = read_only_engine(url, 3.0)
    yield SqlContracts(engine, mapped, SetClock(NOW))
    engine.dispose()


async def test_a_contract_is_put_together_from_all_its_rows(source: SqlContracts) -> None:
    found = await source.by_id("C-1")

    assert found is not None
    assert (set(found.services), set(found.contacts)) == (
        set(FIRST.services),
        set(FIRST.contacts),
    )
    assert found.invoice == FIRST.invoice
    assert (found.customer_name, found.expires_on, found.as_of) == (
        FIRST.customer_name,
        FIRST.expires_on,
        NOW,
    )


@pytest.mark.parametrize("contract_id", ["C-9", "", "' OR 1=1 --", "%"])
async def test_a_number_that_nobody_has_finds_nothing(
    source: SqlContracts, contract_id: str
) -> None:
    assert await source.by_id(contract_id) is None


@pytest.mark.parametrize(
    ("phone", "numbers"),
    [
        pytest.param("+390923952636", ["C-1", "C-2"], id="written-in-two-ways"),
        pytest.param("+393511212469", ["C-1"], id="with-country"),
        pytest.param("+390000000000", [], id="nobody"),
        pytest.param("+12", [], id="of-no-plan"),
    ],
)
async def test_contracts_are_found_by_a_number_however_it_is_written(
    source: SqlContracts, phone: str, numbers: list[str]
) -> None:
    """The statement also finds '+1 0923 952636', which is somebody else's number."""
    assert [record.contract_id for record in await source.by_phone(phone)] == numbers


def test_the_connection_refuses_to_write(url: str) -> None:
    engine = read_only_engine(url, 3.0)

    with engine.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text("DELETE FROM person"))
    engine.dispose()


async def test_rows_that_cannot_be_read_are_a_silent_source(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    statement = "SELECT number AS contratto, 'presto' AS scadenza FROM contract WHERE number = :id"
    engine = read_only_engine(url, 3.0)
    asked = Mapped(by_phone=statement, by_id=statement, columns={})

    with pytest.raises(SourceUnavailable):
        await SqlContracts(engine, asked, SetClock(NOW)).by_id("C-1")
    engine.dispose()

    assert "contract_rows_faulty" in caplog.text
    assert "presto" not in caplog.text


async def test_a_database_that_is_down_is_a_silent_source(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    engine = read_only_engine(f"postgresql://reader@/shop?host={tmp_path}", 1.0)
    asked = Mapped(by_phone="SELECT 1", by_id="SELECT 1", columns={})

    with pytest.raises(SourceUnavailable):
        await SqlContracts(engine, asked, SetClock(NOW)).by_phone("+390923952636")

    assert "+390923952636" not in caplog.text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param("by_phone: SELECT 1", "by_id: Field required", id="half"),
        pytest.param(
            "by_phone: DELETE FROM person\nby_id: SELECT 1", "begins with SELECT", id="writes"
        ),
        pytest.param(
            "by_phone: SELECT 1\nby_id: SELECT 1; DROP TABLE x", "begins with SELECT", id="two"
        ),
        pytest.param(
            "by_phone: SELECT 1\nby_id: SELECT 1\ncolumns: {a: colore}",
            "columns leads to colore",
            id="unknown-column",
        ),
        pytest.param("by_phone: [", "cannot be read", id="no-yaml"),
    ],
)
def test_a_faulty_mapping_is_refused_with_a_cure(tmp_path: Path, content: str, told: str) -> None:
    file = tmp_path / "mapping.yaml"
    file.write_text(content)

    with pytest.raises(SettingsError, match=told):
        read_mapping(file)


@pytest.mark.parametrize("address", ["", "nonsense", "nosuch://x", "postgresql+nodriver://x"])
def test_an_address_that_makes_no_sense_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match="SPORTELLO_SQL_URL"):
        read_only_engine(address, 3.0)


async def test_the_settings_choose_the_database(tmp_path: Path) -> None:
    settings = AllSettings(home=tmp_path, contracts="sql")
    settings.sql = SqlSettings(url="sqlite://", mapping=tmp_path / "missing.yaml")

    with pytest.raises(SettingsError, match=r"missing\.yaml: cannot be read"):
        async with running(settings):
            pass
