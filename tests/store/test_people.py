"""Finding and deleting what is old, in SQLite."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.conversation import HandoverReason, hand_over
from bot.domain.errors import StaleEpoch
from bot.domain.messages import Attachment
from bot.ports import Author, DeliveryReport, Evidence, Mark, WebhookCall
from bot.store.sqlite import SqliteStore
from tests.builders import NOW, a_conversation, a_staff_turn, a_turn, an_inbound

YEAR = timedelta(days=365)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = SqliteStore.open(tmp_path / "desk.db", owner=True)
    yield opened
    await opened.close()


async def wrote(store: SqliteStore, chat: str, *, waits: bool = False) -> None:
    (stored,) = await store.conversations.accept([an_inbound("Ciao", chat, vendor_id=chat)])
    before = a_conversation(chat)
    after = hand_over(before, HandoverReason.ASKED, NOW) if waits else before
    turn = a_turn(before, "Buongiorno", conversation=after, inbox_ids=(stored.id,))
    await store.conversations.commit(turn)


async def test_old_chats_are_those_nobody_waits_in(store: SqliteStore) -> None:
    await wrote(store, "web:1")
    await wrote(store, "web:2")
    await wrote(store, "web:3", waits=True)

    later = NOW + YEAR
    assert set(await store.people.idle_chats(later, 10)) == {"web:1", "web:2"}
    assert len(await store.people.idle_chats(later, 1)) == 1
    assert await store.people.idle_chats(NOW - YEAR, 10) == []


async def test_reports_of_messages_nobody_knows_go_in_steps(store: SqliteStore) -> None:
    for vendor_id in ("v1", "v2", "v3"):
        report = DeliveryReport(channel="whatsapp", vendor_id=vendor_id, status="read")
        await store.conversations.record_report(report)
    soon = datetime.now(UTC) + timedelta(minutes=1)  # noqa: TID251 - they have the database's time

    assert await store.people.erase_reports(soon - timedelta(hours=1), 10) == 0
    assert await store.people.erase_reports(soon, 2) == 2
    assert await store.people.erase_reports(soon, 2) == 1


async def test_an_old_chat_goes_with_all_that_belongs_to_it(store: SqliteStore) -> None:
    await wrote(store, "web:1")
    await wrote(store, "web:2")

    counts = await store.people.erase(["web:1"])

    assert counts == {
        "said": 3,
        "event": 0,
        "disclosure": 0,
        "mark": 0,
        "outbox": 1,
        "enclosure": 0,
        "file": 0,
        "inbox": 1,
        "alias": 0,
        "topic": 0,
        "word": 0,
        "alert": 0,
        "rating": 0,
        "conversation": 1,
    }
    assert await store.conversations.conversation("web:1") is None
    assert await store.conversations.transcript("web:1") == []
    assert await store.conversations.conversation("web:2") is not None


async def test_calls_to_a_chat_go_with_it(store: SqliteStore) -> None:
    await wrote(store, "web:1", waits=True)
    (waiting,) = await store.alerts.waiting()
    await store.alerts.note(waiting, 1, NOW)

    assert (await store.people.erase(["web:1"]))["alert"] == 1


async def test_calls_nobody_could_read_go_in_steps(store: SqliteStore) -> None:
    for _ in range(3):
        call = WebhookCall(url="", headers={}, body=b"x", received_at=NOW)
        await store.conversations.keep_unreadable(call, "whatsapp", "?")

    assert await store.people.erase_unreadable(NOW, 10) == 0
    assert await store.people.erase_unreadable(NOW + YEAR, 2) == 2
    assert await store.people.erase_unreadable(NOW + YEAR, 2) == 1


async def test_what_was_told_of_a_contract_is_noted_by_ids_alone(store: SqliteStore) -> None:
    await wrote(store, "web:1")
    before = a_conversation("web:1")
    told = Evidence(contract_id="C1", assurance="contact", disclosed=("dates",))
    for evidence in (told, Evidence(contract_id="C1")):
        turn = a_turn(before, "Il contratto scade", "domani", evidence=evidence)
        await store.conversations.commit(turn)

    noted = {
        "at": NOW.astimezone(UTC).isoformat(),
        "chat": "web:1",
        "contract": "C1",
        "assurance": "contact",
        "classes": ["dates"],
    }
    assert await store.people.disclosures("C1") == [noted]
    assert (await store.people.everything(["web:1"]))[0]["disclosed"] == [noted]
    assert (await store.people.erase(["web:1"]))["disclosure"] == 1


async def test_files_are_part_of_all_that_is_kept_and_go_with_it(store: SqliteStore) -> None:
    photo = Attachment(media_type="image/jpeg", url="https://vendor.example/1")
    await store.conversations.accept([an_inbound("", "web:1", attachments=(photo, photo))])
    first, _ = await store.files.due(NOW, 10)
    await store.files.keep(first, "image/jpeg", b"\xff\xd8", "words")

    (whole,) = await store.people.everything(["web:1"])

    (message,) = whole["received"]
    kept, waiting = whole["files"]
    assert kept == {
        "message": message["id"],
        "place": 0,
        "state": "kept",
        "type": "image/jpeg",
        "words": "words",
        "content": "/9g=",
    }
    assert (waiting["state"], waiting["content"]) == ("waiting", None)
    assert (await store.people.erase(["web:1"]))["file"] == 2
    assert await store.files.due(NOW, 10) == []


async def test_steps_of_staff_are_noted_and_none_of_the_bot_nor_words(store: SqliteStore) -> None:
    await wrote(store, "web:1")
    before = a_conversation("web:1")
    for turn in (
        a_staff_turn(before, "Eccomi", event="claim"),
        a_staff_turn(before, "Mi dica"),
        a_staff_turn(before, event="vouch", note="C1"),
        a_staff_turn(before, event="transfer", note="Bruno"),
        a_turn(before, "Torna il bot.", event="give_back", colleague="Anna"),
        a_turn(before, event="news", note="C1 active"),
    ):
        await store.conversations.commit(turn)

    log = await store.staff.audit()
    assert [(one.action, one.target, one.detail) for one in reversed(log)] == [
        ("claim", "web:1", ""),
        ("reply", "web:1", ""),
        ("reply", "web:1", ""),
        ("vouch", "web:1", ""),
        ("transfer", "web:1", "Bruno"),
        ("give_back", "web:1", ""),
    ]
    assert {(one.who, one.at) for one in log} == {("Anna", NOW)}


async def test_a_step_that_came_too_late_is_not_noted(store: SqliteStore) -> None:
    await wrote(store, "web:1")
    late = a_staff_turn(a_conversation("web:1"), "Eccomi", epoch_before=9)
    with pytest.raises(StaleEpoch):
        await store.conversations.commit(late)

    assert await store.staff.audit() == []


async def test_of_an_erased_chat_the_log_keeps_only_that_something_was_done(
    store: SqliteStore,
) -> None:
    for chat in ("web:1", "web:2"):
        await wrote(store, chat)
        before = a_conversation(chat)
        step = a_turn(before, author=Author.STAFF, colleague="Anna", event="note", note="Parole")
        await store.conversations.commit(step)

    await store.people.erase(["web:1"])

    log = await store.staff.audit()
    assert [(one.who, one.action, one.target, one.detail) for one in log] == [
        ("Anna", "note", "web:2", ""),
        ("Anna", "note", "", ""),
    ]


async def test_what_colleagues_thought_of_replies_is_kept_with_its_history_and_goes_with_it(
    store: SqliteStore,
) -> None:
    await wrote(store, "web:1")
    await store.conversations.commit(a_turn(a_conversation("web:1"), "Ecco."))
    reply = (await store.conversations.transcript("web:1"))[-1].id
    mark = Mark(
        conversation_id="web:1", entry=reply, is_right=False, intent="x", colleague="anna", at=NOW
    )

    await store.marks.put(mark)
    await store.marks.put(replace(mark, is_right=True, intent=""))

    (whole,) = await store.people.everything(["web:1"])
    (kept,) = whole["marks"]
    assert (kept["right"], kept["by"], kept["intent"]) == (True, "anna", "")
    assert [one["text"] for one in whole["events"]] == [f"{reply} wrong x", f"{reply} right"]
    assert (await store.people.erase(["web:1"]))["mark"] == 1
    assert await store.marks.lessons() == []
