"""The in-memory twins of `MarkStore` and `OtherChats`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from bot.ports import Author, Lesson, Mark, OtherChat
from tests.fake_conversations import FakeConversations
from tests.fakes import lets_others_go_first


@dataclass
@lets_others_go_first
class FakeMarks:
    """Keeps marks in a dictionary, the last of each reply."""

    conversations: FakeConversations
    marks: dict[tuple[str, str], Mark] = field(default_factory=dict)

    async def put(self, mark: Mark) -> bool:
        entries = await self.conversations.transcript(mark.conversation_id)
        if not any(one.id == mark.entry and one.author is Author.BOT for one in entries):
            return False
        self.marks[mark.conversation_id, mark.entry] = mark
        return True

    async def of_chat(self, conversation_id: str) -> Mapping[str, Mark]:
        return {entry: one for (chat, entry), one in self.marks.items() if chat == conversation_id}

    async def lessons(self) -> Sequence[Lesson]:
        in_order = sorted(self.marks.values(), key=lambda one: one.at)
        return [await self._lesson(one) for one in in_order]

    async def _lesson(self, mark: Mark) -> Lesson:
        entries = await self.conversations.transcript(mark.conversation_id)
        (reply,) = (one for one in entries if one.id == mark.entry)
        before = (one for one in entries if one.author is Author.CUSTOMER and one.at <= reply.at)
        return Lesson(
            mark=mark,
            asked=[one.text for one in before][-1],
            said=reply.text,
            understood=reply.evidence.intent if reply.evidence else "",
        )


@dataclass
@lets_others_go_first
class FakeOtherChats:
    """Looks through the conversations of a fake."""

    conversations: FakeConversations

    async def of(
        self, phones: Collection[str], contracts: Collection[str], most: int
    ) -> Sequence[OtherChat]:
        found = [
            OtherChat(conversation=one.conversation, last_at=one.last_at)
            for one in await self.conversations.summaries()
            if one.conversation.phone in phones
            or {one.conversation.vouched_for, one.conversation.contract_id} & {*contracts}
        ]
        return sorted(found, key=lambda one: one.last_at, reverse=True)[:most]
