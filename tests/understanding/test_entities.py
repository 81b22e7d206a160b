"""What a message names, as customers write it."""

import pytest

from bot.domain.matching import EntityKind
from bot.understanding.entities import entities
from bot.understanding.spans import legible


def named(text: str, kind: EntityKind) -> list[str]:
    return [entity.value for entity in entities(text) if entity.kind is kind]


@pytest.mark.parametrize(
    ("text", "domains"),
    [
        pytest.param("il sito WWW.Studio-Verdi.IT non va", ["studio-verdi.it"], id="capitals"),
        pytest.param("https://www.studio-verdi.it:8080/a?x=1", ["studio-verdi.it"], id="address"),
        pytest.param("http:/verdi.me/ (verdi.io).", ["verdi.me", "verdi.io"], id="punctuation"),
        pytest.param("rossi.it/verdi.it", ["rossi.it", "verdi.it"], id="slash-between-two"),
        pytest.param("webmail.verdi.co.uk", ["verdi.co.uk"], id="below-a-suffix-of-two"),
        pytest.param("fermo.it", ["fermo.it"], id="a-suffix-that-is-a-domain"),
        pytest.param("sito:studio-verdi.it", ["studio-verdi.it"], id="after-a-colon"),
        pytest.param("studio-verdi.it?perche", ["studio-verdi.it"], id="glued-question"),
        pytest.param("studio-verdi.it.grazie", ["studio-verdi.it"], id="glued-word"),
        pytest.param("studio-verdi.it.ma poi", ["studio-verdi.it"], id="glued-word-and-suffix"),
        pytest.param("studio-verdi.it's down", ["studio-verdi.it"], id="of-the-domain"),
        pytest.param("_studio-verdi.it_", ["studio-verdi.it"], id="in-italics"),
        pytest.param("studio\u200b-verdi.it", ["studio-verdi.it"], id="copied-from-a-page"),
        pytest.param("studio-verdi.example.", ["studio-verdi.example"], id="demo"),
        pytest.param("studio-verdi.test, poi", ["studio-verdi.test"], id="demo-for-tests"),
        pytest.param("il sito studio.la", ["studio.la"], id="announced"),
        pytest.param("studio7.la", ["studio7.la"], id="with-a-digit"),
        pytest.param("scrivo a info@studio-verdi.it", ["studio-verdi.it"], id="of-an-address"),
        pytest.param("ho la fattura.pdf e foto.jpg", [], id="files"),
        pytest.param("p.iva s.r.l. sig.ra tel. p.es n.1", [], id="abbreviations"),
        pytest.param("non va.come faccio", [], id="no-space-after-a-stop"),
        pytest.param("pagato.ma nulla. bonificato.ma", [], id="a-word-that-is-a-suffix"),
        pytest.param("I tried.it still fails", [], id="it-in-english"),
        pytest.param("riprovato.Io non so", [], id="a-sentence-in-capitals"),
        pytest.param("non va.com'era prima", [], id="an-elided-word"),
        pytest.param("alle 10.30", [], id="a-time"),
        pytest.param("-.it _._.it verdi-.it", [], id="no-letters-where-they-must-be"),
        pytest.param("\u0640a.it", [], id="a-letter-no-domain-may-have"),
        pytest.param("a.b.c.d.e.f.g.h.i.j.k.it", [], id="too-many-parts"),
        pytest.param("da gmail.com, logoseng.com o tuodominio.it", [], id="nobodys"),
    ],
)
def test_domains_are_told_from_other_words_with_dots(text: str, domains: list[str]) -> None:
    assert named(text, EntityKind.DOMAIN) == domains


