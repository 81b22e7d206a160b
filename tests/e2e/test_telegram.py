"""Telegram, by webhook and by polling, against the documented Bot API."""

import pytest

from tests.e2e.program import HTTP, Program, until
from tests.e2e.rigs import Telegram
from tests.e2e.words import answer, in_days, knowledge, question, sentence

OWNER = "390000000001"  # of studio-verdi.example, as Telegram writes numbers


@pytest.fixture(scope="module")
def desk(telegram_desk: Program) -> Program:
    return telegram_desk


@pytest.fixture
def chat(telegram_customer: int) -> int:
    return telegram_customer


def replies(telegram: Telegram, to: int, number: int = 1) -> list[str]:
    """Return what a customer has read once it is as much as that."""
    until(lambda: len(telegram.accepted(to)) >= number)
    return telegram.accepted(to)


def test_a_question_is_answered_with_the_words_of_the_knowledge(
    telegram: Telegram, chat: int
) -> None:
    telegram.write(chat, text=question("webmail_access"))

    assert answer("webmail_access") in replies(telegram, chat)[0]
    assert all_valid(telegram)


def test_the_own_contact_opens_the_contract(telegram: Telegram, chat: int) -> None:
    telegram.write(chat, text=question("contract_status"))
    replies(telegram, chat)
    telegram.write(chat, contact={"phone_number": OWNER, "user_id": chat})

    general, own = replies(telegram, chat, 2)
    assert answer("contract_status") in general
    assert "studio-verdi.example è attivo fino al" in own
    assert in_days(200) in own
    assert asks_for_contact(telegram.calls()[0])


@pytest.mark.parametrize(
    "contact",
    [
        pytest.param({"phone_number": OWNER, "user_id": 999}, id="of-somebody-else"),
        pytest.param({"phone_number": OWNER}, id="of-nobody-on-telegram"),
    ],
)
def test_a_contact_that_is_not_the_senders_own_opens_nothing(
    telegram: Telegram, chat: int, contact: dict[str, object]
) -> None:
    telegram.write(chat, contact=contact)
    telegram.write(chat, text=question("contract_status"))

    assert not any("studio-verdi" in reply for reply in replies(telegram, chat, 2))


def test_a_forwarded_contact_opens_nothing(telegram: Telegram, chat: int) -> None:
    own = {"phone_number": OWNER, "user_id": chat}
    telegram.write(chat, contact=own, forward_from=999)
    telegram.write(chat, text=question("contract_status"))

    assert not any("studio-verdi" in reply for reply in replies(telegram, chat, 2))


def test_a_tap_on_an_offered_button_is_answered(telegram: Telegram, chat: int) -> None:
    telegram.write(chat, text=question("webmail_access"))
    replies(telegram, chat)

    button = knowledge().answer_to("webmail_access").buttons[0]
    telegram.tell("tap", user_id=chat, text=button.text.it, token=telegram.token)

    assert answer(button.intent) in replies(telegram, chat, 2)[1]
    until(lambda: telegram.calls("answerCallbackQuery"))  # Else the button goes on spinning.


def test_odd_updates_never_block_the_chat(telegram: Telegram, chat: int) -> None:
    telegram.write(chat, text=question("webmail_access"))
    replies(telegram, chat)

    telegram.write(chat, text="Come entro?", edit=1)
    telegram.tell("reaction", user_id=chat, message_id=1, token=telegram.token)
    raw(telegram, {"something_new": {"from": {"id": chat}}})
    raw(telegram, {})
    raw(telegram, {"message": {"message_id": 1}})
    telegram.tell("tap", user_id=chat, force=True, data="gone", inaccessible=True)
    replies(telegram, chat, 2)
    telegram.write(chat, text=question("contact_hours"))

    first, button, last = replies(telegram, chat, 3)
    assert answer("webmail_access") in first
    assert sentence("button_expired") in button
    assert answer("contact_hours") in last


@pytest.mark.parametrize(
    "what",
    ["photo", "document", "voice", "audio", "video", "animation", "video_note", "location"],
)
def test_what_is_no_text_is_answered(telegram: Telegram, chat: int, what: str) -> None:
    telegram.write(chat, **{what: True})

    assert replies(telegram, chat)


def test_a_repeated_update_is_answered_once(telegram: Telegram, chat: int) -> None:
    sent = telegram.write(chat, text=question("webmail_access"))
    replies(telegram, chat)
    telegram.tell("replay", update_id=sent["update"]["update_id"], token=telegram.token)
    telegram.write(chat, text=question("contact_hours"))

    first, second = replies(telegram, chat, 2)
    assert answer("webmail_access") in first
    assert answer("contact_hours") in second


def test_a_flood_error_means_waiting_as_long_as_telegram_says(
    telegram: Telegram, chat: int
) -> None:
    telegram.tell("fault", method="sendMessage", error_code=429, retry_after=4, times=1)

    telegram.write(chat, text=question("webmail_access"))

    assert answer("webmail_access") in replies(telegram, chat)[0]
    refused, accepted = telegram.calls()
    assert accepted["t"] - refused["t"] >= 4


def test_a_reply_that_arrived_though_the_answer_was_lost_is_not_repeated(
    telegram: Telegram, chat: int
) -> None:
    telegram.tell("fault", method="sendMessage", drop_after=True, times=1)

    telegram.write(chat, text=question("webmail_access"))
    telegram.write(chat, text=question("contact_hours"))

    assert answer("contact_hours") in replies(telegram, chat)[0]
    read = [message["text"] for message in telegram.ask("transcript", chat_id=chat)]
    assert sum(answer("webmail_access") in text for text in read) == 1


def test_a_webhook_without_the_secret_is_refused(desk: Program) -> None:
    update = {"update_id": 1}
    wrong = {"X-Telegram-Bot-Api-Secret-Token": "guessed"}

    assert HTTP.post(f"{desk.base}/webhooks/telegram", json=update).status_code == 403
    forged = HTTP.post(f"{desk.base}/webhooks/telegram", json=update, headers=wrong)
    assert forged.status_code == 403


def raw(telegram: Telegram, update: dict[str, object]) -> None:
    """Send an update of any shape."""
    telegram.tell("raw", update=update, token=telegram.token)


def all_valid(telegram: Telegram) -> bool:
    """Tell whether every call so far was one the documentation knows, with known parameters."""
    return not any(
        call.get("spec") or call.get("unknown_params") for call in telegram.ask("calls")
    )


def asks_for_contact(call: dict[str, dict[str, dict[str, list[list[dict[str, bool]]]]]]) -> bool:
    """Tell whether a message came with the button that shares the own contact."""
    keys = [key for row in call["p"]["reply_markup"]["keyboard"] for key in row]
    return any(key.get("request_contact") for key in keys)
