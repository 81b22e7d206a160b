"""Stands in for Twilio: takes what the program sends, and calls its webhook until it is taken."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator

ACCOUNT, TOKEN, DESK = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a secret", "+390000000900"
_SLOWEST_CALL_SECONDS = 0.05


@dataclass
class Vendor:
    """Takes messages, a little slowly, and remembers them."""

    chance: random.Random
    taken: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    async def send(self, request: Request) -> Response:
        """Take a message to a customer."""
        try:
            form = await request.form()
        except ClientDisconnect:  # The program was cut off in the middle of a call.
            return Response(status_code=400)
        self.taken[str(form["To"]).removeprefix("whatsapp:")].append(str(form["Body"]))
        await asyncio.sleep(self.chance.uniform(0, _SLOWEST_CALL_SECONDS))
        sid = f"SM{self.chance.getrandbits(128):032x}"
        return JSONResponse({"sid": sid, "status": "queued"}, 201)

    @asynccontextmanager
    async def serving(self, host: str, port: int) -> AsyncIterator[None]:
        """Answer at an address for as long as the block lasts."""
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        server = uvicorn.Server(
            uvicorn.Config(
                Starlette(routes=[Route(path, self.send, methods=["POST"])]),
                host=host,
                port=port,
                log_config=None,
                lifespan="off",
                timeout_graceful_shutdown=1,
            )
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(server.serve())
            try:
                yield
            finally:
                server.should_exit = True


def settings_for(address: str) -> dict[str, str]:
    """Return the settings of a program that talks to the vendor at an address."""
    return {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_WHATSAPP_FROM": DESK,
        "TWILIO_API_BASE": address,
    }


@dataclass(frozen=True)
class Webhook:
    """Calls the webhook of one program, as Twilio does."""

    http: httpx.AsyncClient
    base: str

    async def takes(self, number: str, sid: str, text: str) -> bool:
        """Tell whether the program says that it has a message."""
        form = {
            "MessageSid": sid,
            "AccountSid": ACCOUNT,
            "From": f"whatsapp:{number}",
            "To": f"whatsapp:{DESK}",
            "WaId": number[1:],
            "Body": text,
            "NumMedia": "0",
        }
        url = f"{self.base}/webhooks/twilio"
        headers = {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(url, form)}
        try:
            answer = await self.http.post(url, data=form, headers=headers)
        except httpx.TransportError:
            return False
        return answer.status_code == httpx.codes.OK
