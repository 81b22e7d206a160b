"""An in-memory twin for every port: fakes remember, tests look.

The twin of `ConversationStore` has a module of its own, `tests/fake_conversations.py`; that of
`Clock` is `bot.clock.SetClock`, that of `Feed` is `bot.feed.LocalFeed`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import wraps
from inspect import iscoroutinefunction
from typing import ParamSpec, TypeVar

from bot.domain.contract import ContractRecord
from bot.domain.errors import DeliveryError, FileUnavailable, SourceUnavailable
from bot.domain.matching import Candidate, Match, Query, Zone
from bot.domain.messages import Address, Attachment, ChannelLimits, Reply
from bot.domain.registry import RegistryRecord
from bot.ports import Clock, Letter, Told, VendorTemplate, WebhookCall, may_leave

K = TypeVar("K", bound=type)
P = ParamSpec("P")
T = TypeVar("T")


def lets_others_go_first(kind: K) -> K:
    """Have each async method of a fake wait one turn, as the real thing waits for its disk."""
    for name, method in vars(kind).copy().items():
        if iscoroutinefunction(method):
            setattr(kind, name, _after_a_turn(method))
    return kind


def _after_a_turn(method: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    @wraps(method)
    async def waited(*args: P.args, **kwargs: P.kwargs) -> T:
        await asyncio.sleep(0)
        return await method(*args, **kwargs)

    return waited


@lets_others_go_first
class FakeContracts:
    """Contracts in a list; can be told to be silent or slow."""

    def __init__(self, *records: ContractRecord) -> None:
        self.silent = False
        self.slowness = timedelta(0)
        self.asked = 0
        self._records = list(records)

    async def by_phone(self, phone: str) -> Sequence[ContractRecord]:
        await self._answers()
        return [record for record in self._records if record.contact_with(phone)]

    async def by_email(self, email: str) -> Sequence[ContractRecord]:
        await self._answers()
        return [record for record in self._records if record.contact_at(email)]

    async def by_id(self, contract_id: str) -> ContractRecord | None:
        await self._answers()
        return next((one for one in self._records if one.contract_id == contract_id), None)

    async def everything(self) -> Sequence[ContractRecord]:
        return list(self._records)

    async def replace_all(self, records: Sequence[ContractRecord]) -> None:
        self._records = sorted(records, key=lambda record: record.contract_id)

    async def put(self, record: ContractRecord) -> None:
        await self.remove(record.contract_id)
        await self.replace_all([*self._records, record])

    async def remove(self, contract_id: str) -> bool:
        before = len(self._records)
        self._records = [one for one in self._records if one.contract_id != contract_id]
        return len(self._records) < before

    async def count(self) -> int:
        return len(self._records)

    async def _answers(self) -> None:
        self.asked += 1
        await asyncio.sleep(self.slowness.total_seconds())
        if self.silent:
            raise SourceUnavailable("no answer")


@lets_others_go_first
class FakeMailer:
    """Keeps letters, asking at the last moment whether they may leave; can be told to be down."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.asked = 0
        self.down = False

    async def send(self, letter: Letter) -> None:
        if self.down:
            raise OSError("down")
        self.asked += 1
        if await may_leave.get()():
            self.letters.append(letter)


@dataclass
class FakeTranscriber:
    """Hears what a file says after its first colon; raises the next failure, if there is one."""

    slowness: timedelta = timedelta(0)
    failures: list[Exception] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def transcribe(self, audio: bytes, media_type: str, language: str) -> str:
        self.asked.append((media_type, language))
        await asyncio.sleep(self.slowness.total_seconds())
        if self.failures:
            raise self.failures.pop(0)
        return audio.decode().partition(":")[2]


