"""From SQLite to PostgreSQL, row by row."""

from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from bot.domain.accounts import OF_NAME, Role
from bot.domain.errors import StartError
from bot.domain.messages import Attachment
from bot.domain.rating import RatingAsked
from bot.ports import (
    Colleague,
    Evidence,
    Invitation,
    InvitationKind,
    Noted,
    Session,
    WebhookCall,
)
from bot.store import moving
from bot.store.moving import move
from bot.store.postgresql import PostgresStore
from bot.store.sqlite import SqliteStore
from tests.builders import NOW, PHONE, a_contract, a_conversation, a_turn, an_inbound
from tests.store import backends, postgresql

PHOTO = Attachment(media_type="image/jpeg", url="https://vendor.example/1")
INVITATION = Invitation(
    id="i",
    kind=InvitationKind.ACCOUNT,
    name="Bruno",
    role=Role.STAFF,
    email="",
    by="anna",
    until=NOW,
)
CHATS = [f"web:{number}" for number in range(12)]


@pytest.fixture
def url() -> str:
    return postgresql.new_database()


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """An installation with something in every table."""
    path = backends.new_database(tmp_path)
    store = SqliteStore.open(path, owner=True)
    rating = RatingAsked(closing=3, colleague="Anna", asked_at=NOW, comment="Città 🌷")
    told = Evidence(contract_id="C1", disclosed=("standing",))
    for chat in CHATS:
        message = an_inbound("Città 🌷", chat, attachments=(PHOTO,))
        (stored,) = await store.conversations.accept([message])
        before = a_conversation(chat)
        turn = a_turn(before, "Eccoci", inbox_ids=(stored.id,), evidence=told, event="handover")
        await store.conversations.commit(replace(turn, rating=rating))
    await store.files.keep((await store.files.due(NOW, 1))[0], "image/jpeg", b"\xff\0", "")
    contact = a_contract("C1", PHONE).contacts[0]
    record = a_contract("C1", PHONE, contacts=(contact,))
    await store.contracts.replace_all([record, a_contract("C2")])
    await store.staff.save(Colleague(name="anna", password_hash="x", email="a@desk.example"))
    session = Session(id="s", name="anna", began=NOW, seen=NOW, until=NOW)
    did = Noted(at=NOW, who="anna", action="sign_in")
    await store.staff.change("anna", lambda one: one, did, opens=session)
    await store.staff.invite(INVITATION, did)
    await store.staff.attempt({"name:anna": OF_NAME}, NOW)
    call = WebhookCall(url="", headers={}, body=b"\xff\x00", received_at=NOW)
    await store.conversations.keep_unreadable(call, "whatsapp", "?")
    await store.close()
    return path


async def told(store: PostgresStore | SqliteStore) -> object:
    return [
        await store.conversations.summaries(),
        [await store.conversations.transcript(chat) for chat in CHATS],
        await store.contracts.everything(),
        await store.contracts.by_phone(PHONE),
        await store.staff.find("Anna"),
        await store.staff.signed_in("s"),
        await store.staff.invitation("i"),
        await store.staff.audit(),
        await store.people.everything(CHATS),
    ]


async def test_all_is_there_afterwards_and_goes_on(
    file: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "BATCH", 5)
    counted: dict[str, int] = {}

    count = await move(file, url, counted.__setitem__)

    old, new = SqliteStore.open(file, owner=True), PostgresStore.open(url, owner=True)
    assert await told(new) == await told(old)
    assert count == sum(counted.values())
    assert counted["inbox"] == len(CHATS)
    ours = ("session", "invitation", "attempt", "audit")
    assert [counted[name] for name in ours] == [1, 1, 1, 2]
    await new.staff.note(Noted(at=NOW, who="anna", action="sign_out"))
    (stored,) = await new.conversations.accept([an_inbound("Ancora", "web:1")])
    assert stored.id > len(CHATS)
    await old.close()
    await new.close()


async def test_a_move_that_broke_off_goes_on(file: Path, url: str) -> None:
    await move(file, url, lambda *_: None)
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM outbox WHERE id > 3")
        connection.execute("DELETE FROM contact")
        connection.execute("DELETE FROM file WHERE id > 3")

    await move(file, url, lambda *_: None)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE conversation SET owner = 'x' WHERE id = 'web:3'",
        "INSERT INTO staff (key, name, password_hash) VALUES ('b', 'b', 'x')",
    ],
)
async def test_a_database_with_something_else_in_it_is_found_out(
    file: Path, url: str, change: str
) -> None:
    await move(file, url, lambda *_: None)
    with psycopg.connect(url) as connection:
        connection.execute(change)

    with pytest.raises(StartError, match="Move into an empty database"):
        await move(file, url, lambda *_: None)


async def test_an_installation_that_is_running_is_not_moved(file: Path, url: str) -> None:
    running = SqliteStore.open(file, owner=True)

    with pytest.raises(StartError, match="already running"):
        await move(file, url, lambda *_: None)

    await running.close()
