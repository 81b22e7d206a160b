"""Where conversations, inbox and outbox are kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.conversation import Conversation, Status
from bot.domain.messages import InboundMessage
from bot.ports.channels import DeliveryReport, WebhookCall
from bot.ports.conversations import Committed, OutboxReply, StoredMessage, Turn, Unattended
from bot.ports.listings import Hit, Listing, ListPage, Part, Search, Stretch, Tab
from bot.ports.transcripts import ChannelActivity, ConversationSummary, Entry, Reach


class ConversationStore(Protocol):
    """Keeps conversations, inbox and outbox; what it has accepted survives a power cut.

    Raises:
        DatabaseUnavailable: From every method, while nothing can be read or written.
    """

    async def accept(self, messages: Sequence[InboundMessage]) -> Sequence[StoredMessage]:
        """Store each message once, by channel and vendor id or token, and return the new ones.

        Who is known by their ``user_id`` stays in their chat. An edit takes the place of a
        message that has not been answered; beside an answered one it is only kept.
        """
        ...

    async def keep_unreadable(self, call: WebhookCall, channel: str, reason: str) -> None:
        """Keep a genuine call that could not be read, for staff."""
        ...

    async def unanswered(self) -> Sequence[str]:
        """Return the ids of this node's conversations that have unanswered messages."""
        ...

    async def next_message(self, conversation_id: str) -> StoredMessage | None:
        """Return the oldest unanswered message of a conversation, if this node answers it."""
        ...

    async def following(self, stored: StoredMessage) -> StoredMessage | None:
        """Return the next unanswered message of a chat after one, or None."""
        ...

    async def conversation(self, conversation_id: str) -> Conversation | None:
        """Return a conversation, or None if nobody ever wrote from there."""
        ...

    async def commit(self, turn: Turn) -> Committed:
        """Store all of a turn, and return what is next if it answers a message.

        Raises:
            StaleEpoch: Who speaks, or which node answers, has changed since the turn began, or
                its news has been told; nothing is stored.
        """
        ...

    async def unattended(self) -> Sequence[Unattended]:
        """Return chats that are put off, and those held by who may sign in no more.

        Whichever node answers them, and in no order to rely on.
        """
        ...

    async def note_failure(self, inbox_id: int, error: str) -> None:
        """Count a failed attempt at answering a message."""
        ...

    async def undelivered(self, now: datetime) -> Sequence[str]:
        """Return the ids of this node's conversations whose first open reply is due by now.

        One that is due in more than ``LONGEST_WAIT`` is due as well, as a new one always is.
        """
        ...

    async def next_attempt_at(self) -> datetime | None:
        """Return when the earliest of those that were put off is due, or None if there is none."""
        ...

    async def next_reply(self, conversation_id: str, now: datetime) -> OutboxReply | None:
        """Return the oldest open reply of a conversation of this node, if it is due.

        A reply of the bot from an older epoch is dropped instead. A reply not yet due, or being
        sent, holds back those after it, so their order is kept.
        """
        ...

    async def leave(self, reply: OutboxReply) -> OutboxReply | None:
        """Mark a reply as being sent, by this node.

        Returns:
            The reply with its node, or None if it may not be sent any more: staff have taken the
            chat, or another node has.
        """
        ...

    def may_send(self, reply: OutboxReply) -> bool:
        """Tell whether nobody else can have taken the conversation since the reply was marked."""
        ...

    async def mark_sent(self, reply_id: int, vendor_id: str, now: datetime) -> bool:
        """Record that the vendor accepted a reply; tell whether more of its chat is open."""
        ...

    async def mark_failed(self, reply_id: int, error: str, next_try: datetime | None) -> None:
        """Record a failure; without ``next_try`` it is for ever.

        So it is if another node has taken the chat and said something later: what is said comes
        in order.
        """
        ...

    async def mark_doubtful(self, reply_id: int, error: str) -> None:
        """Record that a reply may or may not have arrived; it is not sent again."""
        ...

    async def record_report(self, report: DeliveryReport) -> str | None:
        """Record a vendor's report; return the conversation, or None if we never sent that.

        Reports come in any order, so a reply never goes back from read to sent. One that comes
        before ``mark_sent`` is kept until then.
        """
        ...

    async def reach(self, conversation_id: str) -> Reach:
        """Return whether and until when the customer of a conversation can be reached."""
        ...

    async def bar(self, conversation_id: str, why: str) -> None:
        """Record that nothing reaches a customer, until they write again."""
        ...

    async def activity(self) -> Sequence[ChannelActivity]:
        """Return what went by each channel last, by name."""
        ...

    async def summaries(self, status: Status | None = None) -> Sequence[ConversationSummary]:
        """Return all conversations: those waiting longest first, then by activity."""
        ...

    async def counts(self, colleague: str) -> Mapping[Tab, int]:
        """Return how many chats each tab of the list has for a colleague."""
        ...

    async def page(self, listing: Listing) -> ListPage:
        """Return a page of the list: of who waits the longest wait first, else the latest."""
        ...

    async def search(self, search: Search) -> Sequence[Hit]:
        """Return who and what has all the words looked for: people first, then the newest."""
        ...

    async def transcript(self, conversation_id: str) -> Sequence[Entry]:
        """Return all that was said and done in a conversation, oldest first."""
        ...

    async def part(self, conversation_id: str, stretch: Stretch) -> Part:
        """Return a part of a transcript; its end, if no such entry as is asked for is there."""
        ...
