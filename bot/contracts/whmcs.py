"""WHMCS, read whole by its API: a contract for each service, and for each domain by itself."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from bot.domain.wording import folded
from bot.ports import Clock, Fetched

PAGE = 250
"""Asked for at once; some installations give fewer, without saying so."""
_SECONDS = 20.0
_MOST_BYTES = 16 * 1024 * 1024

_SPANS: Mapping[str, relativedelta] = {
    "monthly": relativedelta(months=1),
    "quarterly": relativedelta(months=3),
    "semi annually": relativedelta(months=6),
    "annually": relativedelta(years=1),
    "biennially": relativedelta(years=2),
    "triennially": relativedelta(years=3),
}
_STATES: Mapping[str, str] = {
    "active": "active",
    "suspended": "suspended",
    "terminated": "ceased",
    "cancelled": "ended",
    "transferred away": "ended",
}
"""Services and domains of another status are no contracts: pending, fraud, completed."""
_REGISTRY: Mapping[str, str] = {
    "active": "ok",
    "grace period expired": "grace",
    "redemption period expired": "redemption",
}
_DOMAINS_KEPT = frozenset({*_STATES, *_REGISTRY, "expired"})
_LANGUAGES = {"italian": "it", "english": "en"}
_KINDS = (("pec", "pec"), ("mail", "mail"), ("posta", "mail"), ("domini", "domain"))
"""Words in the name of a product, and the kind of service it is; all others are sites."""
_CURES = (
    ("invalid ip", "allow this server's address under API access in WHMCS"),
    ("authentication", "check WHMCS_IDENTIFIER and WHMCS_SECRET"),
    ("permission", "give the API role the actions of the guide"),
)
_log = logging.getLogger(__name__)

Found = Mapping[str, Any]
"""One row of an answer; WHMCS gives numbers as text, and days that are none as zeros."""


class Whmcs:
    """A WHMCS installation.

    Args:
        http: The program's HTTP client.
        base: Its address, before ``/includes/api.php``.
        account: Identifier and secret of an API credential.
        clock: Dates what is fetched.
    """

    def __init__(
        self, http: httpx.AsyncClient, base: str, account: tuple[str, str], clock: Clock
    ) -> None:
        self._caller = Caller(http, _SECONDS, _MOST_BYTES)
        self._url = f"{base.rstrip('/')}/includes/api.php"
        self._account = account
        self._clock = clock

    async def ping(self) -> None:
        """Make sure that it answers and lets us in; raise SourceUnavailable."""
        await self._call("GetClients", limitnum="1")

    async def fetch(self) -> Fetched:
        """Return all contracts; raise SourceUnavailable or ContractFileError."""
        as_of = self._clock.now()
        today = as_of.astimezone(ROME).date()
        office = _Office(today)
        for client in await self._all("GetClients", "clients", "client"):
            details = await self._call("GetClientsDetails", clientid=text(client, "id"))
            office.clients[text(client, "id")] = _client(details)
        for person in await self._all("GetContacts", "contacts", "contact"):
            office.contacts[text(person, "userid")].append(person)
        for bill in await self._bills(today):
            for item in listed(bill, "items", "item"):
                office.bills[_relation(item)].append(_bill(bill))
        domains = await self._all("GetClientsDomains", "domains", "domain")
        products = await self._all("GetClientsProducts", "products", "product")
        sketches = office.sketches(products, domains)
        return await asyncio.to_thread(fetched, sketches, as_of, office.doubts)

    async def _bills(self, today: date) -> Sequence[Found]:
        """Return the invoices that are open or were paid lately, with what they are for."""
        found = []
        for status in ("Unpaid", "Payment Pending", "Collections", "Paid"):
            for row in await self._all("GetInvoices", "invoices", "invoice", status=status):
                if term(None, None, [_bill(row)], today)[1]:
                    whole = await self._call("GetInvoice", invoiceid=text(row, "id"))
                    found.append({**whole, **row})
        return found

    async def _all(self, action: str, outer: str, inner: str, **what: str) -> Sequence[Found]:
        """Return the rows of all pages; a page may be shorter than was asked for."""
        found: dict[str, Found] = {}
        while True:
            page = await self._call(action, limitstart=str(len(found)), limitnum=str(PAGE), **what)
            total = whole_number(text(page, "totalresults") or "0")
            before = len(found)
            found |= {text(row, "id"): row for row in listed(page, outer, inner)}
            if len(found) >= total:
                return list(found.values())
            if len(found) == before:
                raise SourceUnavailable(f"WHMCS gives {before} of {total} rows of {action}.")

    async def _call(self, action: str, **what: str) -> dict[str, Any]:
        identifier, secret = self._account
        form = {"identifier": identifier, "secret": secret, "responsetype": "json"}
        status, body = await self._caller.ask(
            Call(url=self._url, form=form | {"action": action} | what)
        )
        if status not in {httpx.codes.OK, httpx.codes.FORBIDDEN}:
            raise SourceUnavailable(f"WHMCS answers {action} with {status}.")
        answer = as_json(body)
        if not isinstance(answer, dict) or answer.get("result") != "success":
            said = str(answer.get("message", "")) if isinstance(answer, dict) else ""
            raise SourceUnavailable(f"WHMCS refuses {action}: {said or status}.{_cure(said)}")
        return unfolded(answer)


class _Office:
    """What was fetched, by what it belongs to."""

    def __init__(self, today: date) -> None:
        self.clients: dict[str, Found] = {}
        self.contacts: dict[str, list[Found]] = defaultdict(list)
        self.bills: dict[str, list[Bill]] = defaultdict(list)
        self.doubts: list[Fault] = []
        self._today = today

    def sketches(self, products: Iterable[Found], domains: Sequence[Found]) -> Iterator[Sketch]:
        """Yield a contract for each service with the domain of its name, and each domain else."""
        by_name = {(text(one, "userid"), text(one, "domainname").lower()): one for one in domains}
        for product in products:
            status, ended = folded(text(product, "status")), day_of(product.get("nextduedate"))
            gone = status in {"terminated", "cancelled"} and long_over(ended, self._today)
            if status in _STATES and not gone:
                key = (text(product, "clientid"), text(product, "domain").lower())
                yield self._of_product(product, by_name.pop(key, None))
        for domain in by_name.values():
            status, ended = folded(text(domain, "status")), day_of(domain.get("expirydate"))
            if status in _DOMAINS_KEPT and not long_over(ended, self._today):
                yield self._of_domain(domain)

    def _of_product(self, product: Found, domain: Found | None) -> Sketch:
        number = text(product, "id")
        bills = self.bills[f"hosting {number}"]
        if domain is not None:
            bills = [*bills, *self.bills[f"domain {text(domain, 'id')}"]]
        span = _SPANS.get(folded(text(product, "billingcycle")))
        own = own_fields(
            (one.get("name"), one.get("value"))
            for one in listed(product, "customfields", "customfield")
        )
        sketch = self._sketch(f"S{number}", product, span, bills)
        sketch.place = f"WHMCS, service {number}"
        service = {
            "service.kind": _kind(product),
            "service.name": text(product, "domain"),
            "service.server": text(product, "servername"),
        }
        about_service = {key: own.pop(key) for key in [*own] if key.startswith("service.")}
        sketch.parts.insert(0, service | about_service)
        if domain is not None:
            sketch.parts.insert(1, _domain(domain))
        sketch.facts |= own
        return sketch

    def _of_domain(self, domain: Found) -> Sketch:
        number = text(domain, "id")
        years = whole_number(text(domain, "regperiod") or "1")
        keeps = text(domain, "donotrenew") in {"", "0"}
        span = relativedelta(years=years) if keeps else None
        row = {**domain, "clientid": domain.get("userid")}
        sketch = self._sketch(f"D{number}", row, span, self.bills[f"domain {number}"])
        sketch.place = f"WHMCS, domain {number}"
        sketch.parts.insert(0, _domain(domain))
        return sketch

    def _sketch(
        self, number: str, row: Found, span: relativedelta | None, bills: Sequence[Bill]
    ) -> Sketch:
        client_id, status = text(row, "clientid"), folded(text(row, "status"))
        expires_on, bills = term(day_of(row.get("nextduedate")), span, bills, self._today)
        facts: Part = {
            "contract_id": number,
            "customer.customer_id": client_id,
            **_customer(self.clients.get(client_id, {})),
            "state": _STATES.get(status),
            "services_on": {"active": True, "suspended": False}.get(status),
            "expires_on": expires_on,
        }
        parts = [*self._people(client_id), *(bill.part() for bill in bills)]
        return Sketch(place="WHMCS", facts=facts, parts=parts)

    def _people(self, client_id: str) -> Iterator[Part]:
        holder = self.clients.get(client_id)
        if holder is not None:
            place = f"WHMCS, client {client_id}"
            said = text(holder, "phonenumberformatted") or text(holder, "phonenumber")
            phone = telephone(said, text(holder, "countrycode"), place, self.doubts)
            yield contact(_name(holder), phone, holder.get("email"), sees_money=True, role="")
        for person in self.contacts[client_id]:
            place = f"WHMCS, contact {text(person, 'id')}"
            said = text(person, "phonenumber")
            phone = telephone(said, text(person, "country"), place, self.doubts)
            pays = text(person, "invoiceemails") == "1"
            yield contact(_name(person), phone, person.get("email"), sees_money=pays, role="")


def listed(answer: Mapping[str, Any], outer: str, inner: str) -> list[Found]:
    """Return the rows of an answer; an empty list comes as text, as nothing, or not at all."""
    found = answer.get(outer)
    if isinstance(found, dict):
        found = found.get(inner, found)
    if isinstance(found, dict):
        found = [found] if "id" in found else [*found.values()]
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def unfolded(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer in which ``domains[domain][0][id]`` is a place instead of a name."""
    found: dict[str, Any] = {}
    for name, value in answer.items():
        first, *rest = name.replace("]", "").split("[")
        place = found
        for step in (first, *rest)[:-1]:
            inner = place.setdefault(step, {})
            if not isinstance(inner, dict):
                break
            place = inner
        place[(first, *rest)[-1]] = value
    return found


