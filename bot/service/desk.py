"""What staff do: take a chat, answer, note, give back, close."""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace

from bot.domain import conversation as steps
from bot.domain.conversation import Conversation, Status
from bot.domain.enclosing import require_sendable
from bot.domain.errors import BotError, ContractNotFound, FileUnavailable, StaleEpoch, WrongStatus
from bot.domain.fitting import fitted
from bot.domain.messages import Reply, clean_text
from bot.ports import (
    Author,
    Channels,
    ConversationStore,
    EnclosedFile,
    LiveEvent,
    Turn,
)
from bot.service.outbox import Outbox
from bot.service.overview import DeskContext, Overview


class NoticeUnavailable(BotError):
    """An approved message cannot be sent in this chat: it is not approved, or cannot be filled."""


class Desk:
    """The steps of staff; their replies leave by the same outbox as the bot's."""

    def __init__(
        self,
        store: ConversationStore,
        overview: Overview,
        outbox: Outbox,
        channels: Channels,
        context: DeskContext,
    ) -> None:
        self._store = store
        self._overview = overview
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

    async def reply(
        self,
        conversation_id: str,
        colleague: str,
        text: str,
        files: Sequence[EnclosedFile] = (),
    ) -> None:
        """Answer the customer by their channel; takes the chat if nobody has.

        Args:
            conversation_id: The chat.
            colleague: Who answers.
            text: May be empty if there are files.
            files: Follow the text, in this order.

        Raises:
            ValueError: The text is empty, and there is no file.
            EnclosureRefused: The channel does not take these files.
            WrongStatus: Somebody else holds the chat, or it is closed.
        """
        words = clean_text(text) if files else _words(text)
        chat = await self._overview.chat(conversation_id)
        channel = self._channels.of(chat.address)
        whole = Reply(text=words, enclosures=tuple(file.enclosure for file in files))
        require_sendable(whole.enclosures, channel.limits.files if channel else None)
        parts = fitted(whole, channel.limits) if channel else [whole]
        await self._say(chat, colleague, tuple(parts), tuple(files))

    async def send_notice(self, conversation_id: str, colleague: str, name: str) -> None:
        """Send one of the approved messages that ``view`` shows; takes the chat if nobody has.

        Raises:
            NoticeUnavailable: There is no such message for this chat.
            WrongStatus: Somebody else holds the chat, or it is closed.
        """
        chat = await self._overview.chat(conversation_id)
        reply = self._overview.notices(chat, colleague).get(name)
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

    async def _say(
        self,
        chat: Conversation,
        colleague: str,
        replies: tuple[Reply, ...],
        files: tuple[EnclosedFile, ...] = (),
    ) -> None:
        """Have replies sent by a colleague, who takes the chat if nobody has."""
        held = steps.claim(chat, colleague)
        event = "" if chat.status is Status.STAFF else "claim"
        turn = self._turn(chat, held, colleague, event=event)
        await self._commit(replace(turn, replies=replies, files=files), colleague)
        self._outbox.wake(chat.id)

    async def _step(
        self,
        conversation_id: str,
        colleague: str,
        change: Callable[[Conversation], Conversation],
        *,
        event: str,
        note: str = "",
    ) -> None:
        chat = await self._overview.chat(conversation_id)
        turn = self._turn(chat, change(chat), colleague, event=event)
        await self._commit(replace(turn, note=note), colleague)

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
            now = await self._overview.chat(turn.conversation.id)
            who = now.owner if now.owner not in {"", colleague} else "Somebody"
            raise WrongStatus(f"{who} was faster: look at the chat again.") from error
        self._context.feed.publish(LiveEvent(conversation_id=turn.conversation.id, kind="status"))


def _words(text: str) -> str:
    words = clean_text(text)
    if not words:
        raise ValueError("Write something first.")
    return words
