"""What comes in and what goes out, whatever the channel."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SHARE_CONTACT = "share_contact"
"""Payload of a button that has the channel vouch for the sender's own phone number."""

MAX_INBOUND_CHARS = 10_000
"""Longer texts are cut when they are read; Telegram's and WhatsApp's own limits are below."""


MAX_FILE_BYTES = 20 * 1024 * 1024
"""What Telegram lets a bot fetch; WhatsApp takes no larger picture or document from Twilio."""


class MessageKind(StrEnum):
    """What a customer sent."""

    TEXT = "text"
    BUTTON = "button"
    MEDIA = "media"
    VOICE = "voice"
    STICKER = "sticker"
    CONTACT = "contact"
    LOCATION = "location"
    UNREADABLE = "unreadable"
    EDIT = "edit"
    REACTION = "reaction"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"


NEVER_ANSWERED = frozenset({MessageKind.REACTION, MessageKind.BLOCKED, MessageKind.UNBLOCKED})
"""What customers do without writing: it is kept for staff, and nothing is said to it."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a customer can be reached: a channel and the vendor's id of the person there."""

    channel: str
    id: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.id}"

    @classmethod
    def read(cls, text: str) -> "Address":
        """Return the address that was written as a text."""
        channel, _, at = text.partition(":")
        return cls(channel=channel, id=at)


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file a customer sent, known by the vendor's address for it."""

    media_type: str
    url: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class InboundMessage:
    """One message from a customer, as the channel delivered it.

    Args:
        vendor_id: The vendor's id, unique within the channel; the key against repeats.
        token: What each try of the vendor at delivering this carries, another key against
            repeats; empty where there is none.
        message_id: The vendor's name for the message within its chat; empty if it is the
            ``vendor_id``.
        refers_to: Such a name of an earlier message: the one that is quoted, edited or reacted to.
        sender: Who wrote; also names the conversation.
        answer_at: Where to answer, if not there: a person known by another name writes in the
            conversation of ``sender``.
        user_id: What names the same person where ``sender`` does not: WhatsApp's id of who may
            hide their number later.
        text: Without NUL and control characters, at most ``MAX_INBOUND_CHARS``.
        payload: What a tapped button carries, else empty.
        phone: E.164, if the channel vouches that the sender owns it.
        name: What the sender calls themselves; shown to staff, never believed.
        details: What staff see beside the text: a place, a card of contact, where it comes from.
        forwarded: Whether somebody else wrote it first.
        album: What files share that were sent together, each in a message of its own.
        offered_at: When the reply was sent whose button was tapped, if the vendor tells.
    """

    vendor_id: str
    sender: Address
    text: str
    received_at: datetime
    kind: MessageKind = MessageKind.TEXT
    payload: str = ""
    phone: str | None = None
    name: str = ""
    attachments: tuple[Attachment, ...] = ()
    token: str = ""
    message_id: str = ""
    refers_to: str = ""
    user_id: str = ""
    answer_at: Address | None = None
    details: str = ""
    forwarded: bool = False
    album: str = ""
    offered_at: datetime | None = None

    @property
    def id_in_chat(self) -> str:
        """By what later messages refer to this one."""
        return self.message_id or self.vendor_id


@dataclass(frozen=True, kw_only=True)
class Button:
    """A choice under a reply: what the customer reads and what a tap means."""

    text: str
    payload: str


class StepState(StrEnum):
    """Where a step of a picture lies, seen from today."""

    PAST = "past"
    NOW = "now"
    LATER = "later"


@dataclass(frozen=True, kw_only=True)
class PictureStep:
    """A step in a picture: its name, its days in words, or nothing, and where it lies."""

    name: str
    days: str
    state: StepState


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture of steps, described by its words; it is drawn when it is sent or fetched.

    Args:
        today: What marks the step of today.
        note: Small print below the steps.
        alt: The same facts as text, for whoever does not see it.
    """

    title: str
    today: str
    steps: tuple[PictureStep, ...]
    note: str
    alt: str


@dataclass(frozen=True, kw_only=True)
class FilledTemplate:
    """A message that the vendor has approved, by our name for it.

    Args:
        values: What takes the place of its variables, in their order.
    """

    name: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Enclosure:
    """A file that goes out with a reply; what it holds is kept under its id.

    Args:
        name: As the customer will see it; its ending fits what it is.
        media_type: By its content, one of ``FILE_TYPES``.
        size: In bytes.
    """

    id: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the customer reads next.

    Args:
        picture: Shown above the text, which also makes sense without it.
        by_number: Where buttons cannot be shown after all, invites to answer with a number.
        open_list: What opens the buttons where a channel shows them as a list.
        template: What is sent in place of the text, with the same words, where a channel takes
            nothing else.
        enclosures: Files that follow the text; the text may be empty then.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    picture: Picture | None = None
    by_number: str = ""
    open_list: str = ""
    template: FilledTemplate | None = None
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FileLimits:
    """Which files a channel takes to its customers, each in a message of its own.

    Args:
        most_bytes: Of one file.
        most_picture_bytes: Of one picture, where that is less.
        types: As vendors are told them; None for all that are kept.
    """

    most_bytes: int = MAX_FILE_BYTES
    most_picture_bytes: int = MAX_FILE_BYTES
    types: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True)
class ChannelLimits:
    """What one message of a channel can hold.

    Args:
        text: Longest text, in characters.
        buttons: Most buttons; zero means a numbered list in the text instead.
        button_text: Longest text of a button, in characters.
        rows: Most buttons where a channel shows as a list those that are too many or too long;
            zero means that it has no lists.
        row_text: Longest text of such a row, in characters.
        line_over_buttons: Longest text right above buttons, which is a single line then; None
            where any text may stand there.
        window: How long free-form replies are allowed after the customer's last message.
        shares_contact: Whether a button can ask the sender for their own phone number.
        per_second: How many messages the vendor takes a second, all chats together.
        per_chat: How many it takes a second in one chat, after a short burst.
        files: Which files it takes to customers; None if it takes none.
        formats: Whether it shows words between stars and the like in bold and so on.
    """

    text: int
    buttons: int
    button_text: int
    rows: int = 0
    row_text: int = 0
    line_over_buttons: int | None = None
    window: timedelta | None = None
    shares_contact: bool = False
    per_second: float | None = None
    per_chat: float | None = None
    files: FileLimits | None = None
    formats: bool = False


def clean_text(text: str) -> str:
    """Return the text without control characters, cut to ``MAX_INBOUND_CHARS``.

    NUL cannot be stored in PostgreSQL, and control characters deceive whoever reads a log.
    """
    kept = (
        char for char in text if char in "\n\t" or char.isprintable() or char in "\u200d\ufe0f"
    )
    return "".join(kept).strip()[:MAX_INBOUND_CHARS]
