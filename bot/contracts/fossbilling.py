"""FOSSBilling, read whole by its API for administrators: a contract for each order."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import httpx
from dateutil.relativedelta import relativedelta

from bot.contracts.calls import Call, Caller, as_json
from bot.contracts.feeds import (
    Bill,
    Part,
    Sketch,
    contact,
    day_of,
    fetched,
    long_over,
    own_fields,
    telephone,
    term,
    text,
    whole_number,
)
from bot.domain.calendar import ROME
from bot.domain.errors import Fault, SourceUnavailable
from bot.ports import Clock, Fetched

PAGE = 100
_SECONDS = 20.0
_MOST_BYTES = 16 * 1024 * 1024
_STATES: Mapping[str, str] = {
    "active": "active",
    "failed_renew": "active",
    "suspended": "suspended",
    "canceled": "ended",
}
"""Orders of another status are no contracts yet: pending_setup, failed_setup."""
_UNITS = {"D": "days", "W": "weeks", "M": "months", "Y": "years"}
_KINDS = {"domain": "domain", "hosting": "site", "email": "mail", "mail": "mail", "pec": "pec"}
_OWED = frozenset({"paid", "unpaid"})

Found = Mapping[str, Any]


class Fossbilling:
    """A FOSSBilling installation.

    Args:
        http: The program's HTTP client.
        base: Its address, before ``/api``.
        key: API key of an administrator.
        clock: Dates what is fetched.
    """

    def __init__(self, http: httpx.AsyncClient, base: str, key: str, clock: Clock) -> None:
        self._caller = Caller(http, _SECONDS, _MOST_BYTES)
        self._base = base.rstrip("/")
        self._account = ("admin", key)
        self._clock = clock

    async def ping(self) -> None:
        """Make sure that it answers and lets us in; raise SourceUnavailable."""
        await self._call("client/get_list", per_page="1")

    async def fetch(self) -> Fetched:
        """Return all contracts; raise SourceUnavailable or ContractFileError."""
        as_of = self._clock.now()
        today = as_of.astimezone(ROME).date()
        clients = {text(one, "id"): one for one in await self._all("client/get_list")}
        bills: dict[str, list[Bill]] = defaultdict(list)
        for invoice in await self._all("invoice/get_list"):
            if text(invoice, "status") in _OWED and invoice.get("approved") not in {False, "0"}:
                for order in {text(line, "order_id") for line in _lines(invoice)} - {""}:
                    bills[order].append(_bill(invoice))
        listed = {text(one, "id"): one for one in await self._all("order/get_list")}
        for hidden in sorted(bills.keys() - listed):
            # The list shows only the first order of a cart, unless it is set otherwise.
            listed[hidden] = await self._order(hidden)
        orders = [one for one in listed.values() if _counts(one, today)]
        services = {text(one, "id"): await self._service(one) for one in orders}
        doubts: list[Fault] = []
        sketches = [
            _sketch(
                order,
                services[text(order, "id")],
                clients.get(text(order, "client_id"), {}),
                bills[text(order, "id")],
                (today, doubts),
            )
            for order in orders
        ]
        return await asyncio.to_thread(fetched, sketches, as_of, doubts)

    async def _order(self, number: str) -> Found:
        """Return an order, or nothing if it was deleted and only its invoices are left."""
        found = await self._call("order/get", may_refuse=True, id=number)
        return found if isinstance(found, dict) else {}

    async def _service(self, order: Found) -> Found:
        """Return what an order is about; one that was never set up has nothing of that kind."""
        if not text(order, "service_id"):
            return {}
        found = await self._call("order/service", id=text(order, "id"))
        return found if isinstance(found, dict) else {}

    async def _all(self, path: str) -> Sequence[Found]:
        """Return the rows of all pages; a page may be shorter than was asked for."""
        found: dict[str, Found] = {}  # Orders with several rows of meta come several times.
        page, pages = 1, 1
        while page <= pages:
            answer = await self._call(path, page=str(page), per_page=str(PAGE))
            if not isinstance(answer, dict) or not isinstance(answer.get("list"), list):
                raise SourceUnavailable(f"FOSSBilling answers {path} with something else.")
            found |= {text(row, "id"): row for row in answer["list"]}
            page, pages = page + 1, whole_number(text(answer, "pages") or "1")
        return list(found.values())

    async def _call(self, path: str, *, may_refuse: bool = False, **question: str) -> Any:  # noqa: ANN401 - JSON
        call = Call(url=f"{self._base}/api/admin/{path}", question=question, account=self._account)
        status, body = await self._caller.ask(call)
        if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            raise SourceUnavailable(
                f"FOSSBilling refuses {path}: check FOSSBILLING_KEY, and that the administrator "
                "and this server's address may use the API."
            )
        answer = as_json(body)
        error = answer.get("error") if isinstance(answer, dict) else {"message": "no object"}
        if error and may_refuse:
            return None
        if error or status != httpx.codes.OK:
            said = error.get("message") if isinstance(error, dict) else error
            raise SourceUnavailable(f"FOSSBilling refuses {path}: {said or status}.")
        return answer.get("result")


def _counts(order: Found, today: date) -> bool:
    status = text(order, "status")
    gone = status == "canceled" and long_over(day_of(order.get("expires_at")), today)
    return status in _STATES and not gone


def _sketch(
    order: Found,
    service: Found,
    client: Found,
    bills: Sequence[Bill],
    noted: tuple[date, list[Fault]],
) -> Sketch:
    today, doubts = noted
    number, status = text(order, "id"), text(order, "status")
    meta = order.get("meta")
    own = own_fields(meta.items()) if isinstance(meta, dict) else {}
    ending = _ends(order)
    expires_on, bills = term(ending, _span(text(order, "period")), bills, today)
    facts: Part = {
        "contract_id": f"O{number}",
        "customer.customer_id": text(order, "client_id"),
        "customer.name": text(client, "company") or _name(client),
        "customer.kind": "company" if text(client, "company") else "person",
        "customer.language": {"it": "it", "en": "en"}.get(text(client, "lang")[:2].lower()),
        "state": _STATES[status],
        "services_on": {"active": True, "suspended": False}.get(status),
        "expires_on": expires_on,
    }
    described = {**_described(order, service), **_popped(own, "service.")}
    parts = [described, *_people(client, doubts), *(bill.part() for bill in bills)]
    return Sketch(place=f"FOSSBilling, order {number}", facts=facts | own, parts=parts)


def _ends(order: Found) -> date | None:
    return day_of(order.get("expires_at"))


def _popped(own: Part, group: str) -> Part:
    return {key: own.pop(key) for key in [*own] if key.startswith(group)}


def _described(order: Found, service: Found) -> Part:
    """Return what an order is about."""
    kind = _KINDS.get(text(order, "service_type"), "site")
    name = text(service, "domain") or f"{text(service, 'sld')}{text(service, 'tld')}"
    server = service.get("server")
    found: Part = {
        "service.kind": kind,
        "service.name": name or text(order, "title"),
        "service.server": text(server, "name") if isinstance(server, dict) else "",
    }
    if kind == "domain":
        found["service.registry_expires_on"] = day_of(service.get("expires_at"))
    return found


def _people(client: Found, doubts: list[Fault]) -> Iterator[Part]:
    if client:
        place = f"FOSSBilling, client {text(client, 'id')}"
        code, said = text(client, "phone_cc").lstrip("+"), text(client, "phone")
        whole = said if said.startswith("+") or not (code and said) else f"+{code}{said}"
        phone = telephone(whole, text(client, "country"), place, doubts)
        yield contact(_name(client), phone, client.get("email"), sees_money=True, role="")


def _name(client: Found) -> str:
    return f"{text(client, 'first_name')} {text(client, 'last_name')}".strip()


def _lines(invoice: Found) -> Sequence[Found]:
    lines = invoice.get("lines")
    return [one for one in lines if isinstance(one, dict)] if isinstance(lines, list) else []


def _bill(invoice: Found) -> Bill:
    paid = text(invoice, "status") == "paid"
    return Bill(
        number=text(invoice, "serie_nr") or text(invoice, "id"),
        issued_on=day_of(invoice.get("created_at")),
        due_on=day_of(invoice.get("due_at")),
        paid_on=day_of(invoice.get("paid_at")) if paid else None,
        amount=invoice.get("total"),
        currency=text(invoice, "currency") or "EUR",
    )


def _span(period: str) -> relativedelta | None:
    """Return a period such as 1Y or 3M; None for what is not renewed."""
    count, unit = period[:-1], period[-1:].upper()
    if not count.isdigit() or unit not in _UNITS:
        return None
    return relativedelta(**{_UNITS[unit]: int(count)})  # type: ignore[arg-type] # a unit by name
