"""Asking a customer how it went, when a colleague closes their chat."""

from dataclasses import replace

from bot.domain.conversation import Conversation
from bot.domain.drafts import words_of
from bot.domain.feedback import asked
from bot.domain.fitting import ChoiceWords, fitted
from bot.domain.meaning import language_of
from bot.domain.messages import Reply
from bot.domain.rating import may_ask
from bot.domain.reply_window import is_open
from bot.ports import Author, Channels, ConversationStore, Turn
from bot.service.overview import came_too_late, has_been_helped
from bot.service.rules import DeskRules


class Asking:
    """Adds the question to a closing, where it can be sent and does not pester.

    Args:
        on: Whether anybody is asked at all.
    """

    def __init__(
        self, store: ConversationStore, channels: Channels, rules: DeskRules, *, on: bool
    ) -> None:
        self._store = store
        self._channels = channels
        self._rules = rules
        self._on = on

    async def with_question(self, closing: Turn) -> Turn:
        """Return the turn that closes a chat, with the question where there is to be one.

        The bot asks; a colleague has to have written since the chat was closed last.
        """
        chat, knowledge = closing.conversation, self._rules.knowledge
        if not self._on or not may_ask(chat.rating, closing.at) or not await self._may_send(chat):
            return closing
        after, question = asked(chat, closing.colleague, knowledge, closing.at)
        return replace(
            closing,
            conversation=after,
            author=Author.BOT,
            replies=self._parts(chat, question),
            rating=after.rating,
        )

    async def _may_send(self, chat: Conversation) -> bool:
        channel, reach = self._channels.of(chat.address), await self._store.reach(chat.id)
        if channel is None or reach.barred:
            return False
        if not is_open(reach.heard_at, self._rules.clock.now(), channel.limits.window):
            return False
        transcript = await self._store.transcript(chat.id)
        return has_been_helped(transcript) and not came_too_late(transcript)

    def _parts(self, chat: Conversation, question: Reply) -> tuple[Reply, ...]:
        channel, language = self._channels.of(chat.address), language_of("", chat.language)
        words = ChoiceWords(
            by_number=words_of(self._rules.knowledge, "by_number", language),
            open_list=words_of(self._rules.knowledge, "open_list", language),
        )
        return tuple(fitted(question, channel.limits, words)) if channel else (question,)
