"""What staff do: see who waits, take a chat, answer, note, give back, close."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import takewhile

from bot.domain import conversation as steps
from bot.domain.conversation import Conversation, Status
from bot.domain.errors import BotError, ContractNotFound, FileUnavailable, StaleEpoch, WrongStatus
from bot.domain.fitting import fitted
from bot.domain.knowledge import Assurance
from bot.domain.known_contract import KnownContract, known
from bot.domain.meaning import language_of
from bot.domain.messages import Attachment, Reply, clean_text
from bot.domain.notices import filled_notice, key_of
from bot.domain.reply_window import is_window, time_left
from bot.ports import (
    Author,
    Channels,
    ContractSource,
    ConversationStore,
    ConversationSummary,
    Entry,
    Feed,
    FileStore,
    LiveEvent,
    Reach,
    ReplyState,
    Templates,
    Turn,
)
from bot.service.facts import FactFinder
from bot.service.outbox import Outbox
from bot.service.rules import DeskRules


class NoticeUnavailable(BotError):
    """An approved message cannot be sent in this chat: it is not approved, or cannot be filled."""


APPROVED = "approved"
"""What vendors call a template that may be sent."""


class UnknownConversation(BotError):
    """Nobody ever wrote from this address."""


@dataclass(frozen=True, kw_only=True)
class ChatView:
    """A chat as staff see it.

    Args:
        source_silent: Whether the source of contracts was asked and did not answer.
        barred: Why nothing reaches the customer, else empty.
        time_left: How long the channel still takes free replies; None where it always does.
        needs_notice: Whether only an approved message reaches the customer.
        notices: The approved messages as they would be sent, by name.
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


