"""A WHMCS installation on this machine, with the ways of the real one.

Numbers are text, days that are none are zeros, an empty list is an empty text, and a page has at
most 25 rows whatever is asked for.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.contracts.serving import serving

ACCOUNT = ("the-identifier", "the-secret")
MOST_ROWS = 25
NO_DAY = "0000-00-00"
LISTS = {
    "GetClients": ("clients", "client"),
    "GetContacts": ("contacts", "contact"),
    "GetClientsProducts": ("products", "product"),
    "GetClientsDomains": ("domains", "domain"),
    "GetInvoices": ("invoices", "invoice"),
}

Rows = list[dict[str, Any]]


def client(number: int = 1, **facts: str) -> dict[str, Any]:
    return {
        "id": str(number),
        "firstname": "Prova",
        "lastname": "Uno",
        "companyname": "",
        "email": "prova@example.org",
        "countrycode": "IT",
        "phonenumber": "0923952636",
        "phonenumberformatted": "+39.0923952636",
        "language": "italian",
        "status": "Active",
        "password": "$2y$10$xxxxxxxx",
    } | facts


def product(number: int = 12, **facts: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {
        "id": str(number),
        "clientid": "1",
        "pid": "3",
        "name": "MySite Plus",
        "groupname": "Siti",
        "domain": "prova.it",
        "servername": "server18",
        "suspensionreason": "",
        "billingcycle": "Annually",
        "nextduedate": "2027-03-10",
        "status": "Active",
        "password": "xxxxxxxx",
        "overidesuspenduntil": NO_DAY,
        "lastupdate": f"{NO_DAY} 00:00:00",
        "customfields": {"customfield": []},
    } | facts


def domain(number: int = 7, **facts: str) -> dict[str, Any]:
    return {
        "id": str(number),
        "userid": "1",
        "domainname": "prova.it",
        "regperiod": "1",
        "expirydate": "2027-03-08",
        "nextduedate": "2027-03-08",
        "status": "Active",
        "donotrenew": "0",
    } | facts


def invoice(number: int = 40, *items: tuple[str, int], **facts: str) -> dict[str, Any]:
    return {
        "id": str(number),
        "userid": "1",
        "invoicenum": "",
        "date": "2026-10-01",
        "duedate": "2026-10-20",
        "datepaid": f"{NO_DAY} 00:00:00",
        "total": "146.40",
        "status": "Unpaid",
        "currencycode": "EUR",
        "items": {
            "item": [
                {"id": str(at), "type": kind, "relid": str(relid), "amount": "146.40"}
                for at, (kind, relid) in enumerate(items)
            ]
        },
    } | facts


@dataclass
class WhmcsPeer:
    """The installation.

    Args:
        flat: Whether lists are told by keys such as ``domains[domain][0][id]``.
        refuses: What it says instead of answering.
    """

    clients: Rows = field(default_factory=list)
    contacts: Rows = field(default_factory=list)
    products: Rows = field(default_factory=list)
    domains: Rows = field(default_factory=list)
    invoices: Rows = field(default_factory=list)
    base: str = ""
    flat: bool = False
    refuses: str = ""
    ignores_start: bool = False
    status: int = 200
    calls: list[str] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        """Answer one action."""
        form = await request.form()
        self.calls.append(str(form["action"]))
        if (form.get("identifier"), form.get("secret")) != ACCOUNT:
            return JSONResponse({"result": "error", "message": "Authentication Failed"}, 403)
        if self.refuses or self.status != 200:
            return JSONResponse({"result": "error", "message": self.refuses}, self.status)
        found = self._found(str(form["action"]), form)
        return JSONResponse({"result": "success"} | (dict(_flat(found)) if self.flat else found))

    def _found(self, action: str, form: FormData) -> dict[str, Any]:
        if action == "GetClientsDetails":
            (one,) = [one for one in self.clients if one["id"] == form["clientid"]]
            return {"client": one}
        if action == "GetInvoice":
            (one,) = [one for one in self.invoices if one["id"] == form["invoiceid"]]
            return one | {"invoiceid": one["id"], "transactions": ""}
        outer, inner = LISTS[action]
        rows = [_without(one) for one in getattr(self, outer)]
        if "status" in form:
            rows = [one for one in rows if one["status"] == form["status"]]
        start = 0 if self.ignores_start else int(str(form.get("limitstart", 0)))
        page = rows[start : start + min(int(str(form.get("limitnum", 25))), MOST_ROWS)]
        return {
            "totalresults": str(len(rows)),
            "startnumber": str(start),
            "numreturned": str(len(page)),
            outer: {inner: page} if page else "",
        }


def _without(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of a list: details of clients and items of invoices come one by one."""
    hidden = {"items", "phonenumberformatted", "countrycode", "language"}
    return {name: value for name, value in row.items() if name not in hidden}


def _flat(found: object, name: str = "") -> list[tuple[str, Any]]:
    if isinstance(found, dict):
        pairs = [(f"{name}[{key}]" if name else str(key), value) for key, value in found.items()]
    elif isinstance(found, list):
        pairs = [(f"{name}[{at}]", value) for at, value in enumerate(found)]
    else:
        return [(name, found)]
    return [pair for key, value in pairs for pair in _flat(value, key)]


@asynccontextmanager
async def serving_whmcs(peer: WhmcsPeer) -> AsyncIterator[WhmcsPeer]:
    """Serve the installation for as long as the block lasts."""
    routes = [Route("/billing/includes/api.php", peer.answer, methods=["POST"])]
    async with serving(routes) as address:
        peer.base = f"{address}/billing"
        yield peer
