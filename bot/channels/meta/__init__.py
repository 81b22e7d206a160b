"""WhatsApp straight from Meta (Cloud API): parsing is pure, sending is one HTTP call."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx

from bot.channels.meta import files, health, reading, writing
from bot.channels.network import limited, may_have_arrived
from bot.domain.errors import BadSignature, DeliveryError, FileUnavailable
from bot.domain.files import FileTrouble
from bot.domain.messages import (
    Address,
    Attachment,
    ChannelLimits,
    Enclosure,
    InboundMessage,
    Reply,
)
from bot.ports import Enclosures, Finding, HookAnswer, Pictures, Told, WebhookCall

_TIMEOUT_SECONDS = 10.0
_UPLOAD_TIMEOUT_SECONDS = 60.0
_GONE = frozenset({400, 404})
"""Meta answers 400 to the id of a file that it has deleted."""
_FILES_AT = "lookaside.fbsbx.com"
_PER_SECOND = 80
"""https://developers.facebook.com/documentation/business-messaging/whatsapp/throughput"""


class Meta:
    """WhatsApp straight from Meta.

    Args:
        number: Meta's id of our phone number; calls about others are none of ours.
        secrets: The access token, the secret of the app, and what Meta shows when it makes sure
            of our address.
        base: Meta's address with the version, such as ``https://graph.facebook.com/v25.0``.
    """

    name = reading.NAME
    hook = reading.NAME
    typing_lasts = timedelta(seconds=25)
    limits = ChannelLimits(
        text=writing.MOST_TEXT_CHARS,
        buttons=writing.MOST_ROWS,
        button_text=writing.MOST_DESCRIPTION_CHARS,
        rows=writing.MOST_ROWS,
        row_text=writing.MOST_DESCRIPTION_CHARS,
        window=timedelta(hours=24),
        per_second=_PER_SECOND,
        files=files.FILES,
        formats=True,
    )

    def __init__(  # noqa: PLR0913 - the last ones only where there are such
        self,
        number: str,
        secrets: tuple[str, str, str],
        base: str,
        http: httpx.AsyncClient,
        *,
        pictures: Pictures | None = None,
        enclosures: Enclosures | None = None,
    ) -> None:
        self._number, self._base, self._http = number, base, http
        self._token, self._secret, self._verify_token = secrets
        self._enclosures = enclosures
        self._pictures = pictures  # Without them a reply is its text alone.

    def parse(self, call: WebhookCall) -> Sequence[Told]:
        """Return all messages and reports of a call; raise BadSignature or BadPayload."""
        right = hmac.digest(self._secret.encode(), call.body, "sha256").hex()
        given = call.headers.get("x-hub-signature-256", "")
        if not hmac.compare_digest(given.encode(), f"sha256={right}".encode()):
            raise BadSignature("X-Hub-Signature-256 does not fit the body.")
        return reading.told(call, self._number)

    def challenge(self, query: Mapping[str, str]) -> str:
        """Return what Meta wants to read back; raise BadSignature if it is not Meta."""
        given, known = query.get("hub.verify_token", ""), self._verify_token
        fits = hmac.compare_digest(given.encode(errors="replace"), known.encode())
        if query.get("hub.mode") != "subscribe" or not known or not fits:
            raise BadSignature("hub.verify_token is not META_VERIFY_TOKEN.")
        return query.get("hub.challenge", "")

    def answer_to(self, call: WebhookCall) -> HookAnswer:  # noqa: ARG002 - all are answered alike
        """Return nothing: Meta looks at the status alone."""
        return HookAnswer()

    async def send(self, to: Address, reply: Reply) -> str:
        """Send one reply; return Meta's id for it or raise DeliveryError."""
        if reply.enclosures:
            return await self._send_file(to, reply.enclosures[0])
        picture = ""
        if reply.picture is not None and self._pictures is not None:
            picture = self._pictures.address_of(reply.picture)
        return await self._ordered(writing.order(to, reply, picture))

    async def show_typing(self, to: Address, heard: InboundMessage) -> None:  # noqa: ARG002
        """Mark a message as read and show that an answer is being written: one call does both."""
        await self._post(writing.seen(heard.vendor_id))

    async def fetch(self, file: Attachment) -> bytes:
        """Return what a file holds; raise FileUnavailable.

        Meta tells where the file lies for five minutes; the token goes to Meta's hosts only.
        """
        try:
            found = await self._get(quote(file.url, safe=""), phone_number_id=self._number)
            if found.status_code in _GONE:
                raise FileUnavailable("Meta does not have the file.", FileTrouble.GONE)
            address = httpx.URL(str(found.json()["url"]))
            if not self._is_metas(address):
                raise FileUnavailable("This file does not lie with Meta.", FileTrouble.ELSEWHERE)
            async with self._http.stream("GET", address, **self._signed()) as answer:
                if not answer.is_success:
                    raise FileUnavailable(f"Meta answers {answer.status_code}.")
                return await limited(answer.aiter_bytes())
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, TypeError) as error:
            raise FileUnavailable(f"Meta does not give the file: {error!r}") from error

    async def findings(self, public_address: str) -> Sequence[Finding]:
        """Return whether token, secret, number, address of webhooks and clock are in place."""
        proof = hmac.digest(self._secret.encode(), self._token.encode(), "sha256").hex()
        try:
            answer = await self._get(self._number, fields=health.FIELDS, appsecret_proof=proof)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return [Finding(is_well=False, words=f"Meta does not answer: {error!r}")]
        now = datetime.now(UTC)  # noqa: TID251 - compared with Meta's clock
        hook = f"{public_address}/webhooks/{self.hook}" if self._verify_token else ""
        return health.findings(answer, hook, now)

    async def _ordered(self, order: Mapping[str, Any]) -> str:
        answer = await self._post(order)
        try:
            return str(answer.json()["messages"][0]["id"])
        except (ValueError, LookupError, TypeError) as error:
            raise DeliveryError("Meta's answer names no message.", uncertain=True) from error

    async def _send_file(self, to: Address, file: Enclosure) -> str:
        kept = await self._enclosures.find(file.id) if self._enclosures else None
        if kept is None:
            raise DeliveryError("The file is not kept any more.", permanent=True)
        media_id = await self._uploaded(file, kept.content)
        return await self._ordered(writing.addressed(to, files.message(file, media_id)))

    async def _uploaded(self, file: Enclosure, content: bytes) -> str:
        """Return Meta's id for a file; nobody reads it yet, so it may be uploaded again."""
        url = f"{self._base}/{self._number}/media"
        signed = {**self._signed(), "timeout": _UPLOAD_TIMEOUT_SECONDS}
        try:
            answer = await self._http.post(url, **files.upload(file, content), **signed)
        except httpx.HTTPError as error:
            raise DeliveryError(f"Meta did not take the file: {error!r}") from error
        if not answer.is_success:
            raise writing.refusal(answer)
        try:
            return str(answer.json()["id"])
        except (ValueError, LookupError, TypeError) as error:
            raise DeliveryError("Meta's answer names no file.") from error

    async def _post(self, order: Mapping[str, Any]) -> httpx.Response:
        url = f"{self._base}/{self._number}/messages"
        try:
            answer = await self._http.post(url, json=order, **self._signed())
        except httpx.HTTPError as error:
            reason = f"Meta did not answer: {error!r}"
            raise DeliveryError(reason, uncertain=may_have_arrived(error)) from error
        if not answer.is_success:
            raise writing.refusal(answer)
        return answer

    async def _get(self, path: str, **query: str) -> httpx.Response:
        return await self._http.get(f"{self._base}/{path}", params=query, **self._signed())

    def _signed(self) -> dict[str, Any]:
        return {"headers": {"Authorization": f"Bearer {self._token}"}, "timeout": _TIMEOUT_SECONDS}

    def _is_metas(self, address: httpx.URL) -> bool:
        own = httpx.URL(self._base)
        with_meta = address.scheme == "https" and address.host == _FILES_AT
        return with_meta or (address.scheme, address.netloc) == (own.scheme, own.netloc)
