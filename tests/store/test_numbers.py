"""Ratings as they are kept, and the numbers of known days, in both databases."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.conversation import Conversation, HandoverReason, hand_over, reopen
from bot.domain.holding import claim, close
from bot.domain.rating import Rating, RatingAsked
from bot.ports import Author, Comment
from bot.store.postgresql import PostgresStore
from bot.store.sqlite import SqliteStore
from bot.store.store import Store
from tests.builders import NOW, a_conversation, a_staff_turn, a_turn, an_inbound
from tests.store import postgresql

SINCE, UNTIL = NOW - timedelta(days=1), NOW + timedelta(days=1)
ASKED = RatingAsked(closing=3, colleague="Anna", asked_at=NOW + timedelta(hours=2))


@pytest.fixture(params=["sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    opened = (
        SqliteStore.open(tmp_path / "desk.db", owner=True)
        if request.param == "sqlite"
        else PostgresStore.open(postgresql.new_database(), owner=True)
    )
    await opened.nodes.take_over()
    yield opened
    await opened.close()


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


async def wrote(store: Store, chat: Conversation, at: datetime) -> int:
    message = an_inbound(f"{at}", chat.id, received_at=at)
    (stored,) = await store.conversations.accept([message])
    return stored.id


async def answered(store: Store, chat_id: str, at: datetime = NOW) -> None:
    """Have the bot answer a chat by itself."""
    chat = a_conversation(chat_id)
    number = await wrote(store, chat, at)
    await store.conversations.commit(a_turn(chat, "Ecco", at=at, inbox_ids=(number,)))


async def helped(  # noqa: PLR0913 - a whole episode
    store: Store,
    chat: Conversation,
    wait: float,
    *,
    at: datetime = NOW,
    reason: HandoverReason = HandoverReason.ASKED,
    closing: str = "",
) -> Conversation:
    """Have the bot call a colleague, who answers after some minutes and closes the chat."""
    number = await wrote(store, chat, at)
    waits = hand_over(chat, reason, at)
    turn = a_turn(chat, "Un collega", conversation=waits, at=at, inbox_ids=(number,))
    await store.conversations.commit(replace(turn, event="handover", note=reason.value))
    held, then = claim(waits, "Anna"), at + timedelta(minutes=wait)
    said = a_staff_turn(waits, "Eccomi", conversation=held, event="claim", at=then)
    await store.conversations.commit(said)
    closed = close(held, "Anna")
    end = a_staff_turn(held, conversation=closed, event="close", at=then, note=closing)
    await store.conversations.commit(end)
    return closed


async def rate(store: Store, chat: Conversation, rating: RatingAsked) -> None:
    rated = replace(chat, rating=rating)
    turn = a_turn(chat, conversation=rated, at=rating.asked_at, rating=rating)
    await store.conversations.commit(turn)


async def test_an_empty_desk_has_empty_numbers(store: Store) -> None:
    numbers = await store.numbers.numbers(SINCE, UNTIL)

    assert (numbers.chats, numbers.bot_alone, numbers.handed_over, numbers.replied) == (0,) * 4
    assert (numbers.median_wait, numbers.longest_wait) == (None, None)
    assert (numbers.handovers, numbers.closings, numbers.comments) == ({}, {}, [])
    assert numbers.ratings == dict.fromkeys(Rating, 0)


async def test_chats_are_counted_by_who_answered_them(store: Store) -> None:
    await answered(store, "web:1")
    await answered(store, "web:2")
    await helped(store, a_conversation("web:3"), 5)
    await helped(store, a_conversation("web:4"), 5, reason=HandoverReason.COMPLAINT)
    await wrote(store, a_conversation("web:5"), NOW)  # Nobody has answered this one yet.
    await answered(store, "web:6", SINCE - timedelta(seconds=1))
    await answered(store, "web:7", UNTIL)

    numbers = await store.numbers.numbers(SINCE, UNTIL)

    assert (numbers.chats, numbers.bot_alone, numbers.handed_over) == (5, 2, 2)
    assert numbers.handovers == {"asked": 1, "complaint": 1}


async def test_an_old_chat_that_goes_on_counts_by_what_is_new(store: Store) -> None:
    old = await helped(store, a_conversation("web:1"), 5, at=NOW - timedelta(days=9))
    again = reopen(old)
    number = await wrote(store, old, NOW)
    turn = a_turn(old, "Ecco", conversation=again, at=NOW, inbox_ids=(number,))
    await store.conversations.commit(turn)

    numbers = await store.numbers.numbers(SINCE, UNTIL)

    assert (numbers.chats, numbers.bot_alone, numbers.handovers) == (1, 1, {})
    assert (numbers.replied, numbers.closings) == (0, {})


@pytest.mark.parametrize(
    ("waits", "median", "longest"),
    [
        pytest.param([7], 7, 7, id="one"),
        pytest.param([30, 2], 16, 30, id="of-two-the-middle"),
        pytest.param([90, 1, 4], 4, 90, id="of-three-the-second"),
        pytest.param([1, 2, 4, 60], 3, 60, id="four"),
    ],
)
async def test_waits_end_with_the_first_reply(
    store: Store, waits: list[float], median: float, longest: float
) -> None:
    for number, wait in enumerate(waits):
        await helped(store, a_conversation(f"web:{number}"), wait)

    numbers = await store.numbers.numbers(SINCE, UNTIL)

    assert numbers.replied == len(waits)
    assert numbers.median_wait == timedelta(minutes=median)
    assert numbers.longest_wait == timedelta(minutes=longest)


async def test_each_episode_of_a_chat_is_a_wait_of_its_own(store: Store) -> None:
    closed = await helped(store, a_conversation("web:1"), 10)
    await helped(store, closed, 20, at=after(60))

    numbers = await store.numbers.numbers(SINCE, UNTIL)

    assert (numbers.chats, numbers.handed_over, numbers.handovers) == (1, 1, {"asked": 2})
    assert (numbers.replied, numbers.median_wait) == (2, timedelta(minutes=15))


async def test_who_was_closed_without_a_reply_is_no_wait(store: Store) -> None:
    chat = a_conversation("web:1")
    number = await wrote(store, chat, NOW)
    waits = hand_over(chat, HandoverReason.ASKED, NOW)
    await store.conversations.commit(
        a_turn(chat, conversation=waits, event="handover", note="asked", inbox_ids=(number,))
    )
    held = claim(waits, "Anna")
    closed = close(held, "Anna")
    for before, then, name in ((waits, held, "claim"), (held, closed, "close")):
        turn = a_staff_turn(before, conversation=then, event=name, at=after(1))
        await store.conversations.commit(turn)
    await helped(store, closed, 3, at=after(60))

    numbers = await store.numbers.numbers(SINCE, UNTIL)

    assert (numbers.replied, numbers.longest_wait) == (1, timedelta(minutes=3))


async def test_closings_are_counted_by_reason(store: Store) -> None:
    for number, closing in enumerate(["solved", "solved", "spam", ""]):
        await helped(store, a_conversation(f"web:{number}"), 1, closing=closing)

    assert (await store.numbers.numbers(SINCE, UNTIL)).closings == {"solved": 2, "": 1, "spam": 1}


async def test_ratings_are_counted_once_for_each_closing(store: Store) -> None:
    for number, value in enumerate([Rating.GOOD, Rating.GOOD, Rating.BAD, None]):
        chat = await helped(store, a_conversation(f"web:{number}"), 1)
        await rate(store, chat, ASKED)
        if value:
            await rate(store, chat, replace(ASKED, value=Rating.FAIR, rated_at=after(125)))
            await rate(store, chat, replace(ASKED, value=value, rated_at=after(126)))

    numbers = await store.numbers.numbers(SINCE, UNTIL)

    assert numbers.ratings == {Rating.GOOD: 2, Rating.FAIR: 0, Rating.BAD: 1}
    assert (numbers.asked, numbers.rated) == (4, 3)
    assert (await store.numbers.numbers(UNTIL, UNTIL + timedelta(days=1))).asked == 0


async def test_comments_come_newest_first(store: Store) -> None:
    for number, words in enumerate(["Lenti", "", "Bravi"]):
        chat = await helped(store, a_conversation(f"web:{number}"), 1)
        told = replace(ASKED, value=Rating.FAIR, rated_at=after(number + 130), comment=words)
        await rate(store, chat, told)

    numbers = await store.numbers.numbers(SINCE, UNTIL)

    assert list(numbers.comments) == [
        Comment(conversation_id="web:2", rating=Rating.FAIR, text="Bravi", at=after(132)),
        Comment(conversation_id="web:0", rating=Rating.FAIR, text="Lenti", at=after(130)),
    ]


async def test_a_rating_is_given_out_and_erased_with_its_chat(store: Store) -> None:
    chat = await helped(store, a_conversation("web:1"), 1)
    await rate(store, chat, replace(ASKED, value=Rating.BAD, rated_at=after(5), comment="Mah"))

    (whole,) = await store.people.everything(["web:1"])
    (kept,) = whole["ratings"]
    assert (kept["value"], kept["comment"], kept["by"]) == ("bad", "Mah", "Anna")
    assert datetime.fromisoformat(kept["at"]) == after(5)

    assert (await store.people.erase(["web:1"]))["rating"] == 1
    assert (await store.numbers.numbers(SINCE, UNTIL)).asked == 0


async def test_a_question_of_the_bot_bears_no_name(store: Store) -> None:
    """A colleague closes, and the bot asks: only the closing is the colleague's."""
    chat = a_conversation("web:1")
    await wrote(store, chat, NOW)
    turn = a_turn(chat, "Com'è andata?", event="close", colleague="Anna", at=after(1))
    await store.conversations.commit(turn)

    _, question, closed = sorted(
        await store.conversations.transcript("web:1"), key=lambda one: (one.at, one.author)
    )
    assert {(one.author, one.name) for one in (question, closed)} == {
        (Author.BOT, ""),
        (Author.EVENT, "Anna"),
    }
