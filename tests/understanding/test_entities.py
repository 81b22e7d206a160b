"""What a message names, as customers write it."""

from datetime import date

import pytest

from bot.domain.matching import EntityKind
from bot.understanding.entities import entities

TODAY = date(2026, 11, 25)


def named(text: str, kind: EntityKind) -> list[str]:
    return [entity.value for entity in entities(text, TODAY) if entity.kind is kind]


@pytest.mark.parametrize(
    ("text", "domains"),
    [
        pytest.param("il sito WWW.Studio-Verdi.IT non va", ["studio-verdi.it"], id="capitals"),
        pytest.param("https://www.studio-verdi.it:8080/a?x=1", ["studio-verdi.it"], id="address"),
        pytest.param("studioverdi punto it", ["studioverdi.it"], id="spoken"),
        pytest.param("studio-verdi.it?perche", ["studio-verdi.it"], id="glued"),
        pytest.param("studio-verdi.example.", ["studio-verdi.example"], id="demo"),
        pytest.param("scrivo a info@studio-verdi.it", ["studio-verdi.it"], id="of-an-address"),
        pytest.param("ho la fattura.pdf e foto.jpg", [], id="files"),
        pytest.param("p.iva s.r.l. sig.ra tel.", [], id="abbreviations"),
        pytest.param("non va.come faccio", [], id="no-space-after-a-stop"),
        pytest.param("alle 10.30", [], id="a-time"),
        pytest.param("scrivo da gmail.com", [], id="nobody's"),
    ],
)
def test_domains_are_told_from_other_words_with_dots(text: str, domains: list[str]) -> None:
    assert named(text, EntityKind.DOMAIN) == domains


def test_an_international_domain_is_the_same_in_both_spellings() -> None:
    readable = named("caffè-perù.it non va", EntityKind.DOMAIN)

    assert len(readable) == 1
    assert named(f"{readable[0]} non va", EntityKind.DOMAIN) == readable


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("146,40 €", ["14640"]),
        ("€ 146.40", ["14640"]),
        ("1.234,56 euro", ["123456"]),
        ("50€", ["5000"]),
        ("50 fatture", []),
    ],
)
def test_an_amount_is_in_cents(text: str, cents: list[str]) -> None:
    assert named(text, EntityKind.AMOUNT) == cents


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("scade il 12/03/2026", ["2026-03-12"]),
        ("il 12 marzo 2026", ["2026-03-12"]),
        ("March 12, 2026", ["2026-03-12"]),
        ("ho pagato ieri", ["2026-11-24"]),
        ("tra 15 giorni", []),
    ],
)
def test_a_date_is_the_day_it_means(text: str, days: list[str]) -> None:
    assert named(text, EntityKind.DATE) == days


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("DEMO-F-0011", ["DEMOF0011"]),
        ("fattura n. 123/2026", ["1232026"]),
        ("contratto 4711", ["4711"]),
        ("+39 351 121 2469", ["+393511212469"]),
    ],
)
def test_a_number_is_bare(text: str, numbers: list[str]) -> None:
    assert named(text, EntityKind.NUMBER) == numbers


@pytest.mark.parametrize("sign", [".", "1", "@", "€", "a.", "1 ", "-"])
def test_any_text_is_read(sign: str) -> None:
    assert isinstance(entities(sign * 2000, TODAY), tuple)
