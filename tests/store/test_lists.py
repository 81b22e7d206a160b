"""The list of chats page by page, and long transcripts part by part."""

from dataclasses import replace

import pytest

from bot.domain.conversation import (
    Conversation,
    HandoverReason,
    Status,
    hand_over,
)
from bot.domain.holding import claim, close
from bot.ports import (
    OTHER_LANGUAGE,
    ConversationStore,
    Filters,
    Listing,
    Stretch,
    Tab,
)
from tests.builders import CHAT, a_conversation, a_staff_turn, a_turn, an_inbound, later

NONSENSE = (
    "",
    "x",
    "1",
    "9" * 30 + ".web:0",
    "1.\0",
    "-1.web:0",
    "i9999999999999999999",
    "o",
    "é1",
)


def waiting(chat: str, since: float, **facts: object) -> Conversation:
    known = replace(a_conversation(chat), **facts)  # type: ignore[arg-type] # fields by name
    return hand_over(known, HandoverReason.ASKED, later(since))


async def become(store: ConversationStore, after: Conversation, seconds: float) -> None:
    await store.accept([an_inbound(chat=after.id)])
    before = a_conversation(after.id)
    await store.commit(a_turn(before, conversation=after, at=later(seconds)))


async def a_full_desk(store: ConversationStore) -> None:
    """Chats in every status; the number is when each was last active."""
    anna, bruno = (claim(waiting(f"web:{one}", -9), one) for one in ("anna-30", "bruno-40"))
    anna, bruno = replace(anna, owner="Anna"), replace(bruno, owner="Bruno")
    ended = close(claim(a_conversation("web:closed-50"), "Anna"), "Anna")
    snoozed = replace(claim(a_conversation("web:snoozed-60"), "Anna"), status=Status.SNOOZED)
    chats = [
        (waiting("web:waits-long", -600, language="de"), 10),
        (waiting("telegram:waits-short", -60, language="en"), 70),
        (a_conversation("web:bot-20"), 20),
        (anna, 30),
        (bruno, 40),
        (ended, 50),
        (snoozed, 60),
    ]
    for chat, seconds in chats:
        await become(store, chat, seconds)


async def names(store: ConversationStore, listing: Listing) -> list[str]:
    page = await store.page(listing)
    return [row.conversation.address.id for row in page.rows]


@pytest.mark.parametrize(
    ("tab", "expected"),
    [
        (Tab.WAITING, ["waits-long", "waits-short"]),
        (Tab.MINE, ["anna-30"]),
        (
            Tab.ALL,
            ["waits-short", "snoozed-60", "bruno-40", "anna-30", "bot-20", "waits-long"],
        ),
        (Tab.SNOOZED, ["snoozed-60"]),
        (Tab.CLOSED, ["closed-50"]),
    ],
)
async def test_each_tab_has_its_chats_in_order_and_their_number(
    store: ConversationStore, tab: Tab, expected: list[str]
) -> None:
    await a_full_desk(store)

    assert await names(store, Listing(tab=tab, colleague="Anna")) == expected
    assert (await store.counts("Anna"))[tab] == len(expected)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(channel="telegram"), ["waits-short"]),
        (Filters(language="en"), ["waits-short"]),
        (Filters(language=OTHER_LANGUAGE), ["waits-long"]),
        (Filters(language="it"), ["snoozed-60", "bruno-40", "anna-30", "bot-20"]),
        (
            Filters(reason="asked"),
            ["waits-short", "bruno-40", "anna-30", "waits-long"],
        ),
        (Filters(reason="asked", channel="web", language="en"), []),
    ],
)
async def test_filters_leave_what_fits_all_of_them(
    store: ConversationStore, filters: Filters, expected: list[str]
) -> None:
    await a_full_desk(store)

    assert await names(store, Listing(tab=Tab.ALL, filters=filters)) == expected


