"""What customers send on WhatsApp: stored once, answered once, shown to staff as it was meant."""

import signal
from collections.abc import Iterator

import pytest

from tests.e2e.colleague import Colleague
from tests.e2e.conftest import Start
from tests.e2e.program import Program, until
from tests.e2e.rigs import Twilio
from tests.e2e.words import answer, question, sentence

PUBLIC = "https://desk.example.org"


@pytest.fixture(scope="module")
def desk(start_shared: Start, twilio_rig: Twilio) -> Program:
    return start_shared(twilio_rig, command=("serve", "--demo"))


@pytest.fixture(scope="module")
def colleague(desk: Program) -> Iterator[Colleague]:
    with Colleague(desk) as signed_in:
        yield signed_in


def hook(desk: Program) -> str:
    return f"{desk.base}/webhooks/twilio"


def replies(twilio: Twilio, to: str, count: int = 1) -> list[str]:
    """Return what a customer has read once it is as much as that."""
    until(lambda: len(twilio.accepted(to)) >= count)
    return twilio.accepted(to)


def test_staff_see_where_a_customer_is(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    twilio.write(hook(desk), stranger, kind="location", label="Ufficio", address="Via Esempio 1")

    assert sentence("unreadable") in replies(twilio, stranger)[0]
    page = colleague.chat(f"whatsapp:{stranger}")
    assert "Posizione" in page
    assert "Ufficio, Via Esempio 1, 45.4642035 9.189982" in page


def test_staff_see_what_is_forwarded_quoted_and_advertised(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    twilio.write(hook(desk), stranger, question("webmail_access"), forwarded=True)
    (first,) = replies(twilio, stranger)
    sent = next(call for call in twilio.attempts(stranger) if call.get("status") == 201)
    twilio.write(hook(desk), stranger, "sì", kind="reply", reply_to=sent["response"]["sid"])
    twilio.write(hook(desk), stranger, question("contact_hours"), kind="referral")
    replies(twilio, stranger, 3)

    page = colleague.chat(f"whatsapp:{stranger}")
    assert "Inoltrato" in page
    assert f'<blockquote class="quoted">{first.split(maxsplit=1)[0]}' in page
    assert "Promo, Offerta, https://fb.me/xyz" in page


def test_a_card_of_contact_says_nothing_of_who_sends_it(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    twilio.write(hook(desk), stranger, kind="contacts")

    assert sentence("unreadable") in replies(twilio, stranger)[0]
    assert "Scheda di contatto" in colleague.chat(f"whatsapp:{stranger}")


def test_who_hides_their_number_later_stays_in_their_chat(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    user_id = f"IT.{stranger.lstrip('+')}"
    twilio.write(hook(desk), stranger, question("webmail_access"))
    replies(twilio, stranger)

    twilio.write(hook(desk), user_id, question("contact_hours"), unset=["WaId"])

    assert answer("contact_hours") in replies(twilio, user_id)[0]
    page = colleague.chat(f"whatsapp:{stranger}")
    assert question("contact_hours") in page
    assert f"whatsapp%3A{user_id}" not in colleague.queue("all")


def test_two_numbers_with_one_user_id_stay_two_chats(
    desk: Program, twilio: Twilio, stranger: str
) -> None:
    other = stranger.replace("+39333", "+39335")
    for number in (stranger, other):
        twilio.write(hook(desk), number, question("webmail_access"), bsuid="whatsapp:IT.555")

    assert [len(replies(twilio, number)) for number in (stranger, other)] == [1, 1]


@pytest.fixture(scope="module")
def public_desk(start_shared: Start, twilio_rig: Twilio) -> Program:
    """The program that knows its public address."""
    return start_shared(twilio_rig, SPORTELLO_PUBLIC_URL=PUBLIC)


@pytest.mark.parametrize("signed", [PUBLIC, f"{PUBLIC}:443"])
@pytest.mark.parametrize("query", ["", "?shop=1&x=a%20b"])
def test_the_signature_is_over_the_public_address_with_or_without_its_port(
    public_desk: Program, twilio: Twilio, stranger: str, signed: str, query: str
) -> None:
    went = twilio.write(
        hook(public_desk) + query, stranger, "Ciao", sign_url=f"{signed}/webhooks/twilio{query}"
    )

    assert went["attempts"][0]["status"] == 200
    assert replies(twilio, stranger)


def test_without_a_public_address_the_proxy_tells_it(
    desk: Program, twilio: Twilio, stranger: str
) -> None:
    went = twilio.write(hook(desk), stranger, "Ciao", sign_url=f"{PUBLIC}/webhooks/twilio")

    assert went["attempts"][0]["status"] == 200


def test_without_a_shared_key_the_password_signs_by_sha256_as_well(
    desk: Program, twilio: Twilio, stranger: str
) -> None:
    signs_by_sha256(desk, twilio, stranger, twilio.token)


def test_a_shared_key_signs_by_sha256(start: Start, twilio: Twilio, stranger: str) -> None:
    secret = "the secret of a shared key"
    signs_by_sha256(start(twilio, TWILIO_WEBHOOK_SECRET=secret), twilio, stranger, secret)


def signs_by_sha256(desk: Program, twilio: Twilio, stranger: str, secret: str) -> None:
    """Check that what is signed with a key is answered, and with another one refused."""
    key = {"algorithm": "HMAC_SHA256", "token": secret}

    went = twilio.write(hook(desk), stranger, question("webmail_access"), **key)
    forged = twilio.write(hook(desk), stranger, "Ciao", **(key | {"token": "another"}))

    assert went["attempts"][0]["status"] == 200
    assert forged["attempts"][0]["status"] == 403
    assert answer("webmail_access") in replies(twilio, stranger)[0]


def test_the_same_try_under_another_id_is_answered_once(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    token = f"token-of-{stranger}"
    for _ in range(3):
        twilio.write(hook(desk), stranger, question("webmail_access"), idempotency_token=token)
    twilio.write(hook(desk), stranger, question("contact_hours"))

    first, second = replies(twilio, stranger, 2)
    assert answer("webmail_access") in first
    assert answer("contact_hours") in second
    page = colleague.chat(f"whatsapp:{stranger}")
    assert page.count(f'<p class="words">{question("webmail_access")}</p>') == 1


def test_duplicates_that_arrive_at_once_give_one_row_and_one_answer(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    went = twilio.write(
        hook(desk), stranger, question("webmail_access"), dup=12, parallel=True, new_token=True
    )
    twilio.write(hook(desk), stranger, question("contact_hours"))

    assert [one["attempts"][0]["status"] for one in went["results"]] == [200] * 12
    assert len(replies(twilio, stranger, 2)) == 2
    page = colleague.chat(f"whatsapp:{stranger}")
    assert page.count(f'<p class="words">{question("webmail_access")}</p>') == 1


def test_tries_that_took_too_long_are_answered_once(
    start: Start, twilio: Twilio, stranger: str
) -> None:
    desk = start(twilio)
    desk.send(signal.SIGSTOP)
    impatient = f"{hook(desk)}#rc=2&rp=all&rt=300"  # Two more tries, each for 300 ms.
    went = twilio.write(impatient, stranger, question("webmail_access"))
    desk.send(signal.SIGCONT)
    twilio.write(hook(desk), stranger, question("contact_hours"))

    assert [one.get("error") for one in went["attempts"]] == ["rt"] * 3
    first, second = replies(twilio, stranger, 2)
    assert answer("webmail_access") in first
    assert answer("contact_hours") in second
    with Colleague(desk) as colleague:
        page = colleague.chat(f"whatsapp:{stranger}")
    assert page.count(f'<p class="words">{question("webmail_access")}</p>') == 1
