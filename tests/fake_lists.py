"""Lists, parts and searches of the in-memory store, done the plain way."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain.conversation import Conversation, Status
from bot.domain.searching import Terms, folded
from bot.ports import (
    OTHER_LANGUAGE,
    ConversationSummary,
    Entry,
    Filters,
    Listing,
    ListPage,
    Part,
    Stretch,
    Tab,
)

AFTER = 25


def left_by(chats: Iterable[Conversation], filters: Filters) -> list[Conversation]:
    """Return the chats that filters leave."""
    return [one for one in chats if _passes(one, filters)]


def _passes(chat: Conversation, filters: Filters) -> bool:
    language = chat.language or "it"
    if language not in {"it", "en"}:
        language = OTHER_LANGUAGE
    facts = ((filters.channel, chat.address.channel), (filters.language, language))
    reasons = ((filters.reason, chat.reason or ""),)
    return all(wanted in {"", fact} for wanted, fact in (*facts, *reasons))


def listed(chats: Iterable[Conversation], listing: Listing) -> list[Conversation]:
    """Return the chats of a tab, in the order they came in."""
    return [one for one in left_by(chats, listing.filters) if _belongs(one, listing)]


def _belongs(chat: Conversation, listing: Listing) -> bool:
    if listing.tab is Tab.ALL:
        return chat.status is not Status.CLOSED
    if listing.tab is Tab.MINE:
        return chat.status is Status.STAFF and chat.owner == listing.colleague
    return chat.status.value == listing.tab.value


def paged(rows: Sequence[ConversationSummary], listing: Listing) -> ListPage:
    """Return a page of rows that come by their latest activity."""
    if listing.tab is Tab.WAITING:
        rows = sorted(rows, key=_waits_since)
    ids = [row.conversation.id for row in rows]
    chat = listing.after.partition(".")[2]
    start = ids.index(chat) + 1 if chat in ids else 0
    shown = rows[start : start + listing.limit]
    more = f"0.{shown[-1].conversation.id}" if start + len(shown) < len(rows) else ""
    return ListPage(rows=shown, more=more)


def _waits_since(row: ConversationSummary) -> tuple[datetime, str]:
    return row.conversation.waiting_since or row.last_at, row.conversation.id


def is_named(chat: Conversation, terms: Terms) -> bool:
    """Tell whether all words are of the person of a chat."""
    phone = chat.phone or ""
    known = (chat.name, phone, phone.removeprefix("+39"), chat.contract_id, chat.vouched_for)
    return _has_all(" ".join((*known, chat.address.id)), terms)


def says(entry: Entry, terms: Terms) -> bool:
    """Tell whether all words are in an entry."""
    contract = entry.evidence.contract_id if entry.evidence else ""
    heard = (note.words for note in entry.files)
    return _has_all(" ".join((entry.text, entry.details, contract, *heard)), terms)


def _has_all(text: str, terms: Terms) -> bool:
    words = folded(text).split()
    if not terms.words:
        return False
    whole = terms.words[:-1] if terms.open_end else terms.words
    begins = not terms.open_end or any(one.startswith(terms.words[-1]) for one in words)
    return begins and set(whole) <= set(words)


def part_of(entries: Sequence[Entry], stretch: Stretch) -> Part:
    """Return a part of a whole transcript."""
    ids = [one.id for one in entries]
    start, end = _bounds(ids, stretch)
    shown = entries[start:end]
    inside = {one.id_in_chat for one in shown}
    outside = {
        one.id_in_chat: one
        for one in reversed(entries)
        if one.id_in_chat and one.id_in_chat not in inside
    }
    wanted = {one.refers_to for one in shown} & set(outside)
    return Part(
        entries=shown,
        has_earlier=start > 0,
        has_later=end < len(entries),
        quoted={name: outside[name] for name in wanted},
    )


def _bounds(ids: Sequence[str], stretch: Stretch) -> tuple[int, int]:
    if stretch.before in ids:
        end = ids.index(stretch.before)
        return max(end - stretch.limit, 0), end
    if stretch.since in ids:
        return ids.index(stretch.since), len(ids)
    if stretch.around in ids:
        at = ids.index(stretch.around)
        return max(at - stretch.limit + AFTER, 0), min(at + AFTER + 1, len(ids))
    return max(len(ids) - stretch.limit, 0), len(ids)
