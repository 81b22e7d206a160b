"""The in-memory twins of `TopicStore` and `StaffRoom`, and the plainest words for them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.conversation import Conversation, Status
from bot.domain.errors import DeliveryError, TopicGone
from bot.ports import FROM_PAGE, Entry, Topic
from bot.service.overview import ChatView
from tests.fake_conversations import FakeConversations
from tests.fakes import lets_others_go_first


@lets_others_go_first
class FakeTopics:
    """Keeps topics in a dictionary; another node can be made to hold some."""

    def __init__(self, conversations: FakeConversations) -> None:
        self.held_elsewhere: set[str] = set()
        self._conversations = conversations
        self._topics: dict[str, Topic] = {}

    async def find(self, conversation_id: str) -> Topic | None:
        return self._topics.get(conversation_id)

    async def hold(self, conversation_id: str) -> Topic | None:
        if conversation_id in self.held_elsewhere:
            return None
        return self._topics.setdefault(conversation_id, Topic(conversation_id=conversation_id))

    async def save(self, topic: Topic) -> None:
        self._topics[topic.conversation_id] = topic

    async def let_go(self, conversation_id: str) -> None:
        """Nobody else wants it."""

    async def chat_of(self, number: int) -> str | None:
        found = (chat for chat, topic in self._topics.items() if topic.number == number)
        return next(found, None)

    async def unfinished(self) -> Sequence[str]:
        waiting = await self._conversations.summaries(Status.WAITING)
        found = {one.conversation.id for one in waiting}
        return sorted(
            found | {one.conversation_id for one in self._topics.values() if one.is_open}
        )

    async def is_done(self, word: str) -> bool:
        return word in self._conversations.words

    async def own_entries(self, conversation_id: str) -> frozenset[str]:
        known = self._conversations.words.items()
        words = [told for key, told in known if not key.startswith(FROM_PAGE)]
        return frozenset(one for chat, ids in words if chat == conversation_id for one in ids)


@dataclass
@lets_others_go_first
class FakeRoom:
    """A group whose topics are lists of what was said; raises the next failure instead."""

    topics: dict[int, list[str]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    shut_ones: set[int] = field(default_factory=set)
    pinned: list[str] = field(default_factory=list)
    failures: list[DeliveryError] = field(default_factory=list)
    after: list[DeliveryError] = field(default_factory=list)

    async def begin(self, name: str) -> int:
        number = 100 + len(self.names)
        self.names[number], self.topics[number] = name, []
        return number

    async def say(self, topic: int, text: str, *, pinned: bool = False) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self._found(topic).append(text)
        if pinned:
            self.pinned.append(text)
        if self.after:
            raise self.after.pop(0)

    async def shut(self, topic: int) -> None:
        self._found(topic)
        self.shut_ones.add(topic)

    async def reopen(self, topic: int) -> None:
        self._found(topic)
        self.shut_ones.discard(topic)

    def _found(self, topic: int) -> list[str]:
        if topic not in self.topics:
            raise TopicGone("message thread not found")
        return self.topics[topic]


class PlainBoard:
    """Says who and what, in a line each."""

    def title(self, chat: Conversation) -> str:
        return f"chat {chat.id}"

    def card(self, view: ChatView) -> str:
        return f"card of {view.conversation.id}"

    def line(self, entry: Entry) -> str:
        return " ".join(filter(None, (entry.author.value, entry.event, entry.name, entry.text)))

    def refusal(self, why: str, details: str = "") -> str:
        return f"refused: {why} {details}".strip()