@pytest.mark.parametrize("tab", [Tab.WAITING, Tab.ALL])
async def test_pages_follow_one_another_with_nothing_twice_and_nothing_left_out(
    store: ConversationStore, tab: Tab
) -> None:
    for number in range(7):
        await become(store, waiting(f"web:{number}", -number // 2), number // 2)
    whole = await names(store, Listing(tab=tab))

    told: list[str] = []
    after = ""
    for _ in range(4):
        page = await store.page(Listing(tab=tab, after=after, limit=2))
        told.extend(row.conversation.address.id for row in page.rows)
        after = page.more

    assert len(whole) == 7
    assert told == whole
    assert after == ""


async def test_a_list_that_moves_meanwhile_is_gone_on_with(store: ConversationStore) -> None:
    for number in range(4):
        await become(store, waiting(f"web:{number}", number), number)
    first = await store.page(Listing(tab=Tab.WAITING, limit=2))

    before = await store.conversation("web:0")
    assert before
    await store.commit(a_staff_turn(before, "Eccomi", conversation=claim(before, "Anna")))

    assert await names(store, Listing(tab=Tab.WAITING, after=first.more)) == ["2", "3"]


@pytest.mark.parametrize("nonsense", NONSENSE)
async def test_what_is_no_place_is_none(store: ConversationStore, nonsense: str) -> None:
    await become(store, waiting("web:1", 1), 1)

    (row,) = (await store.page(Listing(tab=Tab.WAITING, after=nonsense))).rows
    for asked in (Stretch(before=nonsense), Stretch(since=nonsense), Stretch(around=nonsense)):
        part = await store.part("web:1", asked)
        assert [one.text for one in part.entries] == ["Buongiorno"]

    assert row.heard_at == later(0)


async def a_long_chat(store: ConversationStore, rounds: int = 40) -> list[str]:
    """Return the entries of a chat, four in each round, three of them at one moment."""
    chat = a_conversation()
    await store.accept([an_inbound("first")])
    for number in range(rounds):
        at = later(number + 1)
        await store.accept([an_inbound(f"{number}", received_at=at)])
        before, chat = chat, replace(chat, epoch=chat.epoch + 1)
        turn = a_turn(before, "a", "b", conversation=chat, at=at, event="claim", note=f"{number}")
        await store.commit(turn)
    return [one.id for one in await store.transcript(CHAT)]


async def test_a_transcript_comes_in_parts_from_its_end(store: ConversationStore) -> None:
    whole = await a_long_chat(store)

    told: list[str] = []
    stretch = Stretch(limit=7)
    while True:
        part = await store.part(CHAT, stretch)
        assert len(part.entries) <= 7
        assert part.has_later == bool(told)
        told[:0] = [one.id for one in part.entries]
        if not part.has_earlier:
            break
        stretch = Stretch(before=part.entries[0].id, limit=7)

    assert told == whole


@pytest.mark.parametrize("at", [0, 1, 2, 3, 50, 158])
async def test_a_part_can_begin_or_end_anywhere(store: ConversationStore, at: int) -> None:
    whole = await a_long_chat(store)

    since = await store.part(CHAT, Stretch(since=whole[at]))
    before = await store.part(CHAT, Stretch(before=whole[at], limit=200))

    assert [one.id for one in since.entries] == whole[at:]
    assert [one.id for one in before.entries] == whole[:at]
    assert (since.has_earlier, since.has_later) == (at > 0, False)
    assert (before.has_earlier, before.has_later) == (False, True)


async def test_what_was_found_is_shown_with_what_is_around_it(store: ConversationStore) -> None:
    whole = await a_long_chat(store)

    middle = await store.part(CHAT, Stretch(around=whole[80], limit=50))
    end = await store.part(CHAT, Stretch(around=whole[-2], limit=50))

    assert [one.id for one in middle.entries] == whole[55:106]
    assert (middle.has_earlier, middle.has_later) == (True, True)
    assert end.entries[-1].id == whole[-1]
    assert not end.has_later


async def test_what_is_quoted_is_there_even_if_it_is_not_in_the_part(
    store: ConversationStore,
) -> None:
    await a_long_chat(store, 3)
    (first,) = (await store.transcript(CHAT))[:1]
    for number, name in enumerate((first.id_in_chat, "nobody's")):
        quoting = an_inbound(f"this: {number}", received_at=later(99), refers_to=name)
        await store.accept([quoting])

    part = await store.part(CHAT, Stretch(limit=2))

    assert {name: one.text for name, one in part.quoted.items()} == {first.id_in_chat: "first"}
    assert (await store.part(CHAT, Stretch())).quoted == {}


async def test_nobody_elses_entry_leads_anywhere(store: ConversationStore) -> None:
    whole = await a_long_chat(store, 3)
    await store.accept([an_inbound("alone", "web:9")])

    part = await store.part("web:9", Stretch(before=whole[-1]))

    assert [one.text for one in part.entries] == ["alone"]
