"""Contracts from the provider's own JSON API, as docs/reference/api/contracts.yaml has it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from bot.contracts.calls import Call, Caller, as_json
from bot.contracts.shape import ContractShape
from bot.domain.calendar import ROME
from bot.domain.contract import ContractRecord
from bot.domain.errors import SourceUnavailable
from bot.ports import Clock

MAX_ANSWER_BYTES = 1024 * 1024
"""The contracts of one sender have a few kilobytes."""
_MOST_FAULTS = 3


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    as_of: AwareDatetime | None = None


class _List(_Answer):
    contracts: tuple[ContractShape, ...]


class HttpContracts:
    """Contracts behind an API of the provider's; each question is asked anew.

    Args:
        http: The program's HTTP client.
        base: Address before ``/contracts``.
        token: Sent as a bearer token; none if empty.
        timeout: How long one question may take in all.
        clock: Tells as of when an answer is right that does not say so itself.
    """

    def __init__(
        self, http: httpx.AsyncClient, base: str, token: str, timeout: timedelta, clock: Clock
    ) -> None:
        self._caller = Caller(http, timeout.total_seconds(), MAX_ANSWER_BYTES)
        self._base = base.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._clock = clock

    async def by_phone(self, phone: str) -> Sequence[ContractRecord]:
        """Return the contracts that have a contact with this E.164 number.

        Whatever the API answers, only a contract with exactly this number counts.
        """
        found = await self._listed({"phone": phone})
        return [one for one in found if one.contact_with(phone) is not None]

    async def by_email(self, email: str) -> Sequence[ContractRecord]:
        """Return the contracts that have a contact with this address, in lower case."""
        found = await self._listed({"email": email})
        return [one for one in found if one.contact_at(email) is not None]

    async def by_id(self, contract_id: str) -> ContractRecord | None:
        """Return one contract, or None if there is none."""
        if not contract_id.strip("."):
            return None  # As a part of an address it would lead elsewhere.
        raw = await self._get(f"contracts/{quote(contract_id, safe='')}", {}, missing=None)
        if raw is None:
            return None
        (found,) = self._read({"contracts": [raw], "as_of": _as_of(raw)})
        if found.contract_id != contract_id:
            raise SourceUnavailable("The API answers with another contract than was asked for.")
        return found

    async def _listed(self, question: Mapping[str, str]) -> Sequence[ContractRecord]:
        return self._read(await self._get("contracts", question))

    def _read(self, raw: object) -> Sequence[ContractRecord]:
        now = self._clock.now()
        try:
            answer = _List.model_validate(raw, context={"today": now.astimezone(ROME).date()})
        except ValidationError as error:
            # Without the values: these lines end up in logs.
            faults = [
                f"{'.'.join(map(str, one['loc']))}: {one['msg']}"
                for one in error.errors(include_input=False)
            ]
            raise SourceUnavailable(
                f"The API's answer is not as described: {'; '.join(faults[:_MOST_FAULTS])}."
            ) from None
        as_of = min(answer.as_of or now, now)
        records = {one.contract_id: one.record(as_of) for one in answer.contracts}
        if len(records) < len(answer.contracts):
            raise SourceUnavailable("The API's answer has a contract twice.")
        return list(records.values())

    async def _get(self, path: str, question: Mapping[str, str], *, missing: object = ...) -> Any:  # noqa: ANN401 - JSON
        call = Call(url=f"{self._base}/{path}", question=question, headers=self._headers)
        status, body = await self._caller.ask(call)
        if status == httpx.codes.NOT_FOUND and missing is not ...:
            return missing
        if status != httpx.codes.OK:
            raise SourceUnavailable(f"The API answers {status}{_CURES.get(status, '')}.")
        return as_json(body)


def _as_of(raw: object) -> object:
    return raw.get("as_of") if isinstance(raw, dict) else None


_CURES: Mapping[int, str] = {
    401: ": check SPORTELLO_API_TOKEN",
    403: ": check SPORTELLO_API_TOKEN",
    404: ": check SPORTELLO_API_URL",
}
