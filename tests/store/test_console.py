"""What the console shows: the list of chats and their transcripts."""

import pytest

from bot.domain.conversation import Conversation, HandoverReason, Status, hand_over
from bot.domain.holding import claim
from bot.domain.matching import View
from bot.domain.messages import Attachment, Button, MessageKind, Reply
from bot.ports import Author, ConversationStore, Entry, Evidence, ReplyState
from tests.builders import CHAT, a_conversation, a_staff_turn, a_turn, an_inbound, later


def without_id(entry: Entry) -> tuple[object, ...]:
    return tuple(getattr(entry, name) for name in Entry.__dataclass_fields__ if name != "id")


async def test_a_transcript_tells_all_that_was_said_and_done(store: ConversationStore) -> None:
    chat = a_conversation()
    held = claim(chat, "Anna")
    evidence = Evidence(
        intent="greeting",
        confidence=0.9,
        views=(View(name="words", intent="greeting", score=0.8),),
        named=("studio-verdi.example",),
    )
    reply = Reply(text="Salve", buttons=(Button(text="Operatore", payload="x"),))
    await store.accept([an_inbound("Buongiorno", name="Mario")])
    await store.commit(a_turn(chat, at=later(1), replies=(reply,), evidence=evidence))
    await store.commit(a_staff_turn(chat, "Eccomi", at=later(2), conversation=held, event="claim"))
    await store.commit(a_staff_turn(held, at=later(3), event="note", note="già cliente"))

    found = [without_id(entry) for entry in await store.transcript(CHAT)]

    assert found == [
        without_id(entry)
        for entry in (
            an_entry(
                0,
                Author.CUSTOMER,
                "Buongiorno",
                name="Mario",
                id_in_chat=f"{CHAT} Buongiorno",
            ),
            an_entry(
                1,
                Author.BOT,
                "Salve",
                buttons=reply.buttons,
                state=ReplyState.DROPPED,
                evidence=evidence,
            ),
            an_entry(2, Author.EVENT, "", name="Anna", event="claim"),
            an_entry(2, Author.STAFF, "Eccomi", name="Anna", state=ReplyState.WAITING),
            an_entry(3, Author.NOTE, "già cliente", name="Anna", event="note"),
        )
    ]


def an_entry(seconds: float, author: Author, text: str, **facts: object) -> Entry:
    return Entry(id="", at=later(seconds), author=author, text=text, **facts)  # type: ignore[arg-type] # fields by name


async def test_every_line_of_a_transcript_has_its_own_id(store: ConversationStore) -> None:
    await store.accept([an_inbound("A"), an_inbound("B")])
    await store.commit(a_turn(None, "one", "two", event="handover"))

    ids = [entry.id for entry in await store.transcript(CHAT)]

    assert len(set(ids)) == 5


async def test_a_transcript_is_in_the_order_of_time(store: ConversationStore) -> None:
    await store.accept([an_inbound("A")])
    await store.commit(a_turn(None, "one", at=later(1)))
    await store.accept([an_inbound("B", received_at=later(2))])
    await store.commit(a_turn(None, "two", at=later(3)))

    assert [entry.text for entry in await store.transcript(CHAT)] == ["A", "one", "B", "two"]


async def test_what_has_no_words_shows_what_it_was(store: ConversationStore) -> None:
    files = (
        Attachment(media_type="image/png", url="1"),
        Attachment(media_type="application/pdf", url="2", name="ricevuta.pdf"),
    )
    await store.accept(
        [
            an_inbound("", vendor_id="1", kind=MessageKind.MEDIA, attachments=files),
            an_inbound("", vendor_id="2", kind=MessageKind.BUTTON, payload="intent:greeting"),
        ]
    )

    media, button = await store.transcript(CHAT)

    assert media.attachments == files
    assert button.text == "intent:greeting"


async def test_nobody_elses_words_are_in_a_transcript(store: ConversationStore) -> None:
    await store.accept([an_inbound("A"), an_inbound("B", "whatsapp:2")])
    await store.commit(a_turn(a_conversation("whatsapp:2"), "two", event="handover"))

    assert [entry.text for entry in await store.transcript(CHAT)] == ["A"]
    assert await store.transcript("whatsapp:3") == []


def waiting(chat: str, since: float) -> Conversation:
    return hand_over(a_conversation(chat), HandoverReason.ASKED, later(since))


async def a_desk_with_work(store: ConversationStore) -> None:
    """Chats in every status; the number behind a name is when it was last active."""
    names = ["waits-short", "waits-long", "bot-20", "staff-30", "bot-40"]
    chats = [f"web:{name}" for name in names]
    await store.accept([an_inbound(chat=chat) for chat in chats])
    held = claim(waiting("web:staff-30", -900), "Anna")
    for after, seconds in (
        (waiting("web:waits-short", -60), 50),
        (waiting("web:waits-long", -600), 10),
        (a_conversation("web:bot-20"), 20),
        (held, 30),
        (a_conversation("web:bot-40"), 40),
    ):
        before = a_conversation(after.id)
        await store.commit(a_turn(before, conversation=after, at=later(seconds)))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        pytest.param(
            None,
            ["waits-long", "waits-short", "bot-40", "staff-30", "bot-20"],
            id="those-waiting-longest-first-then-by-activity",
        ),
        pytest.param(Status.WAITING, ["waits-long", "waits-short"], id="only-waiting"),
        pytest.param(Status.STAFF, ["staff-30"], id="only-held"),
        pytest.param(Status.CLOSED, [], id="none"),
    ],
)
async def test_the_list_begins_with_who_has_waited_longest(
    store: ConversationStore, status: Status | None, expected: list[str]
) -> None:
    await a_desk_with_work(store)

    rows = await store.summaries(status)

    assert [row.conversation.address.id for row in rows] == expected


async def test_a_new_message_moves_its_chat_up(store: ConversationStore) -> None:
    await a_desk_with_work(store)

    await store.accept([an_inbound("Ancora", "web:bot-20", received_at=later(99))])

    assert (await store.summaries(Status.BOT))[0].conversation.id == "web:bot-20"


async def test_the_list_shows_what_was_said_last(store: ConversationStore) -> None:
    await store.accept([an_inbound("A")])
    await store.commit(a_turn(None, event="handover", note="asked", at=later(9)))
    (asked,) = await store.summaries()
    await store.commit(a_turn(None, "one", at=later(1)))
    (answered,) = await store.summaries()
    await store.accept([an_inbound("B", received_at=later(2))])
    (asked_again,) = await store.summaries()

    assert (asked.last_text, asked.last_author, asked.last_at) == ("A", Author.CUSTOMER, later(0))
    assert (answered.last_text, answered.last_author) == ("one", Author.BOT)
    assert (asked_again.last_text, asked_again.last_author) == ("B", Author.CUSTOMER)


async def test_an_answer_in_the_same_instant_comes_after_its_question(
    store: ConversationStore,
) -> None:
    await store.accept([an_inbound("A")])
    await store.commit(a_turn(None, "one"))

    (row,) = await store.summaries()

    assert (row.last_text, row.last_author) == ("one", Author.BOT)
