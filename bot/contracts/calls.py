"""Calls to a back office over HTTP: bounded in time and length, and honest about failure."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.domain.errors import SourceUnavailable


@dataclass(frozen=True, kw_only=True)
class Call:
    """A question to a back office.

    Args:
        form: Sent as a form by POST; without one it is a GET.
        account: User and password of HTTP Basic.
    """

    url: str
    question: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    account: tuple[str, str] | None = None


class Caller:
    """Makes calls with the program's HTTP client.

    Args:
        http: The client.
        seconds: How long one call may take in all.
        most_bytes: How long an answer may be.
    """

    def __init__(self, http: httpx.AsyncClient, seconds: float, most_bytes: int) -> None:
        self._http = http
        self._seconds = seconds
        self._most_bytes = most_bytes

    async def ask(self, call: Call) -> tuple[int, bytes]:
        """Return the status and the body of an answer; raise SourceUnavailable without one."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._fetched(call)
        except (httpx.HTTPError, TimeoutError) as error:
            raise SourceUnavailable(f"It does not answer: {type(error).__name__}.") from error

    async def _fetched(self, call: Call) -> tuple[int, bytes]:
        body = bytearray()
        async with self._http.stream(
            "GET" if call.form is None else "POST",
            call.url,
            params=call.question,
            data=call.form,
            auth=call.account,
            headers={"Accept": "application/json", **call.headers},
            timeout=self._seconds,
        ) as answer:
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > self._most_bytes:
                    raise SourceUnavailable(f"Its answer is longer than {self._most_bytes} bytes.")
        self._http.cookies.clear()  # A session of theirs would ask for tokens of its own.
        return answer.status_code, bytes(body)


def as_json(body: bytes) -> Any:  # noqa: ANN401 - any JSON
    """Return what a body holds; raise SourceUnavailable if it is no JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SourceUnavailable("Its answer is not JSON.") from error
