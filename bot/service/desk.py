"""What staff do: see who waits, take a chat, answer, note, give back, close."""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, replace

from bot.domain import conversation as steps
from bot.domain.conversation import Conversation, Status
from bot.domain.errors import BotError, ContractNotFound, FileUnavailable, StaleEpoch, WrongStatus
from bot.domain.knowledge import Assurance
from bot.domain.known_contract import KnownContract, known
from bot.domain.messages import Attachment, Reply, clean_text
from bot.domain.wording import fitted
from bot.ports import (
    Author,
    Channels,
    ContractSource,
    ConversationStore,
    ConversationSummary,
    Entry,
    Feed,
    FetchesFiles,
    LiveEvent,
    Turn,
)
from bot.service.facts import FactFinder
from bot.service.outbox import Outbox
from bot.service.rules import DeskRules


class UnknownConversation(BotError):
    """Nobody ever wrote from this address."""


@dataclass(frozen=True, kw_only=True)
class ChatView:
    """A chat as staff see it.

    Args:
        source_silent: Whether the source of contracts was asked and did not answer.
    """

    conversation: Conversation
    transcript: Sequence[Entry]
    cards: Sequence[KnownContract]
    assurance: Assurance
    source_silent: bool


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

    async def view(self, conversation_id: str) -> ChatView:
        """Return all that staff need to see of a chat.

        Raises:
            UnknownConversation: There is no such chat.
        """
        conversation = await self._load(conversation_id)
        facts = await self._finder.about(conversation)
        rules, now = self._context.rules, self._context.rules.clock.now()
        return ChatView(
            conversation=conversation,
            transcript=await self._store.transcript(conversation_id),
            cards=[known(one, rules.calendar, now) for one in facts.identity.contracts],
            assurance=facts.identity.assurance,
            source_silent=facts.source_silent,
        )

    async def file(self, conversation_id: str, entry_id: str, at: int) -> tuple[Attachment, bytes]:
        """Return a file a customer sent, fetched from the vendor.

        Args:
            conversation_id: The chat.
            entry_id: The entry of its transcript.
            at: Which of the entry's files, counted from 0.

        Raises:
            FileUnavailable: There is no such file, or the vendor does not give it.
        """
        chat = await self._load(conversation_id)
        entries = await self._store.transcript(conversation_id)
        found = (entry.attachments for entry in entries if entry.id == entry_id)
        files: Sequence[Attachment] = next(found, ())
        channel: object = self._channels.of(chat.address)
        if not 0 <= at < len(files) or not isinstance(channel, FetchesFiles):
            raise FileUnavailable("There is no such file.")
        return files[at], await channel.fetch(files[at])

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
        held = steps.claim(chat, colleague)
        channel = self._channels.of(chat.address)
        whole = Reply(text=words)
        parts = fitted(whole, channel.limits) if channel else [whole]
        event = "" if chat.status is Status.STAFF else "claim"
        turn = self._turn(chat, held, colleague, event=event)
        await self._commit(replace(turn, replies=tuple(parts)), colleague)
        self._outbox.wake(conversation_id)

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
    """What the desk shares with the rest of the program."""

    rules: DeskRules
    source: ContractSource
    feed: Feed


def _words(text: str) -> str:
    words = clean_text(text)
    if not words:
        raise ValueError("Write something first.")
    return words
