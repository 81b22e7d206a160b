from datetime import date, datetime

import pytest

from bot.contracts.cells import (
    BadCell,
    Cell,
    cents,
    choice,
    day,
    is_empty,
    phone,
    several,
    text,
    yes_no,
)

CHRISTMAS = date(2026, 12, 25)


@pytest.mark.parametrize(
    "cell", ["", "  ", "-", "0000-00-00", "0000-00-00 00:00:00", "NULL", None]
)
def test_what_means_nothing_is_empty(cell: Cell) -> None:
    assert is_empty(cell)


@pytest.mark.parametrize("cell", ["0 ", 0, 0.0, False, "no"])
def test_zero_and_no_are_not_nothing(cell: Cell) -> None:
    assert not is_empty(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "25/12/2026",
        "25.12.2026",
        "25-12-2026",
        "25/12/2026 18:30",
        "2026-12-25",
        "2026-12-25 00:00:00",
        CHRISTMAS,
        datetime(2026, 12, 25, 8),
    ],
)
def test_a_day_is_read_however_it_was_saved(cell: Cell) -> None:
    assert day(cell) == CHRISTMAS


@pytest.mark.parametrize("cell", ["31/02/2026", "25/12/26", "12/25/2026", "presto", 46381.5])
def test_what_is_no_day_is_refused_with_the_form_to_use(cell: Cell) -> None:
    with pytest.raises(BadCell, match="31/12/2026"):
        day(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("146,40", 14640),
        ("146.40", 14640),
        ("146,4 €", 14640),
        ("€ 1.146,40", 114640),
        ("1.146", 114600),
        ("1'146,40", 114640),
        ("EUR 183", 18300),
        (146.4, 14640),
        (183, 18300),
        (0.1 + 0.2, 30),
    ],
)
def test_an_amount_is_read_as_italy_and_as_programs_write_it(cell: Cell, expected: int) -> None:
    assert cents(cell) == expected


@pytest.mark.parametrize("cell", ["molto", "12,345", "-5,00", "nan", "inf"])
def test_what_is_no_amount_is_refused(cell: Cell) -> None:
    with pytest.raises(BadCell, match="no amount"):
        cents(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("0923 952636", "+390923952636"),
        ("+39 0923/952636", "+390923952636"),
        ("0039 0923 952636", "+390923952636"),
        ("351 1212469", "+393511212469"),
        (3511212469.0, "+393511212469"),
        (923952636.0, "+390923952636"),
        ("+44 20 7946 0958", "+442079460958"),
        ("+390000000101", "+390000000101"),
    ],
)
def test_a_number_is_kept_whole(cell: Cell, expected: str) -> None:
    assert phone(cell) == expected


@pytest.mark.parametrize("cell", ["abc", "12", "+12", "chiedere a Mario"])
def test_what_is_no_number_is_refused(cell: Cell) -> None:
    with pytest.raises(BadCell, match="no telephone number"):
        phone(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("Sì", True), ("x", True), (True, True), (1.0, True), ("NO", False), (False, False)],
)
def test_yes_and_no_are_read(cell: Cell, *, expected: bool) -> None:
    assert yes_no(cell) is expected


def test_what_is_neither_is_refused() -> None:
    with pytest.raises(BadCell, match="neither yes nor no"):
        yes_no("forse")


def test_text_loses_the_decimals_that_excel_adds() -> None:
    assert text(20240117.0) == "20240117"
    assert text(" C-1 ") == "C-1"


def test_mailboxes_are_told_apart() -> None:
    assert several("a@x.example; b@x.example c@x.example,") == [
        "a@x.example",
        "b@x.example",
        "c@x.example",
    ]


def test_a_choice_is_known_by_any_of_its_words() -> None:
    kinds = {"azienda": "company", "societa": "company", "privato": "person", "person": "person"}

    assert [choice(said, kinds) for said in ("SOCIETÀ", "privato", "azienda")] == [
        "company",
        "person",
        "company",
    ]
    with pytest.raises(BadCell, match="one of: azienda, privato"):
        choice("condominio", kinds)
