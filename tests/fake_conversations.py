"""The in-memory twin of `ConversationStore` and of `Nodes`."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.domain.conversation import Conversation, Status
from bot.domain.errors import StaleEpoch
from bot.domain.files import FileTrouble
from bot.domain.messages import NEVER_ANSWERED, Address, InboundMessage, MessageKind, Reply
from bot.domain.rating import RatingAsked
from bot.ports import (
    LONGEST_WAIT,
    Author,
    ChannelActivity,
    Committed,
    ConversationSummary,
    DeliveryReport,
    Entry,
    Hit,
    Listing,
    ListPage,
    OutboxReply,
    Part,
    Reach,
    ReplyState,
    Search,
    StoredMessage,
    Stretch,
    Tab,
    Turn,
    Unattended,
    WebhookCall,
    in_order,
)
from tests.fake_files import FakeEnclosures, FakeFiles
from tests.fake_lists import is_named, left_by, listed, paged, part_of, says
from tests.fakes import lets_others_go_first

_AHEAD = (
    ReplyState.SENDING,
    ReplyState.SENT,
    ReplyState.FAILED,
    ReplyState.DELIVERED,
    ReplyState.READ,
)
_REPORTED = {
    "delivered": ReplyState.DELIVERED,
    "read": ReplyState.READ,
    "failed": ReplyState.FAILED,
    "undelivered": ReplyState.FAILED,
}
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class _Received:
    stored: StoredMessage
    at: datetime
    done: bool = False
    error: str = ""

    @property
    def chat(self) -> str:
        return str(self.stored.message.sender)


@dataclass
class _Queued:
    id: int
    turn: Turn
    reply: Reply
    next_try: datetime
    epoch: int
    state: ReplyState = ReplyState.WAITING
    attempts: int = 0
    error: str = ""
    vendor_id: str = ""
    sent_at: datetime | None = None

    @property
    def chat(self) -> str:
        return self.turn.conversation.id

    @property
    def channel(self) -> str:
        return self.turn.conversation.address.channel

    @property
    def may_change(self) -> bool:
        return self.open or self.state is ReplyState.UNCERTAIN

    @property
    def open(self) -> bool:
        return self.state in {ReplyState.WAITING, ReplyState.SENDING}

    def is_due(self, now: datetime) -> bool:
        return self.next_try <= now or self.next_try > now + LONGEST_WAIT


@lets_others_go_first
class FakeConversations:
    """Keeps conversations, inbox and outbox in lists; as a node it can be told to be late."""

    beat = timedelta(seconds=30)

    def __init__(self) -> None:
        self.unreadable: list[WebhookCall] = []
        self.is_late = False
        self.shut_out: set[str] = set()
        self._due: dict[str, float] = {}
        self._chats: dict[str, Conversation] = {}
        self._reach: dict[str, Reach] = {}
        self._aliases: dict[tuple[str, str], str] = {}
        self._active_at: dict[str, datetime] = {}
        self._inbox: dict[tuple[str, str], _Received] = {}
        self._outbox: list[_Queued] = []
        self._events: list[Turn] = []
        self.ratings: dict[tuple[str, int], RatingAsked] = {}
        self.words: dict[str, tuple[str, frozenset[str]]] = {}
        self._early: dict[tuple[str, str, str], DeliveryReport] = {}
        self.files = FakeFiles(self._note_missing)
        self.enclosures = FakeEnclosures()

    @property
    def chats(self) -> Sequence[Conversation]:
        """All of them."""
        return list(self._chats.values())

    async def accept(self, messages: Sequence[InboundMessage]) -> Sequence[StoredMessage]:
        return [stored for message in messages if (stored := self._accept(message))]

    def _accept(self, message: InboundMessage) -> StoredMessage | None:
        message = self._in_its_chat(message)
        key, chat = (message.sender.channel, message.vendor_id), str(message.sender)
        self._chats.setdefault(chat, Conversation(id=chat, address=message.sender))
        at = self._active_at[chat] = self._in_order(chat, message.received_at)
        self._note_reach(message)
        if key in self._inbox or self._has_token(message):
            return None
        is_next = self._oldest_open(chat) is None
        stored = StoredMessage(id=len(self._inbox) + 1, message=message)
        is_edit = message.kind is MessageKind.EDIT
        done = message.kind in NEVER_ANSWERED or (is_edit and not self._replaced(message))
        self._inbox[key] = _Received(stored, at, done)
        self.files.note(stored)
        return replace(stored, chat=self._chats[chat]) if is_next and not done else stored

    def _in_its_chat(self, message: InboundMessage) -> InboundMessage:
        known = self._aliases.get((message.sender.channel, message.user_id))
        if known and str(message.sender) not in self._chats:
            before, now = Address.read(known), message.sender
            if message.user_id in {before.id, now.id}:
                message = replace(message, sender=before, answer_at=now)
        if message.user_id:
            self._aliases[message.sender.channel, message.user_id] = str(message.sender)
        return message

    def _note_reach(self, message: InboundMessage) -> None:
        chat, kind = str(message.sender), message.kind
        known = self._reach.setdefault(chat, Reach())
        if kind not in NEVER_ANSWERED:
            self._reach[chat] = Reach(heard_at=message.received_at)
        elif kind is not MessageKind.REACTION:
            barred = "blocked" if kind is MessageKind.BLOCKED else ""
            self._reach[chat] = replace(known, barred=barred)

    def _has_token(self, message: InboundMessage) -> bool:
        received = (one.stored.message for one in self._inbox.values())
        known = {(one.sender.channel, one.token) for one in received if one.token}
        return (message.sender.channel, message.token) in known

    def _replaced(self, edit: InboundMessage) -> bool:
        changed = [
            one
            for one in self._inbox.values()
            if one.chat == str(edit.sender) and not one.done
            if one.stored.message.id_in_chat == edit.id_in_chat
        ]
        for one in changed:
            one.done = True
        return bool(changed)

    def _note_missing(self, chat: str, trouble: FileTrouble, now: datetime) -> None:
        before = self._chats[chat]
        self._events.append(
            Turn(
                conversation=before,
                epoch_before=before.epoch,
                at=now,
                event="file_failed",
                note=trouble,
            )
        )

    async def keep_unreadable(self, call: WebhookCall, channel: str, reason: str) -> None:
        self.unreadable.append(call)

    async def unanswered(self) -> Sequence[str]:
        return list({one.chat: None for one in self._inbox.values() if not one.done})

    async def next_message(self, conversation_id: str) -> StoredMessage | None:
        return self._oldest_open(conversation_id)

    def _oldest_open(self, chat: str) -> StoredMessage | None:
        waiting = (one.stored for one in self._inbox.values() if one.chat == chat and not one.done)
        oldest = next(waiting, None)
        return replace(oldest, chat=self._chats[chat]) if oldest else None

    async def following(self, stored: StoredMessage) -> StoredMessage | None:
        chat = str(stored.message.sender)
        later = (
            one.stored
            for one in self._inbox.values()
            if one.chat == chat and not one.done and one.stored.id > stored.id
        )
        following = next(later, None)
        return replace(following, chat=self._chats[chat]) if following else None

    async def conversation(self, conversation_id: str) -> Conversation | None:
        return self._chats.get(conversation_id)

    async def commit(self, turn: Turn) -> Committed:
        answered = [self._received(one) for one in turn.inbox_ids]
        chat = self._of_the_turn(turn, answered)
        for one in answered:
            one.done = True
        turn = replace(turn, at=self._in_order(chat.id, turn.at))
        if turn.changes_chat:
            self._chats[chat.id] = turn.conversation
            self._active_at[chat.id] = turn.at
            self._carry_over(turn)
            self._drop_outdated(chat.id)
        is_next = not any(one.open for one in self._outbox if one.chat == chat.id)
        self.enclosures.keep(turn.files)
        for reply in turn.replies:
            number, epoch = len(self._outbox) + 1, turn.conversation.epoch
            self._outbox.append(_Queued(number, turn, reply, _LONG_AGO, epoch))
        self._events.extend([turn] if turn.event else [])
        if turn.remark:
            self._events.append(replace(turn, event="note", note=turn.remark, word=""))
        self._note_word(turn)
        if turn.rating is not None:
            self.ratings[chat.id, turn.rating.closing] = turn.rating
        first = self._outbox[-len(turn.replies)] if is_next and turn.replies else None
        return self._next(chat.id, first) if answered else Committed()

    def _of_the_turn(self, turn: Turn, answered: list[_Received]) -> Conversation:
        chat = self._chats.get(turn.conversation.id)
        if chat is None or chat.epoch != turn.epoch_before:
            raise StaleEpoch("who speaks has changed")
        if any(one.done for one in answered):
            raise StaleEpoch("answered already")
        if turn.event in {"news", "news_for_staff"} and self._is_told(turn):
            raise StaleEpoch("told already")
        if turn.word in self.words:
            raise StaleEpoch("carried out already")
        return chat

    def _note_word(self, turn: Turn) -> None:
        if turn.word:
            said = [f"o{one.id}" for one in self._outbox if one.turn is turn and turn.said_by]
            noted = [f"e{len(self._events) - 1}"] if turn.event == "note" else []
            self.words[turn.word] = (turn.conversation.id, frozenset([*said, *noted]))

    def _next(self, chat: str, first: _Queued | None) -> Committed:
        reply = self._on_its_way(first) if first else None
        return Committed(message=self._oldest_open(chat), reply=reply)

    def _is_told(self, turn: Turn) -> bool:
        told = ((one.conversation.id, one.note) for one in self._events if "news" in one.event)
        return (turn.conversation.id, turn.note) in told

    async def unattended(self) -> Sequence[Unattended]:
        found = [
            Unattended(conversation_id=one.id, owner=one.owner, until=one.snoozed_until)
            for one in self._chats.values()
            if (one.status is Status.SNOOZED and one.snoozed_until)
            or (one.status is Status.STAFF and one.owner in self.shut_out)
        ]
        return sorted(found, key=lambda one: (one.until is None, one.until, one.conversation_id))

    async def note_failure(self, inbox_id: int, error: str) -> None:
        one = self._received(inbox_id)
        one.stored = replace(one.stored, attempts=one.stored.attempts + 1)
        one.error = error

    async def undelivered(self, now: datetime) -> Sequence[str]:
        return [head.chat for head in self._heads() if head.is_due(now)]

    async def next_attempt_at(self) -> datetime | None:
        put_off = (one.next_try for one in self._heads() if one.next_try != _LONG_AGO)
        return min(put_off, default=None)

    async def next_reply(self, conversation_id: str, now: datetime) -> OutboxReply | None:
        self._drop_outdated(conversation_id)
        head = next((one for one in self._heads() if one.chat == conversation_id), None)
        if head is None or not head.is_due(now):
            return None
        return self._on_its_way(head)

    async def leave(self, reply: OutboxReply) -> OutboxReply | None:
        one = self._outbox[reply.id - 1]
        by_bot, now = one.turn.author is Author.BOT, self._chats[one.chat].epoch
        if one.state is not ReplyState.WAITING or (by_bot and one.epoch < now):
            return None
        one.state = ReplyState.SENDING
        return replace(reply, node=1)

    def _on_its_way(self, one: _Queued) -> OutboxReply:
        to = self._chats[one.chat].address
        heard_at = self._reach.get(one.chat, Reach()).heard_at
        return OutboxReply(
            id=one.id, to=to, reply=one.reply, attempts=one.attempts, heard_at=heard_at
        )

    def may_send(self, reply: OutboxReply) -> bool:
        return not self.is_late

    async def mark_sent(self, reply_id: int, vendor_id: str, now: datetime) -> bool:
        one = self._outbox[reply_id - 1]
        if not one.may_change:
            return False
        one.state, one.vendor_id, one.error = ReplyState.SENT, vendor_id, ""
        one.sent_at = now
        early = [key for key in self._early if key[:2] == (one.channel, vendor_id)]
        for key in early:
            self._take(self._early.pop(key))
        return any(other.open for other in self._outbox if other.chat == one.chat)

    async def mark_failed(self, reply_id: int, error: str, next_try: datetime | None) -> None:
        one = self._outbox[reply_id - 1]
        if not one.may_change:
            return
        again = next_try is not None and not self._said_more(one)
        one.state = ReplyState.WAITING if again else ReplyState.FAILED
        one.next_try, one.error, one.attempts = next_try or one.next_try, error, one.attempts + 1

    async def mark_doubtful(self, reply_id: int, error: str) -> None:
        one = self._outbox[reply_id - 1]
        one.state, one.error, one.attempts = ReplyState.UNCERTAIN, error, one.attempts + 1

    def _said_more(self, one: _Queued) -> bool:
        """Tell whether what follows a reply has been said: then it is too late for it."""
        nothing = {ReplyState.WAITING, ReplyState.DROPPED}
        later = (other for other in self._outbox[one.id :] if other.chat == one.chat)
        is_late = one.state is ReplyState.UNCERTAIN
        return is_late and any(other.state not in nothing for other in later)

    async def take_over(self) -> Sequence[str]:
        """Begin anew, as after a restart."""
        left = [one.chat for one in self._outbox if one.open]
        left += [one.chat for one in self._inbox.values() if not one.done]
        for one in self._outbox:
            if one.state is ReplyState.SENDING:
                one.state, one.error = ReplyState.UNCERTAIN, "the program stopped"
        return sorted(set(left))

    async def secret(self, name: str) -> str:
        return f"the secret of {name}, which has 32 characters"

    async def claim(self, job: str, every: timedelta) -> bool:
        now = asyncio.get_running_loop().time()
        if self._due.get(job, now) > now:
            return False
        self._due[job] = now + every.total_seconds()
        return True

    async def record_report(self, report: DeliveryReport) -> str | None:
        chat = self._take(report)
        if chat is None and report.status in _REPORTED:
            self._early.setdefault((report.channel, report.vendor_id, report.status), report)
        return chat

    def _take(self, report: DeliveryReport) -> str | None:
        keys = [(one.channel, one.vendor_id) for one in self._outbox]
        if (report.channel, report.vendor_id) not in keys:
            return None
        one = self._outbox[keys.index((report.channel, report.vendor_id))]
        state = _REPORTED.get(report.status)
        if _is_ahead(state, one.state):
            one.state, one.error = state or one.state, report.error
        return one.chat

    async def reach(self, conversation_id: str) -> Reach:
        return self._reach.get(conversation_id, Reach())

    async def bar(self, conversation_id: str, why: str) -> None:
        self._reach[conversation_id] = replace(self._reach[conversation_id], barred=why)

    async def activity(self) -> Sequence[ChannelActivity]:
        names = {chat.address.channel for chat in self._chats.values()}
        return [self._activity(name) for name in sorted(names)]

    def _activity(self, name: str) -> ChannelActivity:
        came = [one.at for one in self._inbox.values() if one.chat.startswith(f"{name}:")]
        mine = [one for one in self._outbox if one.chat.startswith(f"{name}:")]
        went = [one.sent_at for one in mine if one.sent_at]
        wrong = [one for one in mine if one.error]
        return ChannelActivity(
            channel=name,
            last_in=max(came, default=None),
            last_out=max(went, default=None),
            last_error_at=wrong[-1].turn.at if wrong else None,
            last_error=wrong[-1].error if wrong else "",
        )

    async def summaries(self, status: Status | None = None) -> Sequence[ConversationSummary]:
        chats = [chat for chat in self._chats.values() if status in {None, chat.status}]
        by_activity = sorted(chats, key=lambda chat: self._active_at[chat.id], reverse=True)
        return [self._summary(chat) for chat in sorted(by_activity, key=_waits_since)]

    async def transcript(self, conversation_id: str) -> Sequence[Entry]:
        return self._transcript(conversation_id)

    async def counts(self, colleague: str) -> Mapping[Tab, int]:
        return {
            tab: len(listed(self._chats.values(), Listing(tab=tab, colleague=colleague)))
            for tab in Tab
        }

    async def page(self, listing: Listing) -> ListPage:
        by_activity = sorted(
            self._chats.values(), key=lambda one: (self._active_at[one.id], one.id), reverse=True
        )
        return paged([self._summary(one) for one in listed(by_activity, listing)], listing)

    async def search(self, search: Search) -> Sequence[Hit]:
        chats = left_by(self._chats.values(), search.filters)
        people = [Hit(conversation=one) for one in chats if is_named(one, search.terms)]
        replaced = {
            (one.chat, one.stored.message.id_in_chat): one.stored.message.vendor_id
            for one in self._inbox.values()
        }
        latest = {
            f"i{one.stored.id}"
            for one in self._inbox.values()
            if replaced[one.chat, one.stored.message.id_in_chat] == one.stored.message.vendor_id
        }
        said = [
            Hit(conversation=chat, entry=one)
            for chat in chats
            for one in self._transcript(chat.id)
            if one.author is not Author.EVENT and says(one, search.terms)
            if one.author is not Author.CUSTOMER or one.id in latest
        ]
        newest = sorted(said, key=lambda hit: hit.entry.at if hit.entry else _LONG_AGO)[::-1]
        return [*people, *newest][: search.limit]

    async def part(self, conversation_id: str, stretch: Stretch) -> Part:
        return part_of(self._transcript(conversation_id), stretch)

    def _in_order(self, chat: str, at: datetime) -> datetime:
        last = self._active_at.get(chat, at)
        return at if at >= last else last + timedelta(microseconds=1)

    def _received(self, inbox_id: int) -> _Received:
        return list(self._inbox.values())[inbox_id - 1]

    def _heads(self) -> list[_Queued]:
        """Return the first open reply of each conversation, unless it is being sent."""
        first: dict[str, _Queued] = {}
        for one in self._outbox:
            if one.open:
                first.setdefault(one.chat, one)
        return [one for one in first.values() if one.state is ReplyState.WAITING]

    def _carry_over(self, turn: Turn) -> None:
        if turn.conversation.status in {Status.STAFF, Status.SNOOZED, Status.CLOSED}:
            return
        for one in self._outbox:
            own = one.chat == turn.conversation.id and one.turn.author is Author.BOT
            if own and one.open and one.epoch == turn.epoch_before:
                one.epoch = turn.conversation.epoch

    def _drop_outdated(self, chat: str) -> None:
        for one in self._outbox:
            old = one.epoch < self._chats[one.chat].epoch
            by_bot = one.turn.author is Author.BOT
            if one.chat == chat and one.state is ReplyState.WAITING and by_bot and old:
                one.state = ReplyState.DROPPED

    def _summary(self, chat: Conversation) -> ConversationSummary:
        said = (Author.CUSTOMER, Author.BOT, Author.STAFF)
        last = [entry for entry in self._transcript(chat.id) if entry.author in said][-1]
        events = [one for one in self._events if one.conversation.id == chat.id]
        failed = [one.at for one in events if one.event == "file_failed"]
        seen = [one.at for one in events if one.colleague]
        return ConversationSummary(
            conversation=chat,
            last_text=last.text,
            last_at=last.at,
            last_author=last.author,
            last_kind=last.kind,
            lacks_file=max(failed, default=_LONG_AGO) > max(seen, default=_LONG_AGO),
            heard_at=self._reach.get(chat.id, Reach()).heard_at,
        )

    def _inbound(self, one: _Received) -> Entry:
        return replace(_inbound_entry(one), files=self.files.notes_of(one.stored.id))

    def _transcript(self, chat: str) -> list[Entry]:
        entries = [
            *(self._inbound(one) for one in self._inbox.values() if one.chat == chat),
            *(_reply_entry(one) for one in self._outbox if one.chat == chat),
            *(
                _event_entry(number, turn)
                for number, turn in enumerate(self._events)
                if turn.conversation.id == chat
            ),
        ]
        return sorted(entries, key=in_order)


def _is_ahead(state: ReplyState | None, before: ReplyState) -> bool:
    return state in _AHEAD and before in _AHEAD[: _AHEAD.index(state)]


def _waits_since(chat: Conversation) -> tuple[bool, float]:
    waits = chat.status is Status.WAITING and chat.waiting_since is not None
    return not waits, chat.waiting_since.timestamp() if waits and chat.waiting_since else 0.0


def _inbound_entry(one: _Received) -> Entry:
    message = one.stored.message
    return Entry(
        id=f"i{one.stored.id}",
        at=one.at,
        author=Author.CUSTOMER,
        text=message.text or message.payload,
        name=message.name,
        error="" if one.done else one.error,
        attachments=message.attachments,
        kind=message.kind,
        details=message.details,
        forwarded=message.forwarded,
        id_in_chat=message.id_in_chat,
        refers_to=message.refers_to,
    )


def _reply_entry(one: _Queued) -> Entry:
    return Entry(
        id=f"o{one.id}",
        at=one.turn.at,
        author=one.turn.author,
        text=one.reply.text,
        name=one.turn.said_by,
        buttons=one.reply.buttons,
        state=one.state,
        error=one.error,
        evidence=one.turn.evidence,
        picture=one.reply.picture,
        enclosures=one.reply.enclosures,
        id_in_chat=one.vendor_id,
    )


def _event_entry(number: int, turn: Turn) -> Entry:
    return Entry(
        id=f"e{number}",
        at=turn.at,
        author=Author.NOTE if turn.event == "note" else Author.EVENT,
        text=turn.note,
        name=turn.colleague,
        event=turn.event,
    )
