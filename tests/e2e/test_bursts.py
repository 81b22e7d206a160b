"""Messages that come close together, over the real protocols."""

import time

from tests.e2e.conftest import Start
from tests.e2e.program import Program, until
from tests.e2e.rigs import Telegram, Twilio
from tests.e2e.words import answer, question, sentence

UNFINISHED = ("ciao", "avrei un problemino")


def hook(desk: Program) -> str:
    return f"{desk.base}/webhooks/twilio"


def test_a_burst_on_whatsapp_gets_one_answer(start: Start, twilio: Twilio, stranger: str) -> None:
    desk = start(twilio)
    for text in (*UNFINISHED, question("webmail_access")):
        twilio.write(hook(desk), stranger, text)
        time.sleep(0.5)
    until(lambda: twilio.accepted(stranger))
    twilio.write(hook(desk), stranger, question("contact_hours"))

    first, second = until(lambda: two(twilio.accepted(stranger)))
    assert first.startswith((sentence("greeting_by_day"), sentence("greeting_by_night")))
    assert answer("webmail_access") in first
    assert answer("contact_hours") in second


def test_a_burst_on_telegram_gets_one_answer(start: Start, telegram: Telegram) -> None:
    telegram.register(start(telegram).base)
    for text in (*UNFINISHED, question("webmail_access")):
        telegram.write(7001, text=text)
        time.sleep(0.5)
    until(lambda: telegram.accepted(7001))
    telegram.write(7001, text=question("contact_hours"))

    first, second = until(lambda: two(telegram.accepted(7001)))
    assert answer("webmail_access") in first
    assert answer("contact_hours") in second


def test_a_burst_goes_on_after_the_program_was_killed(
    start: Start, twilio: Twilio, stranger: str
) -> None:
    desk = start(twilio)
    twilio.write(hook(desk), stranger, UNFINISHED[0])
    desk.kill()
    desk.start()
    twilio.write(hook(desk), stranger, question("webmail_access"))
    until(lambda: twilio.accepted(stranger))
    twilio.write(hook(desk), stranger, question("contact_hours"))

    first, second = until(lambda: two(twilio.accepted(stranger)))
    assert answer("webmail_access") in first
    assert answer("contact_hours") in second


def two(texts: list[str]) -> list[str]:
    """Return texts once they are two; more would fail the test."""
    return texts if len(texts) > 1 else []
