"""What customers of Telegram do beside writing, by webhook and by polling."""

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.e2e.colleague import Colleague
from tests.e2e.program import Program, until
from tests.e2e.rigs import Telegram
from tests.e2e.words import answer, knowledge, question, sentence


@pytest.fixture(scope="module")
def desk(telegram_desk: Program) -> Program:
    return telegram_desk


@pytest.fixture
def chat(telegram_customer: int) -> int:
    return telegram_customer


def replies(telegram: Telegram, to: int, number: int = 1) -> list[str]:
    """Return what a customer has read once it is as much as that."""
    until(lambda: len(telegram.read(to)) >= number)
    return [message.get("text", "") for message in telegram.read(to)]


def kept(desk: Program, chat: int) -> list[dict[str, Any]]:
    """Return what the program keeps of a customer's messages, oldest first."""
    with closing(sqlite3.connect(desk.home / "sportello.db")) as db:
        statement = "SELECT body, done FROM inbox WHERE conversation = ? ORDER BY id"
        rows = db.execute(statement, (f"telegram:{chat}",)).fetchall()
    return [json.loads(body) | {"done": bool(done)} for body, done in rows]


def barred(desk: Program, chat: int) -> str:
    with closing(sqlite3.connect(desk.home / "sportello.db")) as db:
        statement = "SELECT barred FROM conversation WHERE id = ?"
        return str(db.execute(statement, (f"telegram:{chat}",)).fetchone()[0])


def kinds(desk: Program, chat: int) -> list[str]:
    return [str(one["kind"]) for one in kept(desk, chat)]


def tap(telegram: Telegram, chat: int, **what: object) -> None:
    telegram.tell("tap", user_id=chat, token=telegram.token, **what)


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ("photo", "media"),
        ("document", "media"),
        ("audio", "media"),
        ("video", "media"),
        ("animation", "media"),
        ("voice", "voice"),
        ("video_note", "voice"),
        ("location", "location"),
    ],
)
def test_each_kind_is_kept_as_what_it_is(
    desk: Program, telegram: Telegram, chat: int, what: str, kind: str
) -> None:
    telegram.write(chat, **{what: True})

    said = "voice" if kind == "voice" else "unreadable"
    assert sentence(said) in replies(telegram, chat)[0]
    assert kinds(desk, chat) == [kind]


def test_somebody_elses_card_is_kept_for_staff(
    desk: Program, telegram: Telegram, chat: int
) -> None:
    card = {"phone_number": "+393331112223", "first_name": "Mario", "last_name": "Rossi"}
    telegram.write(chat, contact=card)

    replies(telegram, chat)
    (message,) = kept(desk, chat)
    assert (message["kind"], message["details"]) == ("contact", "Mario Rossi +393331112223")
    assert message["phone"] is None


def test_a_forwarded_and_a_quoting_message_are_answered_and_say_so(
    desk: Program, telegram: Telegram, chat: int
) -> None:
    telegram.write(chat, text=question("webmail_access"), forward_from=999)
    replies(telegram, chat)
    telegram.write(chat, text=question("contact_hours"), reply_to=1)

    assert answer("contact_hours") in replies(telegram, chat, 2)[1]
    first, second = kept(desk, chat)
    assert (first["forwarded"], first["details"]) == (True, "Altro")
    assert (second["forwarded"], second["refers_to"]) == (False, "1")


def test_an_album_is_answered_once(desk: Program, telegram: Telegram, chat: int) -> None:
    for _ in range(4):
        telegram.write(chat, photo=True, media_group_id="77")
    until(lambda: [one["done"] for one in kept(desk, chat)] == [True] * 4)
    telegram.write(chat, text=question("emergency"))

    first, last = replies(telegram, chat, 2)
    assert sentence("unreadable") in first
    assert answer("emergency") in last


def test_an_edit_is_kept_beside_the_message_that_was_answered(
    desk: Program, telegram: Telegram, chat: int
) -> None:
    telegram.write(chat, text=question("webmail_access"))
    replies(telegram, chat)
    telegram.write(chat, text=question("contact_hours"), edit=1)
    until(lambda: len(kept(desk, chat)) == 2)
    telegram.write(chat, text=question("payment_methods"))

    first, last = replies(telegram, chat, 2)
    assert (answer("webmail_access") in first, answer("payment_methods") in last) == (True, True)
    edit = kept(desk, chat)[1]
    assert (edit["kind"], edit["refers_to"]) == ("edit", "1")


def test_reactions_are_kept_and_say_nothing(desk: Program, telegram: Telegram, chat: int) -> None:
    telegram.write(chat, text=question("webmail_access"))
    replies(telegram, chat)

    telegram.tell("reaction", user_id=chat, message_id=2, token=telegram.token, emoji="👎")
    until(lambda: len(kept(desk, chat)) == 2)

    reaction = kept(desk, chat)[1]
    assert (reaction["kind"], reaction["text"]) == ("reaction", "👎")
    assert reaction["refers_to"] == "2"
    assert len(telegram.read(chat)) == 1


def test_a_block_is_known_until_the_customer_comes_back(
    desk: Program, telegram: Telegram, chat: int
) -> None:
    telegram.write(chat, text=question("webmail_access"))
    replies(telegram, chat)

    telegram.tell("block", user_id=chat, token=telegram.token)
    until(lambda: barred(desk, chat) == "blocked")
    telegram.tell("block", user_id=chat, token=telegram.token, blocked=False)
    until(lambda: barred(desk, chat) == "")

    assert kinds(desk, chat) == ["text", "blocked", "unblocked"]


