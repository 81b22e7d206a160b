"""A FOSSBilling installation on this machine, with the answers of the real one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.contracts.serving import serving

KEY = "the-key-of-an-administrator"
MOST_ROWS = 25
Rows = list[dict[str, Any]]


def client(number: int = 1, **facts: object) -> dict[str, Any]:
    return {
        "id": number,
        "email": "prova@example.org",
        "company": None,
        "first_name": "Prova",
        "last_name": "Uno",
        "phone_cc": "39",
        "phone": "0923952636",
        "country": "IT",
        "lang": "it_IT",
    } | facts


def order(number: int = 5, **facts: object) -> dict[str, Any]:
    return {
        "id": number,
        "client_id": 1,
        "service_id": 3,
        "service_type": "hosting",
        "title": "MySite Plus",
        "period": "1Y",
        "status": "active",
        "expires_at": "2027-03-10 00:00:00",
        "suspended_at": None,
        "canceled_at": None,
        "meta": [],
    } | facts


def invoice(number: int = 40, *orders: int, **facts: object) -> dict[str, Any]:
    lines = [{"id": at, "order_id": one, "type": "order"} for at, one in enumerate(orders)]
    return {
        "id": number,
        "serie_nr": f"FOSS{number:05}",
        "client_id": 1,
        "currency": "EUR",
        "total": 146.4,
        "status": "unpaid",
        "approved": True,
        "created_at": "2026-10-01 09:00:00",
        "due_at": "2026-10-20 00:00:00",
        "paid_at": None,
        "lines": lines,
    } | facts


@dataclass
class FossbillingPeer:
    """The installation; ``services`` by their order, ``hidden`` orders are in no list."""

    clients: Rows = field(default_factory=list)
    orders: Rows = field(default_factory=list)
    invoices: Rows = field(default_factory=list)
    services: dict[str, Any] = field(default_factory=dict)
    hidden: tuple[int, ...] = ()
    base: str = ""
    error: object = None
    body: str = ""
    asked: list[str] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        """Answer one call of the API for administrators."""
        path = request.path_params["path"]
        self.asked.append(path)
        wanted = httpx.BasicAuth("admin", KEY)
        given = next(wanted.auth_flow(httpx.Request("GET", "http://x"))).headers["authorization"]
        if request.headers.get("authorization") != given:
            error = {"message": "Authentication Failed", "code": 201}
            return JSONResponse({"result": None, "error": error}, 401)
        if self.body:
            return Response(self.body)
        if self.error:
            return JSONResponse({"result": None, "error": self.error})
        found = self._found(path, request)
        missing = {"message": "Order not found", "code": 0} if found is None else None
        return JSONResponse({"result": found, "error": missing})

    def _found(self, path: str, request: Request) -> object:
        if path == "order/service":
            return self.services.get(request.query_params["id"], False)
        if path == "order/get":
            wanted = request.query_params["id"]
            return next((one for one in self.orders if str(one["id"]) == wanted), None)
        shown = [one for one in self.orders if one["id"] not in self.hidden]
        rows = {
            "client/get_list": self.clients,
            "order/get_list": shown,
            "invoice/get_list": self.invoices,
        }[path]
        asked = request.query_params
        size = min(int(asked.get("per_page", 10)), MOST_ROWS)
        page = int(asked.get("page", 1))
        return {
            "pages": ceil(len(rows) / size),
            "page": page,
            "per_page": size,
            "total": len(rows),
            "list": rows[(page - 1) * size : page * size],
        }


@asynccontextmanager
async def serving_fossbilling(peer: FossbillingPeer) -> AsyncIterator[FossbillingPeer]:
    """Serve the installation for as long as the block lasts."""
    async with serving([Route("/api/admin/{path:path}", peer.answer)]) as address:
        peer.base = address
        yield peer
