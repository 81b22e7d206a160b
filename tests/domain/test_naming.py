"""Which of their own contracts a customer names; never a guess."""

from datetime import date

import pytest

from bot.domain.contract import ContractRecord, Service, ServiceKind
from bot.domain.matching import Entity, EntityKind
from bot.domain.naming import named_contract


def a_contract(number: str, *hosts: str, boxes: tuple[str, ...] = ()) -> ContractRecord:
    services = [Service(kind=ServiceKind.DOMAIN, name=host) for host in hosts]
    mail = [Service(kind=ServiceKind.MAIL, name="", mailboxes=boxes)] if boxes else []
    return ContractRecord(
        contract_id=number, expires_on=date(2027, 6, 30), services=(*services, *mail)
    )


CONTRACTS = (
    a_contract("C-1001", "studio-verdi.it"),
    a_contract("C-1002", "www.bottegaimmaginaria.it", boxes=("ordini@bottega.it",)),
    a_contract("C-1003", "xn--caff-per-40a8o.it"),
    a_contract("C-1004", "cantù.it"),
    a_contract("C-1005", "bar.it"),
    a_contract("C-1006", boxes=("info@fiorista-rosa.it",)),
    a_contract("7", "xn--zz--.it", f"{'ü' * 70}.it"),
)


def number(value: str) -> Entity:
    return Entity(kind=EntityKind.NUMBER, value=value, said=value)


def domain(value: str, said: str = "") -> Entity:
    return Entity(kind=EntityKind.DOMAIN, value=value, said=said or value)


def mailbox(value: str) -> Entity:
    return Entity(kind=EntityKind.EMAIL, value=value, said=value)


@pytest.mark.parametrize(
    ("text", "entities", "meant"),
    [
        pytest.param("il contratto C-1001", [number("C1001")], ["C-1001"], id="its-number"),
        pytest.param("il contratto 1002", [number("1002")], ["C-1002"], id="only-its-digits"),
        pytest.param("fattura 1002", [number("1002")], [], id="another-number"),
        pytest.param("contratto 7", [number("7")], ["7"], id="a-short-number"),
        pytest.param("ho 7 caselle", [number("7")], [], id="a-short-number-of-something"),
        pytest.param("", [mailbox("ordini@bottega.it")], ["C-1002"], id="a-mailbox"),
        pytest.param("", [domain("studio-verdi.it")], ["C-1001"], id="a-domain"),
        pytest.param("", [domain("bottegaimmaginaria.it")], ["C-1002"], id="without-www"),
        pytest.param("", [domain("fiorista-rosa.it")], ["C-1006"], id="the-domain-of-its-mail"),
        pytest.param("", [domain("studio-verdii.it")], ["C-1001"], id="a-letter-too-many"),
        pytest.param("", [domain("studio-verdi.com")], [], id="another-ending"),
        pytest.param("", [domain("barr.it")], [], id="too-short-to-be-misspelt"),
        pytest.param("il sito dello studio verdi", [], ["C-1001"], id="in-words"),
        pytest.param("studioverdi non va", [], ["C-1001"], id="in-one-word"),
        pytest.param("studio vardi", [], ["C-1001"], id="in-words-misspelt"),
        pytest.param("il caffè perù", [], ["C-1003"], id="an-international-name"),
        pytest.param("studio verdi. it", [domain("verdi.it", "verdi. it")], ["C-1001"], id="cut"),
        pytest.param("bar", [], [], id="a-word-too-short"),
        pytest.param("verdi", [], [], id="half-a-name"),
        pytest.param("quando scade", [], [], id="nothing"),
        pytest.param(
            "studio verdi e bottega immaginaria", [], ["C-1001", "C-1002"], id="two-are-not-one"
        ),
    ],
)
def test_a_contract_is_known_by_what_people_call_it(
    text: str, entities: list[Entity], meant: list[str]
) -> None:
    found = named_contract(text, entities, CONTRACTS)

    assert [record.contract_id for record in found.contracts] == meant


@pytest.mark.parametrize(
    ("text", "entities", "elsewhere"),
    [
        pytest.param("altro.it non va", [domain("altro.it")], True, id="another-domain"),
        pytest.param(
            "per studio verdi: altro.it", [domain("altro.it")], True, id="written-out-counts-first"
        ),
        pytest.param("", [domain("studio-verdi.it")], False, id="their-own"),
        pytest.param("il sito non va", [], False, id="no-domain"),
    ],
)
def test_another_domain_is_told_from_their_own(
    text: str, entities: list[Entity], *, elsewhere: bool
) -> None:
    assert named_contract(text, entities, CONTRACTS).elsewhere is elsewhere
