"""Tables of contracts in real files."""

import os
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from bot.contracts.reading import ContractFile, read_file
from bot.contracts.rows import known_columns
from bot.domain.contract import (
    Contact,
    ContractRecord,
    Invoice,
    Service,
    ServiceKind,
)
from bot.domain.errors import ContractFileError

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
YESTERDAY = datetime(2026, 11, 24, 17, tzinfo=UTC)

HEADING = (
    "Contratto;Ragione sociale;P.IVA;Tipo;Scadenza;Telefono;E-mail;Servizio;Nome servizio;"
    "Caselle;Server;Protocollo;Fattura;Scadenza fattura;Importo;Pagata il"
)
ROWS = (
    (
        "C-1;Caffè Più srl;IT001;Azienda;10/03/2027;0923 952636;a@piu.example;dominio;piu.example;"
        ";;;2026/7;30/11/2026;1.146,40 €;"
    ),
    'C-1;;;;;351 1212469;;posta;;"info@piu.example, b@piu.example";server18;http;;;;0000-00-00',
    "",
    "C-2;Mario Esempio;;privato;31/12/2026;;;;;;;;2026/8;01/10/2026;183,00;28/09/2026",
)
EXPECTED = [
    ContractRecord(
        contract_id="C-1",
        customer_id="IT001",
        customer_name="Caffè Più srl",
        expires_on=date(2027, 3, 10),
        as_of=YESTERDAY,
        invoice=Invoice(number="2026/7", due_on=date(2026, 11, 30), amount_cents=114640),
        services=(
            Service(kind=ServiceKind.DOMAIN, name="piu.example"),
            Service(
                kind=ServiceKind.MAIL,
                mailboxes=("info@piu.example", "b@piu.example"),
                server="server18",
                protocol="http",
            ),
        ),
        contacts=(
            Contact(name="Caffè Più srl", phone="+390923952636", email="a@piu.example"),
            Contact(name="Caffè Più srl", phone="+393511212469"),
        ),
    ),
    ContractRecord(
        contract_id="C-2",
        customer_id="Mario Esempio",
        customer_name="Mario Esempio",
        consumer=True,
        expires_on=date(2026, 12, 31),
        as_of=YESTERDAY,
        invoice=Invoice(
            number="2026/8",
            due_on=date(2026, 10, 1),
            amount_cents=18300,
            paid_on=date(2026, 9, 28),
        ),
    ),
]


def a_csv(folder: Path, *lines: str, encoding: str = "utf-8-sig", end: str = "\r\n") -> Path:
    path = folder / "contratti.csv"
    path.write_bytes(end.join([*lines, ""]).encode(encoding))
    os.utime(path, (YESTERDAY.timestamp(), YESTERDAY.timestamp()))
    return path


def a_workbook(folder: Path, **sheets: Iterable[Sequence[object]]) -> Path:
    path = folder / "contratti.xlsx"
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    os.utime(path, (YESTERDAY.timestamp(), YESTERDAY.timestamp()))
    return path


def read(path: Path) -> ContractFile:
    return read_file(path, NOW)


def refused(path: Path) -> list[str]:
    with pytest.raises(ContractFileError) as caught:
        read(path)
    return [str(fault).replace(f"{path}", path.name) for fault in caught.value.faults]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_csv_is_read_as_excel_in_italy_saves_it(tmp_path: Path, encoding: str, end: str) -> None:
    file = a_csv(tmp_path, HEADING, *ROWS, encoding=encoding, end=end)

    found = read(file)

    assert list(found.records) == EXPECTED
    assert not found.doubts


def test_commas_and_tabs_part_cells_as_well(tmp_path: Path) -> None:
    for mark in (",", "\t"):
        file = a_csv(tmp_path, f"contract{mark}expires", f"C-1{mark}2027-03-10")

        assert read(file).records[0].expires_on == date(2027, 3, 10)


def test_a_workbook_is_read_with_its_own_days_and_numbers(tmp_path: Path) -> None:
    file = a_workbook(
        tmp_path,
        Elenco=[
            ("Contratti al 24 novembre",),
            (),
            (
                "Contratto",
                "Cliente",
                "Scadenza",
                "Telefono",
                "Importo",
                "Fattura",
                "Servizi attivi",
            ),
            (1001, "K-1", datetime(2027, 3, 10), 923952636, 146.4, "F-1", True),
        ],
        Contatti=[("Contratto", "Contatto", "Cellulare"), (1001, "Lucia", "351 1212469")],
        Note=[("da fare", "chiamare")],
    )

    (record,) = read(file).records

    assert record.contract_id == "1001"
    assert record.expires_on == date(2027, 3, 10)
    assert record.services_on is True
    assert record.invoice == Invoice(number="F-1", due_on=None, amount_cents=14640)
    assert [contact.phone for contact in record.contacts] == ["+390923952636", "+393511212469"]


