"""Calls of Twilio's APIs through its package, with its errors as ours."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from bot.channels.whatsapp.http import AskedToWait, NoAnswer, PooledHttpClient
from bot.domain.errors import DeliveryError
from bot.ports import Clock

TIMEOUT_SECONDS = 10.0
_PASSING_CODES = frozenset({20429, 63018})
"""Twilio's codes for "too many"; https://www.twilio.com/docs/api/errors"""
_TOO_MANY, _SERVER_ERROR = 429, 500
OPTED_OUT = 21610
"""The code for somebody who has sent STOP; https://www.twilio.com/docs/api/errors/21610"""
_TEMPLATE_CODES = frozenset(
    {21654, 21655, 21656, 63005, 63013, 63021, 63027, 63028, 63029, 63030, 63040, 63041, 63042}
)
"""Codes for something about a template or its variables; as text the same may get through."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What Twilio answers.

    Args:
        body: The JSON; empty where there is none.
        headers: With names in any case.
    """

    body: Mapping[str, Any]
    headers: Mapping[str, str]


class TwilioCalls:
    """An account with Twilio."""

    def __init__(
        self, account: tuple[str, str], http: httpx.AsyncClient, api_base: str, clock: Clock
    ) -> None:
        sid, token = account
        client = PooledHttpClient(http, api_base, TIMEOUT_SECONDS, clock)
        self._client = Client(sid, token, http_client=client)
        self.account_sid = sid

    async def send(self, **message: object) -> str:
        """Have a message sent, and return Twilio's id for it.

        Raises:
            DeliveryError: It was not accepted, or perhaps it was.
        """
        with _errors_as_ours():
            made = await self._client.messages.create_async(**message)
        if not made.sid:
            raise DeliveryError("Twilio's answer names no message.", uncertain=True)
        return str(made.sid)

    async def ask(
        self,
        method: str,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        content: Mapping[str, object] | None = None,
    ) -> Answer:
        """Return the answer to another call, with a form or with JSON.

        Raises:
            DeliveryError: Twilio refuses, or does not answer.
        """
        kind = "application/json" if content else "application/x-www-form-urlencoded"
        with _errors_as_ours():
            answer = await self._client.request_async(
                method, url, data=dict(content or form or {}), headers={"Content-Type": kind}
            )
            body = json.loads(answer.text) if answer.text else {}
            if answer.status_code >= httpx.codes.BAD_REQUEST:
                message, code = body.get("message", "no reason given"), body.get("code")
                raise TwilioRestException(answer.status_code, url, message, code, method)
        return Answer(body=body, headers=answer.headers)


def code_of(error: DeliveryError) -> int:
    """Return Twilio's number for what is wrong, or the HTTP status; 0 if it did not answer."""
    cause = error.__cause__
    return int(cause.code or cause.status) if isinstance(cause, TwilioRestException) else 0


def is_about_template(error: DeliveryError) -> bool:
    """Tell whether it is the template that was refused, and not what it says or to whom."""
    return error.permanent and code_of(error) in _TEMPLATE_CODES


@contextmanager
def _errors_as_ours() -> Iterator[None]:
    try:
        yield
    except NoAnswer as error:
        reason = f"Twilio did not answer: {error}"
        raise DeliveryError(reason, uncertain=error.reached) from error
    except AskedToWait as error:
        raise DeliveryError(str(error), retry_after=error.pause) from error
    except TwilioRestException as error:
        raise _refusal(error) from error
    except (TwilioException, ValueError, TypeError, AttributeError) as error:
        # The package lets through what goes wrong in reading an answer that is not Twilio's.
        reason = f"Twilio's answer is unreadable: {error}"
        raise DeliveryError(reason, uncertain=True) from error


def _refusal(error: TwilioRestException) -> DeliveryError:
    passing = (
        error.status == _TOO_MANY or error.status >= _SERVER_ERROR or error.code in _PASSING_CODES
    )
    reason = f"Twilio refused: {error.code or error.status} {error.msg}"
    barred = "opted_out" if error.code == OPTED_OUT else ""
    return DeliveryError(reason, permanent=not passing, barred=barred)
