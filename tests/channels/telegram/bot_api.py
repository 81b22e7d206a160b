"""A Bot API in memory, under the real python-telegram-bot."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from telegram import Bot
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData

from bot.channels.network import VendorClock
from bot.channels.telegram import Telegram
from bot.channels.telegram.reading import Group
from bot.ports import Enclosures, Pictures

SECRET = "a-secret"
SENT: Mapping[str, Any] = {
    "message_id": 77,
    "date": 1795600000,
    "chat": {"id": 1001, "type": "private"},
}


@dataclass(frozen=True, kw_only=True)
class Call:
    method: str
    parameters: Mapping[str, Any]
    read_timeout: object
    files: Mapping[str, tuple[str, bytes | IO[bytes], str]]


@dataclass
class FakeBotApi(BaseRequest):
    """Answers as it is told, and remembers what it was asked.

    When it has no more updates it ends the polling, as somebody who stops the program does.
    """

    answer: Mapping[str, Any] | TelegramError = field(default_factory=lambda: ok(SENT))
    answers: dict[str, Mapping[str, Any] | TelegramError] = field(default_factory=dict)
    refusals: list[Mapping[str, Any]] = field(default_factory=list)
    updates: list[Sequence[object] | TelegramError] = field(default_factory=list)
    deletions: list[TelegramError] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def read_timeout(self) -> float:
        return 5

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(  # noqa: PLR0913, PLR0917 - the library's own signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = None,
        write_timeout: object = None,
        connect_timeout: object = None,
        pool_timeout: object = None,
    ) -> tuple[int, bytes]:
        parameters = request_data.parameters if request_data else {}
        name = url.rpartition("/")[2]
        files = request_data.multipart_data if request_data else None
        self.calls.append(
            Call(
                method=name,
                parameters=parameters,
                read_timeout=read_timeout,
                files=files or {},
            )
        )
        if name in self.files:
            return 200, self.files[name]
        answer = self._answer_to(name)
        if isinstance(answer, TelegramError):
            raise answer
        return answer.get("error_code", 200), json.dumps(answer).encode()

    def _answer_to(self, method: str) -> Mapping[str, Any] | TelegramError:
        if method == "deleteWebhook":
            return self.deletions.pop(0) if self.deletions else ok(True)
        if method != "getUpdates":
            return self.refusals.pop(0) if self.refusals else self.answers.get(method, self.answer)
        if not self.updates:
            raise asyncio.CancelledError
        batch = self.updates.pop(0)
        return batch if isinstance(batch, TelegramError) else ok(batch)

    def asked(self, method: str) -> list[Mapping[str, Any]]:
        return [call.parameters for call in self.calls if call.method == method]


def ok(result: object) -> Mapping[str, Any]:
    return {"ok": True, "result": result}


def refused(code: int, description: str, **parameters: object) -> Mapping[str, Any]:
    return {
        "ok": False,
        "error_code": code,
        "description": description,
        "parameters": parameters,
    }


def a_telegram(  # noqa: PLR0913, PLR0917 - each test names what it needs
    api: FakeBotApi,
    secret: str = SECRET,
    pictures: Pictures | None = None,
    group: Group | None = None,
    vendor_clock: VendorClock | None = None,
    enclosures: Enclosures | None = None,
) -> Telegram:
    bot = Bot(
        "123456789:AAExampleToken_of_35_chars_abcdefgh", request=api, get_updates_request=api
    )
    group = group or Group()
    return Telegram(bot, secret, pictures, group, vendor_clock, enclosures=enclosures)