class Desk:
    """The steps of staff; their replies leave by the same outbox as the bot's."""

    def __init__(
        self,
        store: ConversationStore,
        finder: FactFinder,
        outbox: Outbox,
        channels: Channels,
        context: "DeskContext",
    ) -> None:
        self._store = store
        self._finder = finder
        self._outbox = outbox
        self._channels = channels
        self._context = context
        self._word = ""

    def carrying_out(self, word: str) -> "Desk":
        """Return this desk with its next step carrying out what a colleague wrote elsewhere.

        The same word, by its key, is carried out once: the second step raises WrongStatus.
        """
        desk = copy(self)
        desk._word = word  # noqa: SLF001 - its own kind
        return desk

    async def queue(self, status: Status | None = None) -> Sequence[ConversationSummary]:
        """Return chats for the list, those waiting longest first."""
        return await self._store.summaries(status)

    async def view(self, conversation_id: str, colleague: str = "") -> ChatView:
        """Return all that staff need to see of a chat.

        Args:
            conversation_id: The chat.
            colleague: Who looks at it.

        Raises:
            UnknownConversation: There is no such chat.
        """
        conversation = await self._load(conversation_id)
        facts = await self._finder.about(conversation)
        rules, now = self._context.rules, self._context.rules.clock.now()
        transcript = await self._store.transcript(conversation_id)
        reach = await self._store.reach(conversation_id)
        left = self._time_left(conversation, reach, now)
        needs_notice = left == timedelta(0) or (left is not None and came_too_late(transcript))
        return ChatView(
            conversation=conversation,
            transcript=transcript,
            barred=reach.barred,
            time_left=left,
            needs_notice=needs_notice,
            notices=self._notices(conversation, colleague) if needs_notice else {},
            cards=[known(one, rules.calendar, now) for one in facts.identity.contracts],
            assurance=facts.identity.assurance,
            source_silent=facts.source_silent,
        )

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

    async def ask_again(self, conversation_id: str, entry_id: str, at: int) -> None:
        """Have a file fetched that did not come.

        Raises:
            FileUnavailable: There is no such file.
        """
        if not await self._context.files.ask_again(conversation_id, entry_id, at):
            raise FileUnavailable("There is no such file.")
        self._context.fetch()
        self._context.feed.publish(LiveEvent(conversation_id=conversation_id, kind="file"))

    async def claim(self, conversation_id: str, colleague: str) -> None:
        """Take a chat.

        Raises:
            WrongStatus: Somebody else was faster, or it is closed.
        """
        await self._step(
            conversation_id, colleague, lambda chat: steps.claim(chat, colleague), event="claim"
        )

    async def reply(self, conversation_id: str, colleague: str, text: str) -> None:
        """Answer the customer by their channel; takes the chat if nobody has.

        Raises:
            ValueError: The text is empty.
            WrongStatus: Somebody else holds the chat, or it is closed.
        """
        words = _words(text)
        chat = await self._load(conversation_id)
        channel = self._channels.of(chat.address)
        whole = Reply(text=words)
        parts = fitted(whole, channel.limits) if channel else [whole]
        await self._say(chat, colleague, tuple(parts))

    async def send_notice(self, conversation_id: str, colleague: str, name: str) -> None:
        """Send one of the approved messages that ``view`` shows; takes the chat if nobody has.

        Raises:
            NoticeUnavailable: There is no such message for this chat.
            WrongStatus: Somebody else holds the chat, or it is closed.
        """
        chat = await self._load(conversation_id)
        reply = self._notices(chat, colleague).get(name)
        if reply is None:
            raise NoticeUnavailable(f"The message {name} cannot be sent here now.")
        await self._say(chat, colleague, (reply,))

    async def note(self, conversation_id: str, colleague: str, text: str) -> None:
        """Write something that only colleagues see.

        Raises:
            ValueError: The text is empty.
        """
        words = _words(text)
        await self._step(conversation_id, colleague, lambda chat: chat, event="note", note=words)

    async def give_back(self, conversation_id: str, colleague: str) -> None:
        """Let the bot speak again.

        Raises:
            WrongStatus: The colleague does not hold the chat.
        """
        await self._step(
            conversation_id,
            colleague,
            lambda chat: steps.give_back(chat, colleague),
            event="give_back",
        )

    async def close(self, conversation_id: str, colleague: str) -> None:
        """End a chat; it opens again when the customer writes.

        Raises:
            WrongStatus: The colleague does not hold the chat.
        """
        await self._step(
            conversation_id, colleague, lambda chat: steps.close(chat, colleague), event="close"
        )

    async def vouch(self, conversation_id: str, colleague: str, contract_id: str) -> None:
        """Record that a colleague recognised the sender as a contact of a contract.

        Raises:
            ContractNotFound: There is no such contract.
        """
        if await self._context.source.by_id(contract_id) is None:
            raise ContractNotFound(f"There is no contract {contract_id}.")
        await self._step(
            conversation_id,
            colleague,
            lambda chat: steps.vouch(chat, contract_id),
            event="vouch",
            note=contract_id,
        )

    async def _say(self, chat: Conversation, colleague: str, replies: tuple[Reply, ...]) -> None:
        """Have replies sent by a colleague, who takes the chat if nobody has."""
        held = steps.claim(chat, colleague)
        event = "" if chat.status is Status.STAFF else "claim"
        turn = self._turn(chat, held, colleague, event=event)
        await self._commit(replace(turn, replies=replies), colleague)
        self._outbox.wake(chat.id)

    def _time_left(self, chat: Conversation, reach: Reach, now: datetime) -> timedelta | None:
        channel = self._channels.of(chat.address)
        return time_left(reach.heard_at, now, channel.limits.window) if channel else None

    def _notices(self, chat: Conversation, colleague: str) -> dict[str, Reply]:
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

    async def _step(
        self,
        conversation_id: str,
        colleague: str,
        change: Callable[[Conversation], Conversation],
        *,
        event: str,
        note: str = "",
    ) -> None:
        chat = await self._load(conversation_id)
        turn = self._turn(chat, change(chat), colleague, event=event)
        await self._commit(replace(turn, note=note), colleague)

    async def _load(self, conversation_id: str) -> Conversation:
        chat = await self._store.conversation(conversation_id)
        if chat is None:
            raise UnknownConversation(f"There is no chat {conversation_id}.")
        return chat

    def _turn(
        self, before: Conversation, after: Conversation, colleague: str, *, event: str
    ) -> Turn:
        return Turn(
            conversation=after,
            epoch_before=before.epoch,
            at=self._context.rules.clock.now(),
            author=Author.STAFF,
            colleague=colleague,
            event=event,
            word=self._word,
        )

    async def _commit(self, turn: Turn, colleague: str) -> None:
        try:
            await self._store.commit(turn)
        except StaleEpoch as error:
            now = await self._load(turn.conversation.id)
            who = now.owner if now.owner not in {"", colleague} else "Somebody"
            raise WrongStatus(f"{who} was faster: look at the chat again.") from error
        self._context.feed.publish(LiveEvent(conversation_id=turn.conversation.id, kind="status"))


@dataclass(frozen=True, kw_only=True)
class DeskContext:
    """What the desk shares with the rest of the program.

    Args:
        fetch: Has files fetched that are due.
    """

    rules: DeskRules
    source: ContractSource
    feed: Feed
    templates: Templates
    files: FileStore
    fetch: Callable[[], None]


def came_too_late(transcript: Sequence[Entry]) -> bool:
    """Tell whether something said since the customer wrote came after the window had closed."""
    since = takewhile(lambda entry: entry.author is not Author.CUSTOMER, reversed(transcript))
    return any(one.state is ReplyState.FAILED and is_window(one.error) for one in since)


def _words(text: str) -> str:
    words = clean_text(text)
    if not words:
        raise ValueError("Write something first.")
    return words