class FakeRegistry:
    """Registry records by domain, told at the time of a clock; can be told to be silent."""

    def __init__(self, records: Mapping[str, RegistryRecord], clock: Clock | None = None) -> None:
        self.silent = False
        self.slowness = timedelta(0)
        self.asked: list[str] = []
        self._records = records
        self._clock = clock

    async def look_up(self, domain: str) -> RegistryRecord:
        self.asked.append(domain)
        await asyncio.sleep(self.slowness.total_seconds())
        if self.silent or domain not in self._records:
            raise SourceUnavailable("no answer")
        record = self._records[domain]
        return replace(record, as_of=self._clock.now()) if self._clock else record


@lets_others_go_first
class FakeTemplates:
    """Templates by channel and name."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], VendorTemplate] = {}

    async def of(self, channel: str) -> Sequence[VendorTemplate]:
        return [one for key, one in sorted(self.kept.items()) if key[0] == channel]

    async def save(self, channel: str, template: VendorTemplate) -> None:
        self.kept[channel, template.name] = template

    async def forget(self, channel: str, name: str) -> None:
        self.kept.pop((channel, name), None)


@dataclass
class KnownTemplates:
    """Templates as they were read a moment ago, by name; the same for each channel."""

    by_name: dict[str, VendorTemplate] = field(default_factory=dict)

    def of(self, channel: str) -> Mapping[str, VendorTemplate]:
        return self.by_name


@dataclass
class FakeChannel:
    """Remembers what it accepted; raises the next failure instead, if there is one."""

    name: str = "whatsapp"
    limits: ChannelLimits = field(
        default_factory=lambda: ChannelLimits(text=1600, buttons=3, button_text=20)
    )
    slowness: timedelta = timedelta(0)
    failures: list[Exception] = field(default_factory=list)
    accepted: list[tuple[Address, Reply]] = field(default_factory=list)
    calls: dict[bytes, Sequence[Told] | Exception] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    async def fetch(self, file: Attachment) -> bytes:
        """Return the file that stands for an address, if there is one."""
        if file.url not in self.files:
            raise FileUnavailable("gone")
        return self.files[file.url]

    @property
    def sent(self) -> list[str]:
        """The texts it accepted, whoever they were for."""
        return [reply.text for _, reply in self.accepted]

    def sent_to(self, chat: str) -> list[str]:
        """The texts it accepted for one chat."""
        return [reply.text for to, reply in self.accepted if str(to) == chat]

    def parse(self, call: WebhookCall) -> Sequence[Told]:
        """Return what stands for a body; raise what stands for it instead."""
        meant = self.calls.get(call.body, ())
        if isinstance(meant, Exception):
            raise meant
        return meant

    async def send(self, to: Address, reply: Reply) -> str:
        """Ask at the last moment whether the reply may leave, as channels by HTTP do."""
        for _ in ("headers", "body"):
            if not await may_leave.get()():
                raise DeliveryError("taken")
        return await self.hand_in(to, reply)

    async def hand_in(self, to: Address, reply: Reply) -> str:
        """Take the reply, as the vendor does."""
        await asyncio.sleep(self.slowness.total_seconds())
        if self.failures:
            raise self.failures.pop(0)
        self.accepted.append((to, reply))
        return f"{self.name}-{len(self.accepted)}"


@dataclass
class FakeMatcher:
    """Knows what some texts mean, in Italian if only the intent is told; raises an error."""

    table: Mapping[str, str | Match | Exception]
    slowness: timedelta = timedelta(0)
    asked: list[Query] = field(default_factory=list)

    async def match(self, query: Query) -> Match:
        self.asked.append(query)
        await asyncio.sleep(self.slowness.total_seconds())
        intent = self.table.get(query.text)
        if isinstance(intent, Exception):
            raise intent
        if isinstance(intent, Match):
            return intent
        if intent is None:
            return Match(candidates=(), zone=Zone.OFFER_PERSON, language="it")
        best = Candidate(intent=intent, confidence=0.9, example=f"esempio di {intent}")
        return Match(candidates=(best,), zone=Zone.ANSWER, language="it")
