"""FOSSBilling read whole, over real HTTP."""

from collections.abc import AsyncIterator
from datetime import date, datetime

import httpx
import pytest

from bot.clock import SetClock
from bot.contracts.fossbilling import Fossbilling
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
from tests.contracts.fossbilling_peer import (
    KEY,
    MOST_ROWS,
    FossbillingPeer,
    client,
    invoice,
    order,
    serving_fossbilling,
)

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]

NOW = datetime(2026, 11, 25, 10, tzinfo=ROME)
HOSTING = {"domain": "prova.it", "server": {"name": "server2"}}


@pytest.fixture
async def peer() -> AsyncIterator[FossbillingPeer]:
    async with serving_fossbilling(FossbillingPeer(clients=[client()])) as running:
        yield running


@pytest.fixture
async def fossbilling(peer: FossbillingPeer) -> AsyncIterator[Fossbilling]:
    async with httpx.AsyncClient() as http:
        yield Fossbilling(http, peer.base, KEY, SetClock(NOW))


async def only(fossbilling: Fossbilling) -> ContractRecord:
    (record,) = (await fossbilling.fetch()).records
    return record


async def test_an_order_is_a_contract(peer: FossbillingPeer, fossbilling: Fossbilling) -> None:
    peer.orders, peer.services = [order()], {"5": HOSTING}

    assert await only(fossbilling) == ContractRecord(
        contract_id="O5",
        customer_id="1",
        customer_name="Prova Uno",
        consumer=True,
        language="it",
        expires_on=date(2027, 3, 10),
        services_on=True,
        stated=StatedState.ACTIVE,
        as_of=NOW,
        services=(Service(kind=ServiceKind.SITE, name="prova.it", server="server2"),),
        contacts=(Contact(name="Prova Uno", phone="+390923952636", email="prova@example.org"),),
    )


async def test_a_domain_tells_its_expiry(peer: FossbillingPeer, fossbilling: Fossbilling) -> None:
    peer.orders = [order(service_type="domain", period="1Y")]
    peer.services = {"5": {"sld": "prova", "tld": ".it", "expires_at": "2027-03-08 00:00:00"}}

    (service,) = (await only(fossbilling)).services

    assert (service.kind, service.name) == (ServiceKind.DOMAIN, "prova.it")
    assert service.registry_expires_on == date(2027, 3, 8)


async def test_an_order_that_was_never_set_up_has_its_title(
    peer: FossbillingPeer, fossbilling: Fossbilling
) -> None:
    peer.orders = [order(5), order(6, service_id=None)]

    found = (await fossbilling.fetch()).records

    assert [one.services[0].name for one in found] == ["MySite Plus", "MySite Plus"]
    assert peer.asked.count("order/service") == 1


async def test_all_pages_are_read(peer: FossbillingPeer, fossbilling: Fossbilling) -> None:
    count = 2 * MOST_ROWS + 1
    peer.orders = [order(number) for number in range(count)]

    assert len((await fossbilling.fetch()).records) == count


@pytest.mark.parametrize(
    ("status", "services_on", "stated"),
    [
        ("suspended", False, StatedState.SUSPENDED),
        ("failed_renew", None, StatedState.ACTIVE),
        ("canceled", None, StatedState.ENDED),
    ],
)
async def test_each_status_has_its_word(
    peer: FossbillingPeer,
    fossbilling: Fossbilling,
    status: str,
    services_on: object,
    stated: StatedState,
) -> None:
    peer.orders = [order(status=status)]

    record = await only(fossbilling)

    assert (record.services_on, record.stated) == (services_on, stated)


@pytest.mark.parametrize(
    "left_out",
    [
        order(status="pending_setup"),
        order(status="failed_setup"),
        order(status="canceled", expires_at="2025-11-24 00:00:00"),
    ],
)
async def test_what_is_no_contract_or_long_over_is_left_out(
    peer: FossbillingPeer, fossbilling: Fossbilling, left_out: dict[str, object]
) -> None:
    peer.orders = [left_out]

    assert (await fossbilling.fetch()).records == []


async def test_a_suspended_customer_owes_the_invoice(
    peer: FossbillingPeer, fossbilling: Fossbilling
) -> None:
    peer.orders = [order(status="suspended", expires_at="2026-10-20 00:00:00")]
    peer.invoices = [
        invoice(40, 5),
        invoice(41, 99),
        invoice(42, 5, status="canceled"),
        invoice(43, 5, approved=False),
        invoice(44, lines=None),
    ]

    record = await only(fossbilling)

    assert record.invoice == Invoice(
        number="FOSS00040",
        issued_on=date(2026, 10, 1),
        due_on=date(2026, 10, 20),
        amount_cents=14640,
    )
    assert standing(record, DeskCalendar(), NOW) is Standing.SUSPENDED


async def test_meta_of_an_order_says_what_fossbilling_has_no_place_for(
    peer: FossbillingPeer, fossbilling: Fossbilling
) -> None:
    meta = {
        "contratto": "2024-0117",
        "protocollo": "https",
        "pec_disdetta": "2026-11-20",
        "x": "y",
    }
    peer.orders = [order(meta=meta, period="")]

    record = await only(fossbilling)

    assert record.contract_id == "2024-0117"
    assert record.services[0].protocol == "https"
    assert record.cancellation is not None


async def test_a_number_with_its_country_in_it_is_read(
    peer: FossbillingPeer, fossbilling: Fossbilling
) -> None:
    peer.orders = [order()]
    peer.clients = [client(phone="+39 0923 952636", company="Prova srl", phone_cc=None)]

    record = await only(fossbilling)

    assert record.customer_name == "Prova srl"
    assert [one.phone for one in record.contacts] == ["+390923952636"]


async def test_what_cannot_be_read_is_named_with_its_place(
    peer: FossbillingPeer, fossbilling: Fossbilling
) -> None:
    peer.orders = [order(meta={"protocollo": "gopher"})]

    with pytest.raises(ContractFileError, match="FOSSBilling, order 5"):
        await fossbilling.fetch()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"error": {"message": "Out of order", "code": 9}}, "Out of order"),
        ({"error": "odd"}, "odd"),
        ({"body": "<html>"}, "not JSON"),
        ({"body": "[]"}, "no object"),
        ({"body": '{"result": [], "error": null}'}, "something else"),
    ],
)
async def test_whatever_is_no_answer_is_told(
    peer: FossbillingPeer, fossbilling: Fossbilling, change: dict[str, object], told: str
) -> None:
    for name, value in change.items():
        setattr(peer, name, value)

    with pytest.raises(SourceUnavailable, match=told):
        await fossbilling.fetch()


async def test_a_wrong_key_is_told(peer: FossbillingPeer) -> None:
    async with httpx.AsyncClient() as http:
        stranger = Fossbilling(http, peer.base, "guessed", SetClock(NOW))
        with pytest.raises(SourceUnavailable, match="check FOSSBILLING_KEY") as raised:
            await stranger.ping()

    assert "guessed" not in str(raised.value)


async def test_one_that_answers_is_known_to(
    peer: FossbillingPeer, fossbilling: Fossbilling
) -> None:
    await fossbilling.ping()

    assert peer.asked == ["client/get_list"]


async def test_orders_that_no_list_shows_are_found_by_their_invoices(
    peer: FossbillingPeer, fossbilling: Fossbilling
) -> None:
    peer.orders, peer.hidden = [order(5), order(5), order(6)], (6,)
    peer.invoices = [invoice(40, 5, 6)]

    found = (await fossbilling.fetch()).records

    assert [one.contract_id for one in found] == ["O5", "O6"]
