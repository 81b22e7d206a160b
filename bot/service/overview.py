"""What staff see: who waits, what was said, and what is known of who writes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile

from bot.domain.conversation import Conversation
from bot.domain.drafts import words_of
from bot.domain.errors import BotError, FileUnavailable
from bot.domain.holding import GIVEN_BACK
from bot.domain.knowledge import Assurance
from bot.domain.known_contract import KnownContract, known
from bot.domain.meaning import language_of
from bot.domain.messages import Attachment, Reply
from bot.domain.notices import filled_notice, key_of
from bot.domain.rating import may_ask
from bot.domain.reply_window import is_open, is_window, time_left
from bot.domain.snoozing import offered
from bot.ports import (
    Author,
    Channels,
    ContractSource,
    ConversationStore,
    Entry,
    Feed,
    FileStore,
    Reach,
    ReplyState,
    StaffStore,
    Stretch,
    Templates,
)
from bot.service.facts import FactFinder
from bot.service.rules import DeskRules

APPROVED = "approved"
"""What vendors call a template that may be sent."""

_END = Stretch()


class UnknownConversation(BotError):
    """Nobody ever wrote from this address."""


@dataclass(frozen=True, kw_only=True)
class ChatView:
    """A chat as staff see it.

    Args:
        transcript: The part of it that was asked for.
        has_earlier: Whether there are entries before that part.
        has_later: Whether there are entries after it.
        quoted: Entries outside of it that some in it refer to, by ``id_in_chat``.
        source_silent: Whether the source of contracts was asked and did not answer.
        barred: Why nothing reaches the customer, else empty.
        time_left: How long the channel still takes free replies; None where it always does.
        needs_notice: Whether only an approved message reaches the customer.
        notices: The approved messages as they would be sent, by name.
        asks_rating: Whether the customer is asked how it went if the chat is closed now.
        given_back: What the customer would read if the chat were given back to the bot; None if
            it would not reach them.
        colleagues: To whom who looks at the chat may give it.
        snoozes: Until when it may be put off at one press.
    """

    conversation: Conversation
    transcript: Sequence[Entry]
    cards: Sequence[KnownContract]
    assurance: Assurance
    source_silent: bool
    barred: str = ""
    time_left: timedelta | None = None
    needs_notice: bool = False
    notices: Mapping[str, Reply] = field(default_factory=dict)
    asks_rating: bool = False
    given_back: Reply | None = None
    colleagues: Sequence[str] = ()
    snoozes: Sequence[datetime] = ()
    has_earlier: bool = False
    has_later: bool = False
    quoted: Mapping[str, Entry] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class DeskContext:
    """What the desk shares with the rest of the program.

    Args:
        fetch: Has files fetched that are due.
        asks_rating: Whether customers are asked how it went when their chat is closed.
    """

    rules: DeskRules
    source: ContractSource
    feed: Feed
    templates: Templates
    files: FileStore
    fetch: Callable[[], None]
    staff: StaffStore
    asks_rating: bool = True


class Overview:
    """Shows the chats, and changes nothing."""

    def __init__(
        self,
        store: ConversationStore,
        finder: FactFinder,
        channels: Channels,
        context: DeskContext,
    ) -> None:
        self._store = store
        self._finder = finder
        self._channels = channels
        self._context = context

    async def view(
        self, conversation_id: str, colleague: str = "", stretch: Stretch = _END
    ) -> ChatView:
        """Return all that staff need to see of a chat.

        Args:
            conversation_id: The chat.
            colleague: Who looks at it.
            stretch: Which part of the transcript they see.

        Raises:
            UnknownConversation: There is no such chat.
        """
        conversation = await self.chat(conversation_id)
        facts = await self._finder.about(conversation)
        rules, now = self._context.rules, self._context.rules.clock.now()
        part = await self._store.part(conversation_id, stretch)
        end = await self._store.part(conversation_id, _END) if part.has_later else part
        reach = await self._store.reach(conversation_id)
        left = self._time_left(conversation, reach, now)
        needs_notice = _is_shut(left, end.entries)
        reached = not (needs_notice or reach.barred)
        return ChatView(
            conversation=conversation,
            transcript=part.entries,
            has_earlier=part.has_earlier,
            has_later=part.has_later,
            quoted=part.quoted,
            barred=reach.barred,
            time_left=left,
            needs_notice=needs_notice,
            notices=self.notices(conversation, colleague) if needs_notice else {},
            given_back=None if needs_notice else self._given_back(conversation, reach, now),
            colleagues=[one for one in await self._context.staff.names() if one != colleague],
            snoozes=offered(rules.calendar, now),
            cards=[known(one, rules.calendar, now) for one in facts.identity.contracts],
            assurance=facts.identity.assurance,
            source_silent=facts.source_silent,
            asks_rating=reached and self._asks(conversation, end.entries, now),
        )

    async def takes_free_text(self, conversation_id: str) -> bool:
        """Tell whether what a colleague writes freely reaches the customer now.

        Raises:
            UnknownConversation: There is no such chat.
        """
        conversation = await self.chat(conversation_id)
        reach = await self._store.reach(conversation_id)
        left = self._time_left(conversation, reach, self._context.rules.clock.now())
        return not _is_shut(left, (await self._store.part(conversation_id, _END)).entries)

    async def file(self, conversation_id: str, entry_id: str, at: int) -> tuple[Attachment, bytes]:
        """Return a file a customer sent, with its type by what it holds.

        Args:
            conversation_id: The chat.
            entry_id: The entry of its transcript.
            at: Which of the entry's files, counted from 0.

        Raises:
            FileUnavailable: There is no such file, or it is not there.
        """
        kept = await self._context.files.content(conversation_id, entry_id, at)
        if kept is None or kept.content is None:
            raise FileUnavailable("This file is not here.")
        return Attachment(media_type=kept.media_type, url="", name=kept.name), kept.content

    def notices(self, chat: Conversation, colleague: str) -> dict[str, Reply]:
        """Return the approved messages that can be filled for a chat."""
        knowledge, language = self._context.rules.knowledge, language_of("", chat.language)
        intent = knowledge.intents.get(chat.intent)
        topic = intent.title.in_language(language) if intent else ""
        values = {"colleague": colleague, "topic": topic}
        known = self._context.templates.of(chat.address.channel)
        return {
            notice.name: reply
            for notice in knowledge.notices.values()
            if key_of(notice, language) in known
            and known[key_of(notice, language)].approval == APPROVED
            and (reply := filled_notice(notice, language, values))
        }

    async def given_back(self, chat: Conversation) -> Reply | None:
        """Return what tells a customer that the bot answers again; None if it reaches nobody."""
        reach = await self._store.reach(chat.id)
        return self._given_back(chat, reach, self._context.rules.clock.now())

    async def chat(self, conversation_id: str) -> Conversation:
        """Return a chat by itself.

        Raises:
            UnknownConversation: There is no such chat.
        """
        chat = await self._store.conversation(conversation_id)
        if chat is None:
            raise UnknownConversation(f"There is no chat {conversation_id}.")
        return chat

    def _asks(self, chat: Conversation, transcript: Sequence[Entry], now: datetime) -> bool:
        wanted = self._context.asks_rating and may_ask(chat.rating, now)
        return wanted and has_been_helped(transcript)

    def _given_back(self, chat: Conversation, reach: Reach, now: datetime) -> Reply | None:
        channel = self._channels.of(chat.address)
        if channel is None or reach.barred:
            return None
        if not is_open(reach.heard_at, now, channel.limits.window):
            return None
        language = language_of("", chat.language)
        return Reply(text=words_of(self._context.rules.knowledge, GIVEN_BACK, language))

    def _time_left(self, chat: Conversation, reach: Reach, now: datetime) -> timedelta | None:
        channel = self._channels.of(chat.address)
        return time_left(reach.heard_at, now, channel.limits.window) if channel else None


def has_been_helped(transcript: Sequence[Entry]) -> bool:
    """Tell whether a colleague has written to the customer since the chat was closed last."""
    episode = takewhile(lambda entry: entry.event != "close", reversed(transcript))
    return any(
        one.author is Author.STAFF and one.state is not ReplyState.FAILED for one in episode
    )


def _is_shut(left: timedelta | None, transcript: Sequence[Entry]) -> bool:
    """Tell whether the channel takes nothing free any more, by our clock or by the vendor's."""
    return left == timedelta(0) or (left is not None and came_too_late(transcript))


def came_too_late(transcript: Sequence[Entry]) -> bool:
    """Tell whether something said since the customer wrote came after the window had closed."""
    since = takewhile(lambda entry: entry.author is not Author.CUSTOMER, reversed(transcript))
    return any(one.state is ReplyState.FAILED and is_window(one.error) for one in since)
