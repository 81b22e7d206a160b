"""What goes wrong with one message or one reply is told to staff, and the chat goes on."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.e2e.calls import TELEGRAM, write
from tests.e2e.colleague import Colleague
from tests.e2e.conftest import Start
from tests.e2e.program import Program, until
from tests.e2e.small_telegram import BLOCKED, SmallTelegram
from tests.e2e.test_crash import rows
from tests.e2e.words import answer, question, sentence

CHAT, PHONE = "telegram:7", "+390000000077"
MAIL = {"SMTP_HOST": "127.0.0.1", "SMTP_SENDER": "desk@example.org"}


@pytest.fixture
def telegram() -> SmallTelegram:
    return SmallTelegram()


@pytest.fixture
def desk(start: Start, telegram: SmallTelegram) -> Iterator[Program]:
    with telegram.listening() as address:
        settings = TELEGRAM | {"TELEGRAM_API_BASE": address}
        yield start(command=("serve",), **settings)


def put(desk: Program, *statements: str) -> None:
    """Write into the database beside the program."""
    with closing(sqlite3.connect(desk.home / "sportello.db", timeout=10)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


def chat_with(**facts: object) -> str:
    """Return the statement that makes the customer's chat."""
    state = {"id": CHAT, "address": {"channel": "telegram", "id": "7"}, **facts}
    return (
        "INSERT INTO conversation (id, status, owner, epoch, state, updated_at)"  # noqa: S608 - ours
        f" VALUES ('{CHAT}', 'bot', '', 0, '{json.dumps(state)}', 0)"
    )


def test_a_message_that_always_fails_goes_to_staff_and_the_next_is_taken(
    start: Start, telegram: SmallTelegram
) -> None:
    """A code is to be compared with what is no digest of a code."""
    sent_at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    spoilt = {"email": "lucia@studio.example", "digest": "torn", "sent_at": sent_at}
    with telegram.listening() as address:
        settings = TELEGRAM | MAIL | {"TELEGRAM_API_BASE": address}
        desk = start(command=("serve",), **settings)
        put(desk, chat_with(proof={"challenge": spoilt}))
        write(desk, 1, "123456")
        until(lambda: len(telegram.sent) == 1)
        write(desk, 2, question("contact_hours"))
        until(lambda: rows(desk, "SELECT min(done), count(*) FROM inbox") == [(1, 2)])

        assert rows(desk, "SELECT attempts FROM inbox ORDER BY id") == [(3,), (0,)]
        assert sentence("bot_failed") in telegram.sent[0]
        with Colleague(desk) as colleague:
            assert "Lucia" in colleague.queue("waiting")
            colleague.reply(CHAT, "Eccomi, guardo io.")
        until(lambda: telegram.sent[-1] == "Eccomi, guardo io.")
        assert desk.errors.count("answering_failed") == 3
        desk.kill()  # A failure of ours leaves its traceback in the log.


def test_a_contract_nobody_can_read_goes_to_staff_who_can_open_the_chat(
    desk: Program, telegram: SmallTelegram
) -> None:
    put(
        desk,
        "INSERT INTO contract VALUES ('C1', 'torn')",
        f"INSERT INTO contact VALUES ('C1', '{PHONE}')",  # noqa: S608 - ours
        chat_with(phone=PHONE),
    )
    write(desk, 1, question("contract_status"))
    until(lambda: rows(desk, "SELECT status FROM conversation") == [("waiting",)])

    with Colleague(desk) as colleague:
        assert "archivio contratti non raggiungibile" in colleague.chat(CHAT)
        colleague.reply(CHAT, "Eccomi, guardo io.")
    until(lambda: telegram.sent[-1:] == ["Eccomi, guardo io."])


def test_a_reply_refused_for_ever_is_shown_to_staff_and_the_next_one_goes(
    desk: Program, telegram: SmallTelegram
) -> None:
    telegram.refusals = [BLOCKED]
    write(desk, 1, question("webmail_access"))
    with Colleague(desk) as colleague:
        until(lambda: colleague.deliveries(CHAT) == ["failed"])
        write(desk, 2, question("contact_hours"))
        until(lambda: telegram.sent)

        assert "blocked by the user" in colleague.chat(CHAT)
        assert colleague.deliveries(CHAT) == ["failed", "sent"]
    assert answer("contact_hours") in telegram.sent[0]


def test_a_vendor_that_was_down_gets_all_in_order(desk: Program, telegram: SmallTelegram) -> None:
    topics = ["webmail_access", "contact_hours", "domain_registration"]
    telegram.down = True
    for number, topic in enumerate(topics, start=1):
        write(desk, number, question(topic))
    until(lambda: rows(desk, "SELECT coalesce(max(attempts), 0) FROM outbox") >= [(2,)])
    assert telegram.sent == []
    telegram.down = False
    until(lambda: len(telegram.sent) == len(topics))

    assert all(answer(topic) in text for topic, text in zip(topics, telegram.sent, strict=True))
