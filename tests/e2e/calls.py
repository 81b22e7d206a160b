"""Calls of Telegram's webhook without Telegram, for tests in which nobody is to be answered."""

from typing import Any

import httpx

from tests.e2e.program import HTTP, Program

SECRET = "only-telegram_knows"
TELEGRAM = {
    "TELEGRAM_BOT_TOKEN": "123456789:AAExampleToken_of_35_chars_abcdefgh",
    "TELEGRAM_WEBHOOK_SECRET": SECRET,
    "TELEGRAM_API_BASE": "http://127.0.0.1:9",  # Nobody is there, so each reply is put off.
}


def write(desk: Program, number: int = 1, text: str = "che orari fate?") -> httpx.Response:
    """Have a customer write a message; each number is another message."""
    customer = {"id": 7, "first_name": "Lucia"}
    message = {
        "message_id": number,
        "date": 1764583200,
        "chat": customer | {"type": "private"},
        "from": customer | {"is_bot": False},
        "text": text,
    }
    return HTTP.post(
        f"{desk.base}/webhooks/telegram",
        json={"update_id": number, "message": message},
        headers={"X-Telegram-Bot-Api-Secret-Token": SECRET},
    )


def health(desk: Program) -> dict[str, Any]:
    """Return what the program says of itself, or nothing while it says nothing."""
    try:
        found: dict[str, Any] = HTTP.get(f"{desk.base}/healthz").json()
    except httpx.TransportError:
        return {}
    return found
