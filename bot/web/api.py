"""What a billing system may call: to tell at once of a contract that has changed."""

import hmac
import json
import logging
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.contracts.shape import ContractShape
from bot.domain.calendar import ROME
from bot.domain.errors import OlderData
from bot.domain.standing import standing
from bot.web.bodies import limited_body

MAX_CONTRACT_BYTES = 256 * 1024
_log = logging.getLogger(__name__)


class _Dated(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    as_of: AwareDatetime | None = None


class Api:
    """Takes contracts into the read copy, one at a time; the same one twice changes nothing."""

    def __init__(self, app: App) -> None:
        self._app = app

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [Route("/api/contracts/{id}", self.contract, methods=["PUT", "DELETE"])]

    async def contract(self, request: Request) -> Response:
        """Put a contract, or take it away."""
        refused = self._refused(request)
        if refused is not None:
            return refused
        number = request.path_params["id"]
        if request.method == "DELETE":
            gone = await self._app.importer.remove(number)
            return Response(status_code=204 if gone else 404)
        body = await limited_body(request, MAX_CONTRACT_BYTES)
        try:
            return await self._put(number, json.loads(body))
        except ValidationError as error:
            return _problem(422, "Some values are not as they should be.", _faults(error))
        except (ValueError, RecursionError):
            return _problem(400, "The body is not JSON.")
        except OlderData as error:
            return _problem(409, str(error))

    async def _put(self, number: str, raw: Any) -> Response:  # noqa: ANN401 - any JSON
        if isinstance(raw, dict):
            raw = {"contract_id": number} | raw
        now = self._app.clock.now()
        context = {"today": now.astimezone(ROME).date()}
        shape = ContractShape.model_validate(raw, context=context)
        if shape.contract_id != number:
            return _problem(422, f"The body is about {shape.contract_id}, the address {number}.")
        record = shape.record(_Dated.model_validate(raw).as_of or now)
        changed = await self._app.importer.put(record)
        calendar = self._app.settings.general.calendar
        told = {
            "contract_id": number,
            "standing": standing(record, calendar, now),
            "changed": changed,
        }
        return JSONResponse(told, 201 if changed is None else 200)

    def _refused(self, request: Request) -> Response | None:
        general = self._app.settings.general
        token = general.push_token.get_secret_value()
        if not token:
            return _problem(404, "Set SPORTELLO_PUSH_TOKEN to switch this on.")
        if general.contracts != "read_copy":
            return _problem(404, f"Contracts come from {general.contracts}, not from here.")
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), token.encode()):
            _log.warning("push_refused")
            return _problem(401, "Send the token as: Authorization: Bearer TOKEN.")
        return None


def _faults(error: ValidationError) -> list[dict[str, str]]:
    return [
        {"at": ".".join(map(str, detail["loc"])), "fault": detail["msg"]}
        for detail in error.errors()
    ]


def _problem(status: int, detail: str, faults: list[dict[str, str]] | None = None) -> Response:
    """Return a problem in the form of RFC 9457."""
    body: dict[str, object] = {"status": status, "detail": detail}
    if faults:
        body["faults"] = faults
    return JSONResponse(body, status, media_type="application/problem+json")
