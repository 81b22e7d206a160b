"""A group of the staff with a topic for each chat that waits, against the documented Bot API."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.colleague import Colleague
from tests.e2e.conftest import Start
from tests.e2e.program import HTTP, Program, until
from tests.e2e.rigs import Telegram
from tests.e2e.words import DEMO, answer, question

GROUP, STRANGE_GROUP = -1001234567890, -1009876543210
BRUNO, MARIO = 2001, 1001
OWNER = "390000000001"  # of studio-verdi.example
SETTINGS = {"TELEGRAM_STAFF_GROUP": str(GROUP), "TELEGRAM_STAFF_NAMES": f"{BRUNO}=Bruno"}


@pytest.fixture(params=["webhook", "poll"])
def desk(request: pytest.FixtureRequest, start: Start, telegram: Telegram) -> Program:
    """The program with a group of the staff, told of updates in one way or the other."""
    a_group(telegram, GROUP)
    polls = request.param == "poll"
    command = ("poll", "telegram") if polls else ("serve",)
    program = start(telegram, command=command, **SETTINGS)
    assert program.run("contracts", "import", str(DEMO)).returncode == 0
    if not polls:
        telegram.register(program.base)
    return program


@pytest.fixture
def by_webhook(start: Start, telegram: Telegram) -> Program:
    a_group(telegram, GROUP)
    program = start(telegram, command=("serve",), **SETTINGS)
    telegram.register(program.base)
    return program


def a_group(telegram: Telegram, number: int) -> None:
    telegram.call("getMe")  # The rig knows a bot once it has called.
    members = {str(BRUNO): "administrator"}
    telegram.tell("chat", id=number, is_forum=True, title="Ufficio", members=members)


def topics(telegram: Telegram) -> dict[str, Any]:
    found: dict[str, Any] = telegram.ask("topics", chat_id=GROUP)
    return found


def topic_called(telegram: Telegram, name: str) -> int:
    """Return the number of a topic as soon as there is one of that name."""

    def numbers() -> list[int]:
        return [int(n) for n, topic in topics(telegram).items() if topic["name"] == name]

    return int(until(numbers)[-1])


def in_topic(telegram: Telegram, number: int) -> list[str]:
    """Return what the program has written into a topic."""
    return [
        message["text"]
        for message in telegram.ask("transcript", chat_id=GROUP)
        if message.get("message_thread_id") == number and "text" in message
        if message["from"].get("is_bot")
    ]


def stands(telegram: Telegram, number: int, words: str) -> Callable[[], bool]:
    return lambda: any(words in text for text in in_topic(telegram, number))


def colleague_writes(
    telegram: Telegram, number: int, text: str, group: int = GROUP
) -> dict[str, Any]:
    sent: dict[str, Any] = telegram.write(BRUNO, chat_id=group, thread=number, text=text)
    return sent


def read(telegram: Telegram, text: str) -> Callable[[], bool]:
    """Tell whether the customer has read a text, once it is asked."""
    return lambda: any(text in one.get("text", "") for one in telegram.read(MARIO))


def the_only_chat(desk: Program) -> str:
    with closing(sqlite3.connect(desk.home / "sportello.db")) as db:
        ((found,),) = db.execute("SELECT id FROM conversation").fetchall()
    return str(found)


def mario_waits(telegram: Telegram) -> int:
    """Have a customer ask for a person; return the topic of the chat."""
    telegram.tell("user", user={"id": MARIO, "first_name": "Mario"})
    telegram.write(MARIO, contact={"phone_number": OWNER, "user_id": MARIO})
    until(lambda: telegram.read(MARIO))
    telegram.write(MARIO, text=question("human_handoff"))
    topic = topic_called(telegram, "Mario · Telegram")
    until(lambda: in_topic(telegram, topic))  # By then the program knows it as well.
    return topic


def test_a_chat_is_answered_from_its_topic_and_given_back(
    desk: Program, telegram: Telegram
) -> None:
    topic = mario_waits(telegram)
    until(stands(telegram, topic, "studio-verdi.example: attivo"))
    pinned = until(lambda: telegram.calls("pinChatMessage"))
    assert len(pinned) == 1
    until(stands(telegram, topic, question("human_handoff")))

    telegram.write(MARIO, text="Vi ho scritto anche ieri")
    until(stands(telegram, topic, "Mario:\nVi ho scritto anche ieri"))

    sent = colleague_writes(telegram, topic, "// cliente storico\nBuongiorno, eccomi")
    until(read(telegram, "Buongiorno, eccomi"))
    telegram.tell("replay", update_id=sent["update"]["update_id"], token=telegram.token)
    telegram.write(MARIO, text="Grazie mille a voi")
    until(stands(telegram, topic, "Grazie mille a voi"))
    texts = [one.get("text", "") for one in telegram.read(MARIO)]
    assert texts.count("Buongiorno, eccomi") == 1
    assert not any("storico" in text for text in texts)
    assert not stands(telegram, topic, "Buongiorno, eccomi")()

    calls = telegram.ask("calls")
    assert not [call for call in calls if call.get("spec") or call.get("unknown_params")]


def test_a_chat_given_back_is_the_bots_until_it_waits_again(
    by_webhook: Program, telegram: Telegram
) -> None:
    topic = mario_waits(telegram)

    colleague_writes(telegram, topic, "/bot")
    until(lambda: topics(telegram)[str(topic)]["closed"])
    telegram.write(MARIO, text=question("webmail_access"))
    until(read(telegram, answer("webmail_access")))

    telegram.write(MARIO, text=question("human_handoff"))
    until(lambda: not topics(telegram)[str(topic)]["closed"])
    until(lambda: len(telegram.calls("pinChatMessage")) == 2)
    assert len(topics(telegram)) == 1


def test_console_and_topic_tell_the_same(by_webhook: Program, telegram: Telegram) -> None:
    topic, chat = mario_waits(telegram), f"telegram:{MARIO}"
    with Colleague(by_webhook) as anna:
        colleague_writes(telegram, topic, "//da richiamare\nEccomi")
        until(read(telegram, "Eccomi"))
        page = anna.chat(chat)
        assert "da richiamare" in page
        assert "Bruno" in page

        colleague_writes(telegram, topic, "/bot")
        until(lambda: topics(telegram)[str(topic)]["closed"])
        anna.reply(chat, "Sono Anna")
        until(read(telegram, "Sono Anna"))
        until(stands(telegram, topic, "desk:\nSono Anna"))
        colleague_writes(telegram, topic, "Anche io")
        until(stands(telegram, topic, "in carico a desk"))
        assert not read(telegram, "Anche io")()

        anna.step(chat, "close", reason="solved")
    until(lambda: topics(telegram)[str(topic)]["closed"])


def test_a_deleted_topic_is_made_anew(by_webhook: Program, telegram: Telegram) -> None:
    topic = mario_waits(telegram)
    until(stands(telegram, topic, question("human_handoff")))
    telegram.call("deleteForumTopic", chat_id=GROUP, message_thread_id=topic)

    telegram.write(MARIO, text="Ci siete?")

    def new_ones() -> list[int]:
        return [int(number) for number in topics(telegram) if int(number) != topic]

    (anew,) = until(new_ones)
    until(stands(telegram, anew, "Ci siete?"))
    assert "Identità:" in in_topic(telegram, anew)[0]


def test_strange_groups_and_topics_do_nothing(by_webhook: Program, telegram: Telegram) -> None:
    topic = mario_waits(telegram)
    a_group(telegram, STRANGE_GROUP)

    colleague_writes(telegram, topic, "Da un altro gruppo", group=STRANGE_GROUP)
    telegram.write(BRUNO, chat_id=GROUP, text="A tutti")
    telegram.write(BRUNO, chat_id=GROUP, thread=99, text="In un altro argomento")
    colleague_writes(telegram, topic, "Eccomi")

    until(read(telegram, "Eccomi"))
    texts = [one.get("text", "") for one in telegram.read(MARIO)]
    assert not {"Da un altro gruppo", "A tutti", "In un altro argomento"} & {*texts}


def test_nothing_is_lost_or_told_twice_by_a_restart(
    by_webhook: Program, telegram: Telegram
) -> None:
    topic = mario_waits(telegram)
    until(stands(telegram, topic, question("human_handoff")))
    telegram.tell("fault", method="sendMessage", chat_id=GROUP, error_code=500, times=2)
    telegram.write(MARIO, text="Prima della caduta")
    until(lambda: any("caduta" in str(call["params"]) for call in telegram.calls()))

    by_webhook.kill()
    by_webhook.start()
    telegram.write(MARIO, text="Dopo la caduta")

    until(stands(telegram, topic, "Dopo la caduta"))
    told = "\n".join(in_topic(telegram, topic))
    assert told.count("Prima della caduta") == 1
    assert told.count("Dopo la caduta") == 1
    assert len(telegram.calls("createForumTopic")) == 1


def test_the_group_is_written_to_no_faster_than_telegram_says(
    by_webhook: Program, telegram: Telegram
) -> None:
    telegram.tell(
        "fault", method="sendMessage", chat_id=GROUP, error_code=429, retry_after=2, times=1
    )

    topic = mario_waits(telegram)

    until(stands(telegram, topic, question("human_handoff")))
    refused, *others = [
        call for call in telegram.calls() if str(call["params"]["chat_id"]) == str(GROUP)
    ]
    assert others[0]["t"] - refused["t"] >= 2


def test_customers_of_other_channels_have_topics_as_well(
    by_webhook: Program, telegram: Telegram
) -> None:
    token = HTTP.post(f"{by_webhook.base}/chat/sessions").json()["token"]
    message = {"id": str(uuid4()), "text": question("human_handoff")}
    headers = {"X-Chat-Token": token}
    sent = HTTP.post(f"{by_webhook.base}/chat/messages", json=message, headers=headers)
    assert sent.is_success, sent.text

    (number,) = until(lambda: [*topics(telegram)])
    until(lambda: in_topic(telegram, int(number)))
    colleague_writes(telegram, int(number), "Eccomi anche qui")

    assert topics(telegram)[number]["name"].startswith("Visitatore ")
    assert topics(telegram)[number]["name"].endswith(" · Chat web")
    with Colleague(by_webhook) as anna:
        until(lambda: "Eccomi anche qui" in anna.chat(the_only_chat(by_webhook)))


def test_the_doctor_knows_the_group(by_webhook: Program) -> None:
    assert "ok   telegram: the staff group is ready" in by_webhook.run("doctor").stdout