def _client(answer: Mapping[str, Any]) -> Found:
    """Return the details of a client, which older versions give without a frame."""
    client = answer.get("client")
    return client if isinstance(client, dict) else answer


def _customer(client: Found) -> Part:
    return {
        "customer.name": text(client, "companyname") or _name(client),
        "customer.kind": "company" if text(client, "companyname") else "person",
        "customer.language": _LANGUAGES.get(text(client, "language").lower()),
    }


def _name(person: Found) -> str:
    return f"{text(person, 'firstname')} {text(person, 'lastname')}".strip()


def _kind(product: Found) -> str:
    words = folded(f"{text(product, 'groupname')} {text(product, 'name')}")
    return next((kind for word, kind in _KINDS if word in words), "site")


def _domain(domain: Found) -> Part:
    return {
        "service.kind": "domain",
        "service.name": text(domain, "domainname"),
        "service.registry_state": _REGISTRY.get(folded(text(domain, "status"))),
        "service.registry_expires_on": day_of(domain.get("expirydate")),
    }


def _relation(item: Found) -> str:
    """Return what an item of an invoice is for; Domain, DomainRegister and so on are one."""
    kind = text(item, "type").lower()
    return f"{'domain' if kind.startswith('domain') else kind} {text(item, 'relid')}"


def _bill(row: Found) -> Bill:
    return Bill(
        number=text(row, "invoicenum") or text(row, "id"),
        issued_on=day_of(row.get("date")),
        due_on=day_of(row.get("duedate")),
        paid_on=day_of(row.get("datepaid")),
        amount=row.get("total"),
        currency=text(row, "currencycode") or "EUR",
    )


def _cure(said: str) -> str:
    cures = (f" To mend it, {cure}." for word, cure in _CURES if word in said.lower())
    return next(cures, "")
