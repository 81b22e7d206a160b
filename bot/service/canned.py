"""The replies that colleagues need often, ready for one chat."""

from collections.abc import Sequence

from bot.domain.canned import Case, Filled, filled
from bot.service.facts import FactFinder
from bot.service.overview import Overview
from bot.service.rules import DeskRules


class CannedReplies:
    """Fills replies with what the sender of a chat may hear."""

    def __init__(self, overview: Overview, finder: FactFinder, rules: DeskRules) -> None:
        self._overview = overview
        self._finder = finder
        self._rules = rules

    async def ready(self, conversation_id: str, colleague: str) -> Sequence[Filled]:
        """Return all of them, in the order of their file.

        Args:
            conversation_id: The chat.
            colleague: Who sends them.

        Raises:
            UnknownConversation: There is no such chat.
        """
        chat = await self._overview.chat(conversation_id)
        facts = await self._finder.recorded(chat)
        case = Case(chat=chat, identity=facts.identity, colleague=colleague)
        knowledge, moment = self._rules.knowledge, self._rules.moment()
        return [filled(one, case, knowledge, moment) for one in knowledge.canned.values()]