@pytest.mark.parametrize(
    ("text", "domains"),
    [
        pytest.param("studioverdi punto it", ["studioverdi.it"], id="in-words"),
        pytest.param("studio verdi . it", ["studioverdi.it"], id="with-spaces"),
        pytest.param("il sito dello studio verdi dot com", ["studioverdi.com"], id="two-words"),
        pytest.param("studio trattino verdi punto it", ["studio-verdi.it"], id="with-its-hyphen"),
        pytest.param("www. studioverdi. it", ["studioverdi.it"], id="after-www"),
        pytest.param("studioverdi. it", ["studioverdi.it"], id="nothing-else"),
        pytest.param("il sito studioverdi .it", ["studioverdi.it"], id="announced"),
        pytest.param("hotel bella vista mare punto it", ["bellavistamare.it"], id="no-more-words"),
        pytest.param("studio_verdi punto it", [], id="no-domain-could-be-so"),
        pytest.param("cambio maintainer .it", [], id="an-ending-alone"),
        pytest.param("un dominio . it", [], id="an-ending-after-its-kind"),
        pytest.param("I wrote to Marco. it fails", [], id="the-next-sentence"),
    ],
)
def test_a_domain_may_be_written_apart(text: str, domains: list[str]) -> None:
    assert named(text, EntityKind.DOMAIN) == domains


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        pytest.param("da Info@Studio-Verdi.it.", ["info@studio-verdi.it"], id="plain"),
        pytest.param("*info@ studio-verdi.it*", ["info@studio-verdi.it"], id="with-a-space"),
        pytest.param("info@caffè.it", ["info@xn--caff-8oa.it"], id="international"),
        pytest.param("mario@gmail.con", ["mario@gmail.con"], id="a-mistyped-ending"),
        pytest.param("m.rossi chiocciola verdi.it", ["m.rossi@verdi.it"], id="in-words"),
        pytest.param("info at verdi punto it", ["info@verdi.it"], id="all-in-words"),
        pytest.param("look at verdi.it", [], id="a-sentence"),
        pytest.param("+@verdi.it", [], id="no-mailbox"),
        pytest.param("mario chiocciola casa mia", [], id="no-host"),
        pytest.param("mario (at) casa.mia", [], id="no-known-suffix"),
    ],
)
def test_addresses_are_read_where_they_are_clear(text: str, addresses: list[str]) -> None:
    assert named(text, EntityKind.EMAIL) == addresses


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
        ("EUR 1 234,5", ["123450"]),
        ("1.234 euros", ["123400"]),
        ("1.2345 €", [""]),
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
        ("12-3-26", ["2026-03-12"]),
        ("2026-03-12", ["2026-03-12"]),
        ("11/25/2026", ["2026-11-25"]),
        ("12 mar", [""]),
        ("1° aprile 2027 e il primo settembre", ["2027-04-01", ""]),
        ("24/12 o 29.2", ["", ""]),
        ("ho pagato ieri", [""]),
        ("tra 15 giorni", []),
        ("2-3 giorni", []),
        ("alle 9.12", []),
        ("31/2 e 31/2/2026 e 1/1/1815", []),
        ("fattura n. 12/26", []),
    ],
)
def test_a_date_is_told_where_it_has_its_year(text: str, days: list[str]) -> None:
    assert named(text, EntityKind.DATE) == days


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("DEMO-F-0011", ["DEMOF0011"]),
        ("fattura n. 123/2026", ["1232026"]),
        ("contratto 4711", ["4711"]),
        ("+39 351 121 2469", ["+393511212469"]),
        ("(+39) 0923.952636", ["+390923952636"]),
        ("office-365 server18 10.30", ["365", "1030"]),
    ],
)
def test_a_number_is_bare(text: str, numbers: list[str]) -> None:
    assert named(text, EntityKind.NUMBER) == numbers


def test_what_is_named_is_told_as_it_was_said_and_in_order() -> None:
    said = [entity.said for entity in entities("il 12/3 pagati 50 € per Verdi.it/a, fattura 7")]

    assert said == ["12/3", "50 €", "Verdi.it", "7"]


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "piece",
    [
        *(
            ".",
            "1",
            "@",
            "€",
            "a",
            "-",
            " ",
            "a.",
            "1.",
            "1 ",
            "a@",
            "-a",
            "1a",
            "1,",
            "1/",
            "a?a",
        ),
        *("1 111", "1 1a", "x.it ", "x.it/", "a@b.it ", "a .", "a punto ", "a at a", "DEMO-1-"),
        *("n. 1/", "12 mar ", "il.la.", "\u0301", "ﷺ", "è.", "\0"),
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    """Each pattern passes over a text once; one that tried all ways would not end."""
    for end in ("", "!", "x" * 10):
        text = (piece * 2000)[: 2000 - len(end)] + end
        assert all(entity.said in legible(text) for entity in entities(text))
