"""What Meta's documentation lets a request to /messages hold, as a JSON schema.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/messages
"""

from typing import Any

from jsonschema import Draft202012Validator

Schema = dict[str, Any]


def _object(required: str, **properties: object) -> Schema:
    """Return the schema of an object with these properties and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


def _text(most: int) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": most}


_LINK = {"type": "string", "pattern": "^https?://"}
_IMAGE = _object("link", link=_LINK, caption=_text(1024))
_TAP = _object(
    "type reply",
    type={"const": "reply"},
    reply=_object("id title", id=_text(256), title=_text(20)),
)
_ROW = _object("id title", id=_text(200), title=_text(24), description=_text(72))
_BUTTONS = _object(
    "type body action",
    type={"const": "button"},
    header=_object("type image", type={"const": "image"}, image=_object("link", link=_LINK)),
    body=_object("text", text=_text(1024)),
    action=_object(
        "buttons", buttons={"type": "array", "items": _TAP, "minItems": 1, "maxItems": 3}
    ),
)
_LIST = _object(
    "type body action",
    type={"const": "list"},
    body=_object("text", text=_text(1024)),
    action=_object(
        "button sections",
        button=_text(20),
        sections={
            "type": "array",
            "minItems": 1,
            "maxItems": 1,  # More of them would need titles.
            "items": _object(
                "rows", rows={"type": "array", "items": _ROW, "minItems": 1, "maxItems": 10}
            ),
        },
    ),
)
_COMMON = {
    "messaging_product": {"const": "whatsapp"},
    "recipient_type": {"const": "individual"},
    "to": {"type": "string", "pattern": r"^\+[1-9]\d{5,14}$"},
    "recipient": {"type": "string", "pattern": r"^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$"},
}


def _message(kind: str, content: Schema) -> Schema:
    properties = _COMMON | {"type": {"const": kind}, kind: content}
    message = _object(f"messaging_product recipient_type type {kind}", **properties)
    return message | {"oneOf": [{"required": ["to"]}, {"required": ["recipient"]}]}


_SEEN = _object(
    "messaging_product status message_id",
    messaging_product={"const": "whatsapp"},
    status={"const": "read"},
    message_id={"type": "string", "pattern": "^wamid\\."},
    typing_indicator=_object("type", type={"const": "text"}),
)
_VALIDATOR = Draft202012Validator(
    {
        "oneOf": [
            _message("text", _object("body", body=_text(4096), preview_url={"type": "boolean"})),
            _message("image", _IMAGE),
            _message("interactive", {"oneOf": [_BUTTONS, _LIST]}),
            _SEEN,
        ]
    }
)


def faults(order: object) -> list[str]:
    """Return what is wrong with a request, none if Meta would take it."""
    found = [error.message for error in _VALIDATOR.iter_errors(order)]
    return found or [f"{title!r} is there twice" for title in _twice(order)]


def _twice(order: object) -> list[str]:
    """Return titles that are on several buttons of one message."""
    content = order.get("interactive", {}) if isinstance(order, dict) else {}
    titles = [one["reply"]["title"] for one in content.get("action", {}).get("buttons", [])]
    return sorted({title for title in titles if titles.count(title) > 1})
