"""WHMCS read whole, over real HTTP."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime

import httpx
import pytest

from bot.clock import SetClock
from bot.contracts.whmcs import Whmcs
from bot.domain.calendar import ROME, DeskCalendar
from bot.domain.contract import (
    Contact,
    ContractRecord,
    Invoice,
    Service,
    ServiceKind,
    Standing,
    StatedState,
)
from bot.domain.errors import ContractFileError, SourceUnavailable
from bot.domain.standing import standing
from tests.contracts.whmcs_peer import (
    ACCOUNT,
    MOST_ROWS,
    WhmcsPeer,
    client,
    domain,
    invoice,
    product,
    serving_whmcs,
)

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]

NOW = datetime(2026, 11, 25, 10, tzinfo=ROME)


@pytest.fixture
async def peer() -> AsyncIterator[WhmcsPeer]:
    async with serving_whmcs(WhmcsPeer(clients=[client()])) as running:
        yield running


@pytest.fixture
async def whmcs(peer: WhmcsPeer) -> AsyncIterator[Whmcs]:
    async with httpx.AsyncClient() as http:
        yield Whmcs(http, f"{peer.base}/", ACCOUNT, SetClock(NOW))


async def only(whmcs: Whmcs) -> ContractRecord:
    (record,) = (await whmcs.fetch()).records
    return record


@pytest.mark.parametrize("flat", [False, True], ids=["nested", "flat-keys"])
async def test_a_service_and_the_domain_of_its_name_are_one_contract(
    peer: WhmcsPeer, whmcs: Whmcs, *, flat: bool
) -> None:
    peer.products, peer.domains, peer.flat = [product()], [domain()], flat

    assert await only(whmcs) == ContractRecord(
        contract_id="S12",
        customer_id="1",
        customer_name="Prova Uno",
        consumer=True,
        language="it",
        expires_on=date(2027, 3, 10),
        services_on=True,
        stated=StatedState.ACTIVE,
        as_of=NOW,
        services=(
            Service(kind=ServiceKind.SITE, name="prova.it", server="server18"),
            Service(
                kind=ServiceKind.DOMAIN,
                name="prova.it",
                registry_status=("ok",),
                registry_expires_on=date(2027, 3, 8),
            ),
        ),
        contacts=(Contact(name="Prova Uno", phone="+390923952636", email="prova@example.org"),),
    )


async def test_a_domain_without_a_service_is_a_contract(peer: WhmcsPeer, whmcs: Whmcs) -> None:
    peer.domains = [domain(domainname="altro.it")]

    record = await only(whmcs)

    assert record.contract_id == "D7"
    assert record.expires_on == date(2027, 3, 8)


@pytest.mark.parametrize("count", [MOST_ROWS, 2 * MOST_ROWS + 1])
async def test_all_pages_are_read(peer: WhmcsPeer, whmcs: Whmcs, count: int) -> None:
    peer.products = [product(number, domain=f"prova{number}.it") for number in range(count)]
    peer.clients = [client(number) for number in range(1, count + 1)]

    assert len((await whmcs.fetch()).records) == count


async def test_an_empty_installation_has_no_contracts(peer: WhmcsPeer, whmcs: Whmcs) -> None:
    peer.clients = []

    assert (await whmcs.fetch()).records == []


@pytest.mark.parametrize(
    ("status", "services_on", "stated"),
    [
        ("Suspended", False, StatedState.SUSPENDED),
        ("Terminated", None, StatedState.CEASED),
        ("Cancelled", None, StatedState.ENDED),
    ],
)
async def test_each_status_has_its_word(
    peer: WhmcsPeer, whmcs: Whmcs, status: str, services_on: object, stated: StatedState
) -> None:
    peer.products = [product(status=status)]

    record = await only(whmcs)

    assert (record.services_on, record.stated) == (services_on, stated)


@pytest.mark.parametrize(
    "left_out",
    [
        product(status="Pending"),
        product(status="Fraud"),
        product(status="Completed"),
        product(status="Terminated", nextduedate="2025-11-24"),
    ],
)
async def test_what_is_no_contract_or_long_over_is_left_out(
    peer: WhmcsPeer, whmcs: Whmcs, left_out: dict[str, str]
) -> None:
    peer.products = [left_out]
    peer.domains = [domain(status="Pending Transfer", domainname="altro.it")]

    assert (await whmcs.fetch()).records == []


async def test_a_suspended_customer_owes_the_invoice_of_the_renewal(
    peer: WhmcsPeer, whmcs: Whmcs
) -> None:
    peer.products = [product(status="Suspended", nextduedate="2026-10-20")]
    peer.invoices = [
        invoice(40, ("Hosting", 12), ("Domain", 7)),
        invoice(41, ("Hosting", 99)),
        invoice(42, ("Hosting", 12), status="Cancelled"),
    ]

    record = await only(whmcs)

    assert record.invoice == Invoice(
        number="40",
        issued_on=date(2026, 10, 1),
        due_on=date(2026, 10, 20),
        amount_cents=14640,
    )
    assert record.expires_on == date(2027, 10, 20)
    assert standing(record, DeskCalendar(), NOW) is Standing.SUSPENDED


async def test_a_bill_that_only_announces_the_renewal_is_no_debt_yet(
    peer: WhmcsPeer, whmcs: Whmcs
) -> None:
    peer.products = [product(nextduedate="2026-12-20")]
    peer.invoices = [invoice(40, ("Hosting", 12), date="2026-11-20", duedate="2026-12-20")]

    record = await only(whmcs)

    assert (record.invoice, record.expires_on) == (None, date(2026, 12, 20))
    assert standing(record, DeskCalendar(), NOW) is Standing.RENEWAL_NOTICE


async def test_after_the_last_day_for_cancelling_it_is(peer: WhmcsPeer, whmcs: Whmcs) -> None:
    peer.products = [product(nextduedate="2026-12-01")]
    peer.invoices = [invoice(40, ("Hosting", 12), date="2026-11-01", duedate="2026-12-01")]

    record = await only(whmcs)

    assert record.expires_on == date(2027, 12, 1)
    # The back office calls it active, and so it is until the day on which it is to be paid.
    assert standing(replace(record, stated=None), DeskCalendar(), NOW) is Standing.PAYMENT_DUE


async def test_a_payment_of_yesterday_is_known(peer: WhmcsPeer, whmcs: Whmcs) -> None:
    peer.products = [product(status="Suspended", nextduedate="2027-10-20")]
    paid = invoice(40, ("Hosting", 12), status="Paid", datepaid="2026-11-24 16:20:00")
    long_ago = invoice(39, ("Hosting", 12), status="Paid", datepaid="2025-10-20 09:00:00")
    peer.invoices = [paid, long_ago]

    record = await only(whmcs)

    assert record.invoice is not None
    assert (record.invoice.number, record.invoice.paid_on) == ("40", date(2026, 11, 24))
    assert peer.calls.count("GetInvoice") == 1


async def test_fields_of_ones_own_say_what_whmcs_has_no_place_for(
    peer: WhmcsPeer, whmcs: Whmcs
) -> None:
    own = {
        "Contratto": "2024-0117",
        "Protocollo": "https",
        "PEC disdetta": "20/11/2026",
        "Sollecito entro il": "",
        "Colore preferito": "verde",
    }
    fields = [{"id": "1", "name": name, "value": value} for name, value in own.items()]
    peer.products = [product(customfields={"customfield": fields})]

    record = await only(whmcs)

    assert record.contract_id == "2024-0117"
    assert record.services[0].protocol == "https"
    assert record.cancellation is not None
    assert record.cancellation.received_on == date(2026, 11, 20)


async def test_contacts_hear_of_money_only_if_they_get_invoices(
    peer: WhmcsPeer, whmcs: Whmcs
) -> None:
    peer.products = [product()]
    person = {"userid": "1", "firstname": "", "lastname": "", "country": "FR"}
    peer.contacts = [
        person | {"id": "1", "email": "a@example.org", "phonenumber": "01 44 58 32 12"},
        person | {"id": "2", "email": "b@example.org", "phonenumber": "", "invoiceemails": "1"},
        person | {"id": "3", "userid": "9", "email": "c@example.org", "phonenumber": ""},
    ]

    _, technical, paying = (await only(whmcs)).contacts

    assert (technical.name, technical.phone) == ("a@example.org", "+33144583212")
    assert (technical.sees_money, paying.sees_money) == (False, True)


async def test_a_number_that_is_none_identifies_nobody_and_is_told(
    peer: WhmcsPeer, whmcs: Whmcs
) -> None:
    peer.products = [product()]
    peer.clients = [client(phonenumberformatted="+39.123", companyname="Prova srl")]

    found = await whmcs.fetch()

    assert found.records[0].contacts[0].phone is None
    (doubt,) = found.doubts
    assert str(doubt).startswith("WHMCS, client 1: '+39.123' is no telephone number.")


async def test_what_cannot_be_read_is_named_with_its_place(peer: WhmcsPeer, whmcs: Whmcs) -> None:
    field = {"name": "Protocollo", "value": "gopher"}
    peer.products = [product(), product(13, customfields={"customfield": [field]})]
    peer.invoices = [invoice(40, ("Hosting", 12), total="a lot")]

    with pytest.raises(ContractFileError) as raised:
        await whmcs.fetch()

    places = [fault.file for fault in raised.value.faults]
    assert places == ["WHMCS, service 12", "WHMCS, service 13"]


@pytest.mark.parametrize(
    ("status", "said", "told"),
    [
        (200, "Client Not Found", "WHMCS refuses GetClients: Client Not Found."),
        (403, "Invalid IP 192.0.2.7", "allow this server's address"),
        (403, "Invalid Permissions: API action", "give the API role"),
        (500, "", "answers GetClients with 500"),
    ],
)
async def test_a_refusal_says_what_to_do(
    peer: WhmcsPeer, whmcs: Whmcs, status: int, said: str, told: str
) -> None:
    peer.status, peer.refuses = status, said

    with pytest.raises(SourceUnavailable, match=told):
        await whmcs.fetch()


async def test_a_wrong_secret_is_told(peer: WhmcsPeer) -> None:
    async with httpx.AsyncClient() as http:
        stranger = Whmcs(http, peer.base, ("the-identifier", "guessed"), SetClock(NOW))
        with pytest.raises(SourceUnavailable, match="check WHMCS_IDENTIFIER") as raised:
            await stranger.ping()

    assert "guessed" not in str(raised.value)


async def test_one_that_answers_is_known_to(whmcs: Whmcs, peer: WhmcsPeer) -> None:
    await whmcs.ping()

    assert peer.calls == ["GetClients"]


async def test_pages_that_come_again_and_again_are_not_taken_for_all(
    peer: WhmcsPeer, whmcs: Whmcs
) -> None:
    peer.products = [product(number, domain=f"prova{number}.it") for number in range(60)]
    peer.ignores_start = True

    with pytest.raises(SourceUnavailable, match="25 of 60 rows of GetClientsProducts"):
        await whmcs.fetch()


async def test_a_landline_that_lost_its_zero_and_letters_as_entities_are_put_right(
    peer: WhmcsPeer, whmcs: Whmcs
) -> None:
    peer.products = [product()]
    peer.clients = [client(phonenumberformatted="+39.923952636", companyname="Caff&egrave; srl")]

    record = await only(whmcs)

    assert record.customer_name == "Caffè srl"
    assert record.contacts[0].phone == "+390923952636"


async def test_a_count_that_is_no_number_is_told(peer: WhmcsPeer, whmcs: Whmcs) -> None:
    peer.domains = [domain(regperiod="one", domainname="altro.it")]

    with pytest.raises(SourceUnavailable, match="no number"):
        await whmcs.fetch()
