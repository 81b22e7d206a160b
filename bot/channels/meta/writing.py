"""What Meta is asked to send, and what its refusals mean; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx

from bot.domain.errors import DeliveryError
from bot.domain.fitting import with_numbers
from bot.domain.messages import Address, Button, Reply
from bot.domain.wording import shortened

# https://developers.facebook.com/documentation/business-messaging/whatsapp/messages
_MOST_ALONE_CHARS, _MOST_BODY_CHARS = 4096, 1024  # Below a body there are choices, or a picture.
_MOST_BUTTONS, MOST_ROWS = 3, 10
_BUTTON_CHARS, _ROW_CHARS, MOST_DESCRIPTION_CHARS = 20, 24, 72
_MOST_PAYLOAD_CHARS = 200
_OPENS_LIST = "☰"
"""Meta wants something on the button that opens a list, also where a reply has no words for it."""

MOST_TEXT_CHARS = _MOST_ALONE_CHARS - 200 - MOST_ROWS * (MOST_DESCRIPTION_CHARS + len("10. \n"))
"""Choices that do not fit below a long text are numbered in it, with an invitation above them."""

# https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
_TOKEN_LAPSED = frozenset({0, 190})
"""Who sets a new one wants what waits to be sent then."""

_PASSING = _TOKEN_LAPSED | {1, 2, 4, 80007, 130429, 131000, 131016, 131056, 131057, 133004}
_PAUSES: Mapping[int, timedelta] = {
    4: timedelta(minutes=1),
    80007: timedelta(minutes=1),
    131056: timedelta(seconds=6),  # What one person may be sent: a message in six seconds.
    131057: timedelta(minutes=5),
}
_Order = dict[str, Any]


def order(to: Address, reply: Reply, picture: str) -> _Order:
    """Return the request that sends a reply.

    Args:
        to: Who reads it: a phone number, or the id of somebody who hides theirs.
        reply: What they read.
        picture: The address of the picture above it, or nothing.
    """
    return addressed(to, _content(reply, picture))


def addressed(to: Address, content: _Order) -> _Order:
    """Return the request that sends what a message holds to a customer."""
    whom = {"to" if to.id.startswith("+") else "recipient": to.id}
    common = {"messaging_product": "whatsapp", "recipient_type": "individual"}
    return common | whom | content


def seen(message_id: str) -> _Order:
    """Return the request that marks a message as read and shows that somebody is writing."""
    return {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": message_id,
        "typing_indicator": {"type": "text"},
    }


def refusal(answer: httpx.Response) -> DeliveryError:
    """Return what a refusal means for the reply."""
    code, words = error_in(answer)
    passing = (
        answer.status_code in {401, 429} or answer.status_code >= 500 or code in _PASSING  # noqa: PLR2004 - HTTP
    )
    asked = answer.headers.get("retry-after", "")
    pause = timedelta(seconds=int(asked[:9])) if asked.isdecimal() else _PAUSES.get(code)
    cure = "; set a new META_ACCESS_TOKEN" if code in _TOKEN_LAPSED else ""
    return DeliveryError(
        f"Meta refused: {code} {words}{cure}", permanent=not passing, retry_after=pause
    )


def error_in(answer: httpx.Response) -> tuple[int, str]:
    """Return the code and the words of a refusal; what HTTP says if it is not Meta's."""
    try:
        error = answer.json()["error"]
        details = (error.get("error_data") or {}).get("details", "")
        return int(error["code"]), " ".join(filter(None, (str(error.get("message", "")), details)))
    except (ValueError, LookupError, TypeError, AttributeError):
        return answer.status_code, answer.reason_phrase


def _content(reply: Reply, picture: str) -> _Order:
    buttons = [one for one in reply.buttons if len(one.payload) <= _MOST_PAYLOAD_CHARS]
    if len(reply.text) > _MOST_BODY_CHARS:  # It also makes sense without its picture.
        return _text(with_numbers(replace(reply, buttons=tuple(buttons))))
    if buttons and _fit_as_buttons(buttons):
        return _interactive(_buttons(reply.text, buttons, picture))
    if buttons:
        return _interactive(_list(reply, buttons))
    if picture:
        return {"type": "image", "image": {"link": picture, "caption": reply.text}}
    return _text(reply.text)


def _text(text: str) -> _Order:
    return {"type": "text", "text": {"body": text, "preview_url": "https://" in text}}


def _interactive(content: _Order) -> _Order:
    return {"type": "interactive", "interactive": content}


def _fit_as_buttons(buttons: Sequence[Button]) -> bool:
    texts = {button.text for button in buttons if len(button.text) <= _BUTTON_CHARS}
    return len(texts) == len(buttons) <= _MOST_BUTTONS


def _buttons(text: str, buttons: Sequence[Button], picture: str) -> _Order:
    header = {"header": {"type": "image", "image": {"link": picture}}} if picture else {}
    taps = [
        {"type": "reply", "reply": {"id": button.payload, "title": button.text}}
        for button in buttons
    ]
    return header | {"type": "button", "body": {"text": text}, "action": {"buttons": taps}}


def _list(reply: Reply, buttons: Sequence[Button]) -> _Order:
    opens = shortened(reply.open_list, _BUTTON_CHARS) or _OPENS_LIST
    action = {"button": opens, "sections": [{"rows": [_row(one) for one in buttons]}]}
    return {"type": "list", "body": {"text": reply.text}, "action": action}


def _row(button: Button) -> _Order:
    row = {"id": button.payload, "title": shortened(button.text, _ROW_CHARS)}
    return row | ({"description": button.text} if len(button.text) > _ROW_CHARS else {})
