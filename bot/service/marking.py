"""What colleagues think of the bot's replies."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.errors import BotError
from bot.domain.masking import masked
from bot.ports import Feed, LiveEvent, Mark, MarkStore
from bot.service.rules import DeskRules


class NothingToMark(BotError):
    """There is no such reply of the bot in this chat, or no such intent."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a colleague thinks of a reply.

    Args:
        intent: Which one would have been right, or nothing.
    """

    is_right: bool
    intent: str = ""
    note: str = ""


class Marking:
    """Keeps verdicts for the learning list."""

    def __init__(self, marks: MarkStore, rules: DeskRules, feed: Feed) -> None:
        self._marks = marks
        self._rules = rules
        self._feed = feed

    async def of(self, conversation_id: str) -> Mapping[str, Mark]:
        """Return the marks of a chat, by the entry of its transcript."""
        return await self._marks.of_chat(conversation_id)

    async def mark(
        self, conversation_id: str, colleague: str, entry: str, verdict: Verdict
    ) -> None:
        """Keep what a colleague thinks of a reply, in place of what was thought before.

        Raises:
            NothingToMark: There is no such reply of the bot, or no such intent.
        """
        if verdict.intent and verdict.intent not in self._rules.knowledge.intents:
            raise NothingToMark(f"There is no intent {verdict.intent}.")
        mark = Mark(
            conversation_id=conversation_id,
            entry=entry,
            is_right=verdict.is_right,
            intent="" if verdict.is_right else verdict.intent,
            note="" if verdict.is_right else masked(verdict.note),
            colleague=colleague,
            at=self._rules.clock.now(),
        )
        if not await self._marks.put(mark):
            raise NothingToMark("This is no reply of the bot in this chat.")
        self._feed.publish(LiveEvent(conversation_id=conversation_id, kind="mark"))