def test_a_block_that_shows_only_when_sending_is_known_as_well(
    desk: Program, telegram: Telegram, chat: int
) -> None:
    blocked = "Forbidden: bot was blocked by the user"
    telegram.tell("fault", method="sendMessage", error_code=403, description=blocked)

    telegram.write(chat, text=question("webmail_access"))

    until(lambda: kept(desk, chat) and barred(desk, chat) == "blocked")
    assert telegram.read(chat) == []


@pytest.mark.parametrize("written", ["/stato", "/stato@rig_helpdesk_bot"])
def test_a_command_is_answered(telegram: Telegram, chat: int, written: str) -> None:
    telegram.write(chat, text=written)

    assert answer("contract_status") in replies(telegram, chat)[0]


def test_a_person_is_called_by_command(telegram: Telegram, chat: int) -> None:
    telegram.write(chat, text="/operatore")

    assert answer("human_handoff") in replies(telegram, chat)[0]


def test_the_privacy_notice_is_told_by_command(telegram: Telegram, chat: int) -> None:
    telegram.write(chat, text="/privacy")

    assert replies(telegram, chat)[0].count("https://provider.example/privacy") == 1


def test_a_link_can_begin_with_a_topic(telegram: Telegram, chat: int) -> None:
    telegram.write(chat, text="/start intent_webmail_access")
    replies(telegram, chat)
    telegram.write(chat, text="/start volantino")

    topic, greeting = replies(telegram, chat, 2)
    assert answer("webmail_access") in topic
    assert answer("greeting").splitlines()[-1] in greeting


def test_the_menu_has_the_commands_in_both_languages(
    desk: Program, telegram: Telegram, chat: int
) -> None:
    scope = {"type": "all_private_chats"}
    menu = [*knowledge().commands.values()]

    for code, words in (
        ("it", [one.words.it for one in menu]),
        ("en", [one.words.en for one in menu]),
    ):
        shown = telegram.call("getMyCommands", scope=scope, language_code=code)
        assert [one["description"] for one in shown] == words
        assert [one["command"] for one in shown] == [one.name for one in menu]


def test_an_old_button_gets_an_honest_line(telegram: Telegram, chat: int) -> None:
    telegram.write(chat, text=question("webmail_access"))
    replies(telegram, chat)

    tap(telegram, chat, force=True, data="contract:X1", inaccessible=True)
    tap(telegram, chat, force=True, data="#nobodyknowswhatthatis")

    first, second = replies(telegram, chat, 3)[1:]
    assert (first, second) == (sentence("button_expired"), sentence("button_expired"))
    until(lambda: len(telegram.calls("answerCallbackQuery")) == 2)


def test_who_was_helped_says_how_it_went_with_one_tap(
    desk: Program, telegram: Telegram, chat: int
) -> None:
    telegram.write(chat, text="operatore")
    replies(telegram, chat)
    with Colleague(desk) as colleague:
        colleague.reply(f"telegram:{chat}", "Ecco fatto.")
        colleague.step(f"telegram:{chat}", "close", reason="solved")
        assert replies(telegram, chat, 3)[2] == sentence("rating_ask")

        tap(telegram, chat, text=sentence("rating_fair"))
        assert replies(telegram, chat, 4)[3] == sentence("rating_thanks")

        page = colleague.chat(f"telegram:{chat}")
    assert "Il cliente ha valutato: così così" in " ".join(page.split())
    assert "chip state-closed" in page


def test_the_keyboard_that_asks_for_the_number_is_taken_away(
    telegram: Telegram, chat: int
) -> None:
    telegram.write(chat, text="/stato")
    replies(telegram, chat)
    telegram.write(chat, contact="own")
    replies(telegram, chat, 2)
    telegram.write(chat, text=question("thanks"))
    replies(telegram, chat, 3)

    asking, *_, last = [call["p"]["reply_markup"] for call in telegram.calls()]
    assert asking["keyboard"]
    assert last == {"remove_keyboard": True}


def test_what_cannot_be_parsed_is_sent_as_it_is(telegram: Telegram, chat: int) -> None:
    fault = "Bad Request: can't parse entities: Unsupported start tag"
    telegram.tell("fault", method="sendMessage", error_code=400, description=fault, times=1)

    telegram.write(chat, text=question("webmail_access"))

    assert answer("webmail_access") in replies(telegram, chat)[0]
    assert len(telegram.calls()) == 2


def test_a_poison_update_does_not_hold_up_its_chat(telegram: Telegram, chat: int) -> None:
    person = {"id": chat, "type": "private", "first_name": "X"}
    poison = {"message": {"message_id": "x", "chat": person, "from": person, "date": "never"}}
    telegram.write(chat, text=question("webmail_access"))
    telegram.tell("raw", update=poison, token=telegram.token, queue=f"0:{chat}")
    telegram.write(chat, text=question("contact_hours"))

    first, second = replies(telegram, chat, 2)
    assert answer("webmail_access") in first
    assert answer("contact_hours") in second


def test_a_reply_that_was_not_taken_comes_a_little_later(telegram: Telegram, chat: int) -> None:
    telegram.tell("fault", method="sendMessage", error_code=500, description="Internal", times=1)

    telegram.write(chat, text=question("webmail_access"))

    assert answer("webmail_access") in replies(telegram, chat)[0]


def test_every_call_is_one_the_documentation_knows(telegram: Telegram, chat: int) -> None:
    telegram.write(chat, text="/stato")
    replies(telegram, chat)
    tap(telegram, chat, force=True, data="intent:webmail_access")
    replies(telegram, chat, 2)

    calls = telegram.ask("calls")
    assert not [call for call in calls if call.get("spec") or call.get("unknown_params")]
