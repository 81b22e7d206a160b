"""A provider's API of contracts on this machine, over real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.contracts.serving import serving

TOKEN = "of the provider"


@dataclass
class Peer:
    """The API, with its contracts; ``fault`` makes it misbehave.

    Args:
        asked: Path and query of each call.
        fault: slow, long, junk, deep, or a status; empty if it behaves.
        careless: Whether it answers every question with all it has.
    """

    contracts: list[dict[str, Any]]
    as_of: str = "2026-11-25T09:30:00+01:00"
    base: str = ""
    asked: list[str] = field(default_factory=list)
    answered: list[tuple[str, Any]] = field(default_factory=list)
    fault: str = ""
    careless: bool = False

    async def search(self, request: Request) -> Response:
        """Answer with the contracts of a phone number or an e-mail address."""
        key, sought = next(iter(request.query_params.items()))
        found = [
            one
            for one in self.contracts
            if self.careless or any(person.get(key) == sought for person in one["contacts"])
        ]
        return await self._answer(request, "list", {"as_of": self.as_of, "contracts": found})

    async def one(self, request: Request) -> Response:
        """Answer with one contract."""
        number = request.path_params["number"]
        found = [one for one in self.contracts if self.careless or one["contract_id"] == number]
        if not found:
            return await self._answer(request, "missing", {"detail": "none"}, 404)
        return await self._answer(request, "one", {"as_of": self.as_of, **found[0]})

    async def _answer(
        self, request: Request, kind: str, body: object, status: int = 200
    ) -> Response:
        self.asked.append(request.url.path + "?" + request.url.query)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return JSONResponse({}, 401)
        if self.fault == "slow":
            await asyncio.sleep(3600)
        if self.fault == "long":
            return StreamingResponse(_long())
        if self.fault == "junk":
            return Response("<html>")
        if self.fault == "deep":
            return Response("[" * 100_000)
        if self.fault:
            return JSONResponse({}, int(self.fault))
        self.answered.append((kind, json.loads(json.dumps(body))))
        return JSONResponse(body, status)


async def _long() -> AsyncIterator[bytes]:
    for _ in range(64):
        yield b" " * 65536


@asynccontextmanager
async def serving_api(peer: Peer) -> AsyncIterator[Peer]:
    """Serve the API for as long as the block lasts."""
    routes = [
        Route("/v1/contracts", peer.search),
        Route("/v1/contracts/{number:path}", peer.one),
    ]
    async with serving(routes) as address:
        peer.base = f"{address}/v1"
        yield peer
