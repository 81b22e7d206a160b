"""What staff do: take a chat, answer, note, pass on, put off, give back, close."""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace

from bot.domain import holding as steps
from bot.domain.conversation import ClosingReason, Conversation, Status
from bot.domain.enclosing import require_sendable
from bot.domain.errors import (
    BotError,
    ContractNotFound,
    FileUnavailable,
    NoSuchColleague,
    StaleEpoch,
    WrongStatus,
)
from bot.domain.fitting import fitted
from bot.domain.messages import NEVER_ANSWERED, Reply, clean_text
from bot.domain.snoozing import until
from bot.ports import (
    Author,
    Channels,
    ConversationStore,
    EnclosedFile,
    Entry,
    LiveEvent,
    ReplyState,
    Turn,
)
from bot.service.asking import Asking
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
        self._asking = Asking(store, channels, context.rules, on=context.asks_rating)
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
        chat = await self._overview.chat(conversation_id)
        if chat.status is Status.STAFF and chat.owner == colleague:
            raise WrongStatus("You have taken this chat already.")
        await self._take(chat, colleague)

    async def open_again(self, conversation_id: str, colleague: str) -> None:
        """Open a closed chat, and take it.

        Raises:
            WrongStatus: It is not closed.
        """
        await self._step(
            conversation_id,
            colleague,
            lambda chat: steps.open_again(chat, colleague),
            event="open_again",
        )

    async def let_go(self, conversation_id: str, colleague: str) -> None:
        """Undo a claim: the chat waits in its old place, or is the bot's again.

        Raises:
            WrongStatus: The colleague does not hold the chat.
        """
        owes = owes_answer(await self._store.transcript(conversation_id))
        now = self._context.rules.clock.now()
        await self._step(
            conversation_id,
            colleague,
            lambda chat: steps.let_go(chat, colleague, now, owes_answer=owes),
            event="let_go",
        )

    async def transfer(
        self, conversation_id: str, colleague: str, to: str, remark: str = ""
    ) -> None:
        """Give a chat to another colleague, with an internal note if there is something to say.

        Raises:
            NoSuchColleague: Nobody else signs in by this name.
            WrongStatus: The colleague does not hold the chat.
        """
        if to == colleague or to not in await self._context.staff.names():
            raise NoSuchColleague(f"There is no other colleague {to}.")
        chat = await self._overview.chat(conversation_id)
        turn = self._turn(chat, steps.transfer(chat, colleague, to), colleague, event="transfer")
        await self._commit(replace(turn, note=to, remark=clean_text(remark)), colleague)

    async def snooze(self, conversation_id: str, colleague: str, written: str) -> None:
        """Put a chat off until a moment, as a form names it.

        Raises:
            BadMoment: It names none, or one that is past or too far ahead.
            WrongStatus: The colleague does not hold the chat, or has put it off already.
        """
        moment = until(written, self._context.rules.clock.now())
        await self._step(
            conversation_id,
            colleague,
            lambda chat: steps.snooze(chat, colleague, moment),
            event="snooze",
            note=moment.isoformat(timespec="seconds"),
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
        await self._take(chat, colleague, tuple(parts), tuple(files))

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
        await self._take(chat, colleague, (reply,))

    async def note(self, conversation_id: str, colleague: str, text: str) -> None:
        """Write something that only colleagues see.

        Raises:
            ValueError: The text is empty.
        """
        words = _words(text)
        await self._step(conversation_id, colleague, lambda chat: chat, event="note", note=words)

    async def give_back(
        self, conversation_id: str, colleague: str, *, tells: bool = False
    ) -> None:
        """Let the bot speak again.

        Args:
            conversation_id: The chat.
            colleague: Who holds it.
            tells: Whether the customer is told, if anything reaches them now.

        Raises:
            WrongStatus: The colleague does not hold the chat.
        """
        chat = await self._overview.chat(conversation_id)
        line = await self._overview.given_back(chat) if tells else None
        turn = self._turn(chat, steps.give_back(chat, colleague), colleague, event="give_back")
        # The bot says it: it is not said any more once somebody takes the chat again.
        said = replace(turn, author=Author.BOT, replies=(line,) if line else ())
        await self._commit(said, colleague)
        self._outbox.wake(chat.id)

    async def close(
        self,
        conversation_id: str,
        colleague: str,
        reason: ClosingReason | None = None,
        *,
        ask: bool = True,
    ) -> None:
        """End a chat; it opens again when the customer writes.

        Args:
            conversation_id: The chat.
            colleague: Who holds it.
            reason: Why it ends.
            ask: Whether the customer may be asked how it went, if it is solved.

        Raises:
            WrongStatus: The colleague does not hold the chat.
        """
        chat = await self._overview.chat(conversation_id)
        after = steps.close(chat, colleague, reason)
        turn = replace(self._turn(chat, after, colleague, event="close"), note=reason or "")
        asks = ask and reason in {None, ClosingReason.SOLVED}
        await self._commit(await self._asking.with_question(turn) if asks else turn, colleague)
        self._outbox.wake(chat.id)

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

    async def _take(
        self,
        chat: Conversation,
        colleague: str,
        replies: tuple[Reply, ...] = (),
        files: tuple[EnclosedFile, ...] = (),
    ) -> None:
        """Give a chat to a colleague if nobody has it, and have their replies sent."""
        event = "" if chat.status is Status.STAFF else _event_of_taking(chat)
        turn = self._turn(chat, steps.claim(chat, colleague), colleague, event=event)
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


def owes_answer(transcript: Sequence[Entry]) -> bool:
    """Tell whether the customer's last words have not been answered."""
    for entry in reversed(transcript):
        if entry.author is Author.CUSTOMER and entry.kind not in NEVER_ANSWERED:
            return True
        if entry.author in {Author.BOT, Author.STAFF}:
            return entry.state is ReplyState.DROPPED
    return False


def _event_of_taking(chat: Conversation) -> str:
    return "resume" if chat.status is Status.SNOOZED else "claim"


def _words(text: str) -> str:
    words = clean_text(text)
    if not words:
        raise ValueError("Write something first.")
    return words
