"""Channels: what vendors tell, and what a channel can do."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from bot.domain.knowledge import Command
from bot.domain.messages import Address, Attachment, ChannelLimits, InboundMessage, Reply


@dataclass(frozen=True, kw_only=True)
class WebhookCall:
    """An HTTP request from a vendor, as a plain value.

    Args:
        url: As the vendor called it, rebuilt from the public address.
        headers: With lower-case names.
        received_at: Aware.
    """

    url: str
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime


@dataclass(frozen=True, kw_only=True)
class DeliveryReport:
    """What a vendor says later about a reply it accepted.

    Args:
        status: The vendor's word: sent, delivered, read, failed, undelivered.
        error: Reason of a failure, else empty.
        barred: Why nothing reaches this customer until they write again, else empty.
    """

    channel: str
    vendor_id: str
    status: str
    error: str = ""
    barred: str = ""


@dataclass(frozen=True, kw_only=True)
class StaffWord:
    """What a colleague wrote in the staff's group, in the topic of a chat.

    Args:
        key: By which it is known, so that it is carried out once.
        topic: The vendor's number of the topic.
        text: Empty if it is something else, such as a picture.
    """

    key: str
    topic: int
    colleague: str
    text: str


Told = InboundMessage | DeliveryReport | StaffWord
"""What vendors tell; one call may tell of several."""


@dataclass(frozen=True, kw_only=True)
class HookAnswer:
    """What a vendor's call is answered with, besides 200."""

    body: str = ""
    media_type: str = "text/plain"


async def _always() -> bool:
    return True


may_leave: ContextVar[Callable[[], Awaitable[bool]]] = ContextVar("may_leave", default=_always)
"""Asked at the very moment in which a request to a vendor, or a letter, is written."""


class Channel(Protocol):
    """One way to reach customers: parsing is pure, sending is one call."""

    @property
    def name(self) -> str:
        """The word by which addresses name this channel."""
        ...

    @property
    def limits(self) -> ChannelLimits:
        """What one message can hold."""
        ...

    def parse(self, call: WebhookCall) -> Sequence["Told"]:
        """Return what a webhook call tells; nothing for events that do not matter.

        Raises:
            BadSignature: The call is forged.
            BadPayload: It is genuine but cannot be read.
        """
        ...

    async def send(self, to: Address, reply: Reply) -> str:
        """Send one reply and return the vendor's id for it.

        Raises:
            DeliveryError: It was not accepted; says whether trying again makes sense.
        """
        ...


@runtime_checkable
class HearsWebhooks(Protocol):
    """A channel whose vendor calls us, at ``/webhooks/HOOK`` or below."""

    @property
    def hook(self) -> str:
        """The word in that address."""
        ...

    def answer_to(self, call: WebhookCall) -> HookAnswer:
        """Return what to answer a genuine call once what it tells is stored."""
        ...


@runtime_checkable
class AnswersChallenges(Protocol):
    """A channel whose vendor makes sure of our address by a GET before it calls there."""

    def challenge(self, query: Mapping[str, str]) -> str:
        """Return what the vendor wants to read.

        Raises:
            BadSignature: It is not the vendor who asks.
        """
        ...


@runtime_checkable
class ShowsTyping(Protocol):
    """A channel that can show a customer that an answer is being written."""

    @property
    def typing_lasts(self) -> timedelta:
        """How long it shows unless it is told again."""
        ...

    async def show_typing(self, to: Address, heard: InboundMessage) -> None:
        """Show it, as an answer to a message; a failure is nobody's concern.

        Raises:
            DeliveryError: The vendor did not take it.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was found by looking whether something is in place.

    Args:
        words: What is in place, or what is wrong and how to mend it.
    """

    is_well: bool
    words: str


@runtime_checkable
class ChecksItself(Protocol):
    """A channel that can ask its vendor whether all is in place."""

    async def findings(self, public_address: str) -> Sequence[Finding]:
        """Return what is well and what is not: credentials, address of webhooks, secret, clock.

        Args:
            public_address: Under which the vendor should call; empty if none is set.
        """
        ...


@runtime_checkable
class Syncs(Protocol):
    """A channel that can have its vendor call us."""

    async def sync(self, public_address: str) -> Sequence[Finding]:
        """Tell the vendor where to call, and return what is in place then.

        Args:
            public_address: Under which the vendor is to call; empty if none is set.
        """
        ...


@runtime_checkable
class ShowsMenu(Protocol):
    """A channel on which customers find commands in a menu."""

    async def show_menu(self, commands: Sequence[Command]) -> None:
        """Have the vendor show these commands, and no others.

        Raises:
            DeliveryError: The vendor did not take them.
        """
        ...


@runtime_checkable
class FetchesFiles(Protocol):
    """A channel that gives the files a customer sent."""

    async def fetch(self, file: Attachment) -> bytes:
        """Return what a file holds, at most ``MAX_FILE_BYTES``.

        Raises:
            FileUnavailable: The vendor does not give it, or it is too large.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Channels:
    """The channels that are switched on, by name."""

    by_name: Mapping[str, Channel] = field(default_factory=dict)

    def of(self, address: Address) -> Channel | None:
        """Return the channel of an address, or None if it is off."""
        return self.by_name.get(address.channel)
