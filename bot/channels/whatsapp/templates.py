"""Content templates: how choices and notices are written for Twilio, and kept there.

Sources: https://www.twilio.com/docs/content/twilio-quick-reply and .../twiliolist-picker; bodies,
titles, ids, descriptions and the button of a list may all be variables. None may be empty, and
that of a body may hold no line break: https://www.twilio.com/docs/api/errors/21656
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import httpx

from bot.channels.whatsapp.calls import TwilioCalls, code_of
from bot.domain.errors import DeliveryError
from bot.domain.messages import Button, ChannelLimits, Reply
from bot.domain.wording import shortened
from bot.ports import Blueprint, VendorTemplate
from bot.service.templates import choice_name

_CONTENT = "https://content.twilio.com/v1/Content"
_QUICK_BUTTONS, _BUTTON, _ROW, _DESCRIPTION = 3, 20, 24, 72
"""What quick replies and rows of lists hold, in number and in characters."""
_NOT_THERE = frozenset({httpx.codes.NOT_FOUND, 20404})

PLAIN = ChannelLimits(
    text=1600,  # https://www.twilio.com/docs/api/errors/21617
    buttons=0,
    button_text=_BUTTON,
    window=timedelta(hours=24),  # https://www.twilio.com/docs/api/errors/63016
    per_second=80,  # for one number; https://www.twilio.com/docs/whatsapp/api
    formats=True,
)
"""What a message without templates holds."""
RICH = replace(
    PLAIN,
    buttons=_QUICK_BUTTONS,
    rows=10,
    row_text=_DESCRIPTION,
    # Twilio allows 1024; but as a numbered list, if it must be one, it has to fit into 1600.
    line_over_buttons=700,
)


def limits_with(known: Mapping[str, VendorTemplate]) -> ChannelLimits:
    """Return what a message can hold, given the templates that the vendor keeps."""
    return RICH if choice_name("quick", 1) in known else PLAIN


def fields_of(reply: Reply, known: Mapping[str, VendorTemplate]) -> Mapping[str, str] | None:
    """Return the fields by which a reply is sent as a template, or None if it is not to be.

    Raises:
        DeliveryError: The reply is a notice that the vendor does not keep.
    """
    if reply.template is not None:
        name, values = reply.template.name, list(reply.template.values)
        if name not in known:
            reason = f"Twilio does not have the template {name}: sportello channels sync twilio"
            raise DeliveryError(reason, permanent=True)
    elif reply.buttons and reply.picture is None:
        kind = kind_of(reply.buttons)
        name, values = choice_name(kind, len(reply.buttons)), list(_values(kind, reply))
    else:
        return None
    if name not in known or not all(values):
        return None
    numbered = {str(number): value for number, value in enumerate(values, start=1)}
    variables = json.dumps(numbered, ensure_ascii=False)
    return {"content_sid": known[name].vendor_id, "content_variables": variables}


def kind_of(buttons: Sequence[Button]) -> str:
    """Return how choices are shown so that none of their words is lost."""
    longest = max(len(button.text) for button in buttons)
    if len(buttons) <= _QUICK_BUTTONS and longest <= _BUTTON:
        return "quick"
    return "list" if longest <= _ROW else "rows"


def _values(kind: str, reply: Reply) -> Iterator[str]:
    """Yield the values of a template's variables, in their order."""
    yield " ".join(reply.text.split())
    if kind != "quick":
        yield shortened(reply.open_list, _BUTTON)
    for button in reply.buttons:
        yield shortened(button.text, _ROW)
        yield button.payload
        if kind == "rows":
            yield button.text


class Contents:
    """Twilio's Content API."""

    def __init__(self, calls: TwilioCalls) -> None:
        self._calls = calls

    def digest(self, blueprint: Blueprint) -> str:
        """Return a digest of what Twilio would be given."""
        return sha256(json.dumps(_content(blueprint), sort_keys=True).encode()).hexdigest()

    async def exists(self, vendor_id: str) -> bool:
        """Tell whether Twilio still has a content."""
        try:
            await self._calls.ask("GET", f"{_CONTENT}/{vendor_id}")
        except DeliveryError as error:
            if code_of(error) in _NOT_THERE:
                return False
            raise
        return True

    async def create(self, blueprint: Blueprint) -> str:
        """Make a content, and return its SID."""
        answer = await self._calls.ask("POST", _CONTENT, content=_content(blueprint))
        return str(answer.body["sid"])

    async def delete(self, vendor_id: str) -> None:
        """Delete a content, if it is there."""
        try:
            await self._calls.ask("DELETE", f"{_CONTENT}/{vendor_id}")
        except DeliveryError as error:
            if code_of(error) not in _NOT_THERE:
                raise

    async def submit(self, vendor_id: str, blueprint: Blueprint) -> str:
        """Ask WhatsApp for approval, and return its word for how far that is.

        WhatsApp does not take the name of a deleted template again, so it has the digest in it.
        """
        answer = await self._calls.ask(
            "POST",
            f"{_CONTENT}/{vendor_id}/ApprovalRequests/whatsapp",
            content={
                "name": f"{blueprint.name}_{self.digest(blueprint)[:8]}",
                "category": blueprint.category,
            },
        )
        return str(answer.body.get("status") or "received")

    async def approval(self, vendor_id: str) -> tuple[str, str]:
        """Return WhatsApp's word for how far the approval is, and why it was rejected."""
        answer = await self._calls.ask("GET", f"{_CONTENT}/{vendor_id}/ApprovalRequests")
        found = answer.body.get("whatsapp") or {}
        return str(found.get("status") or ""), str(found.get("rejection_reason") or "")


def _content(blueprint: Blueprint) -> dict[str, object]:
    types, samples = _TYPES[blueprint.kind](blueprint)
    return {
        "friendly_name": blueprint.name,
        "language": blueprint.language,
        "variables": {str(number): text for number, text in enumerate(samples, start=1)},
        "types": types,
    }


_Types = tuple[dict[str, object], Sequence[str]]


def _text(blueprint: Blueprint) -> _Types:
    return {"twilio/text": {"body": blueprint.body}}, blueprint.samples


def _quick(blueprint: Blueprint) -> _Types:
    actions = [
        {"type": "QUICK_REPLY", "title": f"{{{{{at}}}}}", "id": f"{{{{{at + 1}}}}}"}
        for at in range(2, 2 + 2 * blueprint.count, 2)
    ]
    samples = [f"{word} {at}" for at in range(1, blueprint.count + 1) for word in ("Scelta", "id")]
    return {"twilio/quick-reply": {"body": "{{1}}", "actions": actions}}, ["Domanda", *samples]


def _list(blueprint: Blueprint) -> _Types:
    keys = ("item", "id", "description")[: 3 if blueprint.kind == "rows" else 2]
    items = [
        {key: f"{{{{{3 + row * len(keys) + at}}}}}" for at, key in enumerate(keys)}
        for row in range(blueprint.count)
    ]
    samples = [f"{key} {row}" for row in range(1, blueprint.count + 1) for key in keys]
    picker = {"body": "{{1}}", "button": "{{2}}", "items": items}
    return {"twilio/list-picker": picker}, ["Domanda", "Scelte", *samples]


_TYPES: Mapping[str, Callable[[Blueprint], _Types]] = {
    "text": _text,
    "quick": _quick,
    "list": _list,
    "rows": _list,
}