def test_a_fault_names_sheet_row_column_and_cure(tmp_path: Path) -> None:
    file = a_workbook(
        tmp_path, Elenco=[("Contratto", "Scadenza"), ("C-1", "presto"), ("C-2", "31/12/2026")]
    )

    assert refused(file) == [
        (
            "contratti.xlsx [Elenco]:2: column B (Scadenza): 'presto' is no date. "
            "Write it as 31/12/2026."
        )
    ]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    file = a_csv(
        tmp_path,
        "Contratto;Scadnza;Telefono;Scadenza;Tipo",
        "C-1;x;abc;01/01/2027;condominio",
        ";;351 1212469;;",
        "C-1;;;02/01/2027;",
    )

    assert refused(file) == [
        (
            "contratti.csv:2: column C (Telefono): 'abc' is no telephone number. "
            "Write it as +39 0923 952636."
        ),
        (
            "contratti.csv:2: column E (Tipo): 'condominio' is not known here. "
            "Write one of: azienda, privato."
        ),
        "contratti.csv:3: There is no contract number. Write one in each row.",
        (
            "contratti.csv:4: expires_on is 2027-01-02 here and 2027-01-01 in row 2. "
            "Make the rows of a contract agree, or leave it empty."
        ),
        "contratti.csv:1: The column 'Scadnza' is not known. Did you mean: scadenza?",
    ]


@pytest.mark.parametrize(
    ("heading", "told"),
    [
        ("Numero;Scadenza", "No column holds contract numbers. Head one column with: contratto."),
        (
            "Contratto;Scadenza;Scade il",
            "The columns 'Scadenza' and 'Scade il' mean the same. Keep one of them.",
        ),
    ],
)
def test_headings_that_cannot_be_right_are_refused(
    tmp_path: Path, heading: str, told: str
) -> None:
    file = a_csv(tmp_path, heading, "C-1;31/12/2026;31/12/2026")

    assert f"contratti.csv:1: {told}" in refused(file)


def test_a_column_nobody_knows_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    found = read(a_csv(tmp_path, "Contratto;Colore;Colore", "C-1;rosso;blu"))

    assert [doubt.problem for doubt in found.doubts] == [
        "The column 'Colore' is not known.",
        "The column 'Colore 2' is not known.",
    ]
    assert [record.contract_id for record in found.records] == ["C-1"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.xlsx", b"no workbook", "cannot be read as a workbook"),
        ("a.csv", b'Contratto\n"open', "cannot be read as CSV"),
        ("a.json", b"{", "is not JSON"),
    ],
)
def test_a_broken_file_is_refused_with_a_cure(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)

    (fault,) = refused(file)

    assert told in fault
    assert "Nothing was imported" in fault


def test_a_workbook_without_contracts_is_refused(tmp_path: Path) -> None:
    assert (
        "no sheet has a column headed: contratto."
        in refused(a_workbook(tmp_path, Note=[("da fare",)]))[0]
    )


def test_the_same_contact_in_several_rows_is_one(tmp_path: Path) -> None:
    rows = ("C-1;351 1212469;dominio;a.example", "C-1;351 1212469;posta;")
    (record,) = read(a_csv(tmp_path, "Contratto;Cellulare;Servizio;Nome servizio", *rows)).records

    assert len(record.contacts) == 1
    assert [service.kind for service in record.services] == ["domain", "mail"]


def test_data_are_as_of_when_they_were_saved_or_as_told(tmp_path: Path) -> None:
    file = a_csv(tmp_path, "Contratto", "C-1")

    assert read_file(file, NOW).records[0].as_of == YESTERDAY
    assert read_file(file, NOW, NOW).records[0].as_of == NOW


def test_every_column_we_know_by_one_name_only() -> None:
    keys = {column.key for column in known_columns().values()}

    assert len(known_columns()) >= len(keys)
    assert {"contract_id", "contact.phone", "invoice.amount_cents"} <= keys
